"""The plain echo: as fast as it must be, and never of another opinion than the step of a scenario."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from harness.cli.adhoc.plain import echo_alone
from harness.cli.result import new_result
from harness.engine.plain_echo import EchoRequest, run_plain_echo
from harness.net.timeouts import Timeouts
from harness.peers.ports import free_port
from harness.results.store import to_json
from harness.standard.ae import AEAddress
from tests.reporting.test_start_up import HEAVY
from tests.support.adhoc import adhoc
from tests.support.golden import check_golden
from tests.support.misbehaving import PEERS, peer_that
from tests.support.runs import LINT

TOO_MUCH = (*HEAVY, "harness.standard.requirements.catalogue", "harness.checks.lint.catalogue")
"""What takes longer to load than an echo takes."""
NOT_FOR_AN_ADDRESS = ("click", "pathlib", "threading", "json", "shutil", "tempfile", "logging", "encodings.idna")
"""Of others and of the standard library; Python itself loads more with some versions than with others."""
EXIT = {name: 0 if name == "success" else 1 for name in PEERS}


def comparable(results: dict[str, Any]) -> dict[str, Any]:
    """What must be the same: all but times, files, what names the run, the wire lint, and bytes of PDUs."""
    left_out = {"seconds", "stages", "wire", "id", "started", "ended", "command", "length"}
    left_out |= {"lint", "linted", "counts", "deviations", "head"}

    def clean(value: Any, within: str = "") -> Any:
        if isinstance(value, dict):
            return {
                key: clean(part, key) for key, part in value.items() if key not in left_out or key == "id" != within
            }
        if isinstance(value, list):
            return [clean(part, within) for part in value if not _is_linted(part)]
        return value

    cleaned: dict[str, Any] = clean({key: part for key, part in results.items() if key != "run"})
    return cleaned


def _is_linted(part: Any) -> bool:
    """Whether this is a check of the wire lint, or the id of one."""
    return LINT in str(part.get("id", "") if isinstance(part, dict) else part)


def without_times(text: str) -> list[str]:
    """The lines on the console but for the capture file, which there is only with reports."""
    return [re.sub(r"[0-9.]+ m?s", "", line) for line in text.splitlines() if not line.strip().startswith("wire ")]


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] * (name == "silence")) for name in PEERS])
def test_the_plain_echo_notes_what_a_scenario_notes(tmp_path: Path, name: str) -> None:
    with peer_that(name) as address:
        seconds = 3 if name == "silence" else 30
        timeouts = Timeouts(connect=seconds, association=seconds, response=seconds, release=seconds)
        plain = new_result()
        run_plain_echo(plain, EchoRequest(address, "HARNESS", timeouts, 2, "unspecified"))
        done = adhoc("echo", address, "--repeat", 2, "--timeout", seconds, "--report-dir", tmp_path)
        shown = adhoc("echo", address, "--repeat", 2, "--timeout", seconds)
    full = json.loads((tmp_path / "results.json").read_text())
    assert comparable(to_json(plain)) == comparable(full)
    assert done.exit_code == shown.exit_code == EXIT[name] == full["exit_status"]
    if not any(LINT in check["id"] for check in full["checks"]):
        assert without_times(done.stdout) == without_times(shown.stdout)


def test_where_nobody_listens() -> None:
    done = adhoc("echo", AEAddress("NOBODY", "127.0.0.1", free_port()))
    assert done.exit_code == 1
    assert "refused the TCP connection" in done.stdout


@pytest.mark.peer("echoscu")
@pytest.mark.parametrize(("name", "theirs"), [("failure", 0), ("abort", 0), ("success", 0)])
def test_right_where_echoscu_says_0(dcmtk: dict[str, str], name: str, theirs: int) -> None:
    """DCMTK's echoscu ends with 0 whatever the peer answers, and even when it aborts."""
    with peer_that(name) as address:
        command = [dcmtk["echoscu"], "-aec", address.ae_title, address.host, str(address.port)]
        assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == theirs
        assert adhoc("echo", address).exit_code == EXIT[name]


def loaded_by(*words: object) -> tuple[list[str], str]:
    """The modules that a command loads which succeeds, and what it says on standard error."""
    script = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sys.modules))\n"
        f"sys.argv = {['dicom-harness', *map(str, words)]}\n"
        "from harness.cli.start import main\nmain()\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1].split(), done.stderr


def test_nothing_heavy_is_imported_by_an_echo() -> None:
    with peer_that("success") as address:
        loaded, said = loaded_by("echo", address, "--trace")
    assert not set(TOO_MUCH).intersection(loaded)
    assert "C-ECHO-RSP 1, status 0000H" in said


def test_an_echo_to_an_address_alone_loads_these_modules_and_no_others() -> None:
    """A module more costs every echo. Is it needed on the way, or could it be imported where it is used?"""
    with peer_that("success") as address:
        loaded, _ = loaded_by("echo", address)
    assert not {*TOO_MUCH, *NOT_FOR_AN_ADDRESS}.intersection(loaded)
    ours = sorted(name for name in loaded if name.startswith("harness."))
    check_golden(Path(__file__).with_name("echo_modules.txt"), "\n".join(ours) + "\n")


@pytest.mark.parametrize("name", [name for name in PEERS if name != "silence"])
def test_an_echo_to_an_address_alone_says_what_the_command_says(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with peer_that(name) as address:
        status = echo_alone([str(address)])
        command = adhoc("echo", address, "--repeat", 1)
    assert status == command.exit_code == EXIT[name]
    said = capsys.readouterr()
    assert without_times(said.out) == without_times(command.stdout)
    assert said.err == command.stderr == ""


@pytest.mark.parametrize(
    "words", [["--help"], ["NOBODY"], ["A@host:0"], ["A@${HOST}:104"], ["A@host:104", "--trace"], []]
)
def test_what_is_more_than_an_address_is_left_to_the_command(words: list[str]) -> None:
    assert echo_alone(words) is None


def test_an_echo_whose_words_nobody_reads_complains_of_nothing() -> None:
    with peer_that("success") as address:
        script = f"import sys\nsys.argv = ['', 'echo', '{address}']\nfrom harness.cli.start import main\nmain()"
        nobody, words = os.pipe()
        os.close(nobody)
        done = subprocess.run(
            [sys.executable, "-c", script], stdout=words, stderr=subprocess.PIPE, timeout=60, check=False
        )
        os.close(words)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("words", "place", "message"),
    [
        (["NOBODY"], 20, "has no `@`; write TITLE@host:port"),
        (["A@host:0"], 20, "port `0` is not a number from 1 to 65535"),
        (["A@host:104", "--repeat", "often"], 40, "`often`"),
        (["A@host:104", "--repeat=0"], 40, "`0` is too small; the least is 1"),
        (["A@host:104", "--calling", "MORE-THAN-16-CHARACTERS"], 41, "at most 16 are allowed"),
        (["A@host:104", "--timeout", "soon"], 41, "`soon` is not a duration"),
    ],
)
def test_mistakes_are_shown_where_they_were_typed(words: list[str], place: int, message: str) -> None:
    done = adhoc("echo", *words)
    assert done.exit_code == 2
    first = done.stderr.splitlines()[0]
    assert first.startswith(f"command line:1:{place}: ")
    assert message in first
    assert done.stdout == ""
