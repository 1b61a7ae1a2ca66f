"""`dicom-harness proxy` as a program: what it prints, writes and refuses."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.proxy.catalogue import FAULTS
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.support.adhoc import adhoc

OURS = [sys.executable, "-c", "from harness.cli.start import main; main()"]


@contextmanager
def proxy(*options: object) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The program, once it listens, and its port."""
    command = [*OURS, "proxy", *map(str, options)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        try:
            assert running.stdout is not None
            ready = re.match(r"127\.0\.0\.1:(\d+) is passed on to", running.stdout.readline())
            assert ready is not None
            yield running, int(ready[1])
        finally:
            running.kill()


def test_an_echo_through_it_is_told_and_recorded(tmp_path: Path) -> None:
    with (
        ReferenceSCP(ReferenceSettings()) as scp,
        proxy("--to", scp.address, "--record", tmp_path / "captures") as (running, port),
    ):
        assert adhoc("echo", f"REFERENCE@127.0.0.1:{port}", "--calling", "MODALITY").exit_code == 0
        assert running.stdout is not None
        line = running.stdout.readline()
        running.send_signal(signal.SIGTERM)
        out, err = running.communicate(timeout=60)
    assert re.search(r"^1 +MODALITY -> REFERENCE .*1 of 1 presentation contexts; 1 x C-ECHO-RSP 0000H; released", line)
    assert (running.returncode, out, err) == (0, "", "")
    assert [path.name for path in (tmp_path / "captures").iterdir()] == ["association-00001.pcapng"]


def test_a_fault_strikes() -> None:
    with (
        ReferenceSCP(ReferenceSettings()) as scp,
        proxy("--to", f"127.0.0.1:{scp.address.port}", "--fault", "status-failure") as (_, port),
    ):
        done = adhoc("echo", f"REFERENCE@127.0.0.1:{port}")
    assert done.exit_code == 1
    assert "A700" in done.output


def test_what_the_lint_finds_is_told() -> None:
    with (
        ReferenceSCP(ReferenceSettings()) as scp,
        proxy("--to", scp.address, "--fault", "ac-two-maximum-lengths") as (running, port),
    ):
        adhoc("echo", f"REFERENCE@127.0.0.1:{port}")
        assert running.stdout is not None
        told = [running.stdout.readline() for _ in range(2)]
    found = (
        "the acceptor: the user information has more than one maximum length [PS3.8 D.1, shall, lint/user-item-once]"
    )
    assert told[0].startswith("1 ")
    assert told[1] == f"   {found}\n"


def test_tls_is_told_to_be_unread() -> None:
    with (
        ReferenceSCP(ReferenceSettings()) as scp,
        proxy("--to", scp.address) as (running, port),
        socket.create_connection(("127.0.0.1", port), 5) as connection,
    ):
        connection.sendall(bytes.fromhex("16030102000100"))
        assert running.stdout is not None
        connection.close()
        assert "the requestor speaks TLS: passed on unread" in running.stdout.readline()


def test_all_faults_are_listed() -> None:
    done = adhoc("proxy", "--list-faults")
    assert done.exit_code == 0
    assert all(name in done.stdout and fault.summary in done.stdout for name, fault in FAULTS.items())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ([], "--to is missing"),
        (["--to", "host"], "--to:"),
        (
            ["--to", "host:104", "--fault", "respons-late"],
            "there is no fault `respons-late`; did you mean `response-late`?",
        ),
        (["--to", "host:104", "--schedule", "nowhere.yaml"], "there is no file nowhere.yaml"),
    ],
)
def test_mistakes(options: list[str], said: str) -> None:
    done = adhoc("proxy", *options)
    assert done.exit_code == 2
    assert said in done.stderr


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("faults: [{fault: nonsense}]", "1:18: there is no fault `nonsense`"),
        ("faults: [{}]", "write just one of `fault: NAME` and `status: A700`"),
        ("faults: [{status: XYZ}]", "`XYZ` is no status"),
        ("faults: [{fault: ac-late, message: C-ECHO-RSP}]", "`ac-late` strikes at PDUs"),
        ("faults: [{fault: status-failure, message: C-ECHO}]", "`C-ECHO` is no DIMSE message; did you mean"),
        ("faults: [{fault: status-failure, occasion: 0}]", "too small; the least is 1"),
        ("fault: []", "unknown key `fault`"),
    ],
)
def test_mistakes_in_a_schedule_are_located(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "schedule.yaml"
    path.write_text(text)
    done = adhoc("proxy", "--to", "host:104", "--schedule", path)
    assert done.exit_code == 2
    assert said in done.stderr
    assert f"{path}:1:" in done.stderr


def test_a_port_that_is_taken() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = adhoc("proxy", "--to", "host:104", "--listen", taken.getsockname()[1])
    assert done.exit_code == 3
    assert "cannot listen on 127.0.0.1" in done.stderr
