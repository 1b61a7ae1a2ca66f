"""The command as a process: version, interruption, and deadlines of a peer that never answers."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness import __version__
from tests.support.misbehaving import peer_that

COMMAND = [sys.executable, "-c", "from harness.cli.start import main; main()"]


def text(port: int, more: str = "") -> str:
    return (
        f"version: 1\npeers:\n  silent:\n    address: SILENT@127.0.0.1:{port}\n    environment: test\n{more}"
        "  bundled: {reference: {}}\n"
        "scenarios:\n"
        "  - {id: first, peer: bundled, steps: [{echo: {}}]}\n"
        "  - {id: second, peer: silent, steps: [{echo: {}}, {echo: {}}]}\n"
    )


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """Accepts connections, in the backlog, and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)
        yield listener


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys; sys.argv = ['dicom-harness', '--version']\n"
        "from harness.cli.start import main; main()\n"
        "names = {'click', 'pydantic', 'pydicom', 'pynetdicom', 'yaml', 'rich', 'jinja2', 'socket'}\n"
        "heavy = names & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"dicom-harness {__version__}\n"


def test_an_echo_only_run_imports_no_pydicom(tmp_path: Path) -> None:
    path = tmp_path / "echo.yaml"
    path.write_text("version: 1\npeers: {b: {reference: {}}}\nscenarios: [{id: a, peer: b, steps: [{echo: {}}]}]\n")
    code = (
        f"import sys; sys.argv = ['dicom-harness', 'run', {str(path)!r}, '--report-dir', {str(tmp_path / 'r')!r}]\n"
        "from harness.cli.start import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "heavy = {'pydicom', 'pynetdicom', 'rich', 'testcontainers', 'docker', 'numpy'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


OTHER_GROUPS = ("load", "normalized", "policy", "querying", "relation", "storing")
NOT_FOR_AN_ECHO = (
    *("pydicom", "pynetdicom", "rich", "testcontainers", "docker", "numpy", "sqlite3", "hdrh"),
    *(f"harness.{package}." for package in ("engine.probe", "load", "proxy", "reference", "testdata.templates")),
    *(f"harness.peers.{kind}" for kind in ("container", "dcmtk", "image", "orthanc", "process", "recipes")),
    *(
        f"harness.scenario.params.{group}"
        for group in ("load", "normalized", "policy", "querying", "relation", "storing")
    ),
    *(
        f"harness.engine.executors.{group}"
        for group in ("load", "normalized", "policy", "querying", "relation", "storing")
    ),
    *("harness.services.storage_scp", "harness.services.part10", "harness.net.acceptor", "harness.net.listener"),
    *("harness.checks.policy", "harness.checks.relation", "harness.observe.probe", "harness.standard.values"),
)
"""What begins so has no part in a run of echoes to an address, and would be felt in the start of each."""


def test_an_echo_only_run_loads_nothing_of_other_services_and_peers(tmp_path: Path) -> None:
    path = tmp_path / "echo.yaml"
    with peer_that("success") as address:
        path.write_text(
            f"version: 1\npeers: {{a: {{address: '{address}'}}}}\n"
            "scenarios: [{id: a, peer: a, steps: [{echo: {}}]}]\n"
        )
        code = (
            f"import sys; sys.argv = ['dicom-harness', 'run', {str(path)!r}, '--report-dir', {str(tmp_path / 'r')!r}]\n"
            "from harness.cli.start import main\n"
            "try: main()\n"
            "except SystemExit as end: assert end.code == 0, end.code\n"
            f"heavy = [name for name in sys.modules if name.startswith({NOT_FOR_AN_ECHO})]\n"
            "assert not heavy, heavy"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_silent_peer_keeps_the_run_to_its_deadline(tmp_path: Path, silent: socket.socket) -> None:
    path = tmp_path / "silent.yaml"
    path.write_text(text(silent.getsockname()[1], "    timeouts: {association: 1 s}\n"))
    done = subprocess.run(
        [*COMMAND, "run", str(path), "--report-dir", str(tmp_path / "r")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout
    results = json.loads((tmp_path / "r" / "results.json").read_text())
    (check,) = [check for check in results["checks"] if check["verdict"] == "fail"]
    assert "within 1 s" in check["observed"]
    assert check["seconds"] < 10, "no other deadline is shorter"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_has_complete_reports(tmp_path: Path, silent: socket.socket, number: signal.Signals) -> None:
    path = tmp_path / "silent.yaml"
    path.write_text(text(silent.getsockname()[1]))
    process = subprocess.Popen(
        [*COMMAND, "run", str(path), "--report-dir", str(tmp_path / "r")], stdout=subprocess.PIPE, text=True
    )
    connection, _ = silent.accept()
    with connection:
        # The A-ASSOCIATE-RQ is here, so the run is in the middle of its second scenario.
        assert connection.recv(1)
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output
    results = json.loads((tmp_path / "r" / "results.json").read_text())
    assert results["exit_status"] == 130
    assert [check["verdict"] for check in results["checks"]][:1] == ["pass"]
    for name in ("junit.xml", "report.html", "summary.md"):
        assert "silent" in (tmp_path / "r" / name).read_text() or name == "junit.xml"


def test_steps_at_once_are_interrupted_together(tmp_path: Path, silent: socket.socket) -> None:
    path = tmp_path / "silent.yaml"
    path.write_text(
        text(silent.getsockname()[1]).replace("[{echo: {}}, {echo: {}}]", "[{parallel: [{echo: {}}, {echo: {}}]}]")
    )
    process = subprocess.Popen(
        [*COMMAND, "run", str(path), "--report-dir", str(tmp_path / "r")], stdout=subprocess.PIPE, text=True
    )
    first, _ = silent.accept()
    second, _ = silent.accept()
    with first, second:
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert process.returncode == 130, output


def test_serve(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--folder", str(tmp_path / "scp")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    assert line.startswith("REFERENCE@127.0.0.1:")
    port = int(line.split()[0].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)):
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert (tmp_path / "scp" / "index.sqlite").exists()
