"""The console: plain lines in a log, live progress and colors on a terminal."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from harness.engine.events import (
    Event,
    PeerStarting,
    PeerUpdated,
    RunFinished,
    RunStarted,
    ScenarioFinished,
    ScenarioStarted,
    StepFinished,
    StepStarted,
)
from harness.reporting.console import Console, PlainSurface, console_for
from harness.results.model import RunResult, ScenarioRecord
from tests.reporting.sample import sample
from tests.support.golden import check_golden
from tests.support.random_results import run_results

GOLDEN = Path(__file__).parent / "golden"
REPORTS = {"html": Path("reports/20261121T053210Z-1a2b3c/report.html")}
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def events_of(run: RunResult, *, finish: bool = True) -> Iterator[Event]:
    """The events from which a run could have come."""
    yield RunStarted(run, len(run.scenarios), len(run.steps))
    for peer in run.peers.values():
        yield PeerStarting(peer.name, peer.kind)
        yield PeerUpdated(peer)
    for scenario in run.scenarios:
        yield ScenarioStarted(scenario)
        for step in run.steps:
            if step.scenario == scenario.id:
                yield StepStarted(scenario, step.id, step.title)
                yield StepFinished(scenario, step)
        if finish:
            yield ScenarioFinished(scenario)
    yield RunFinished(run)


def shown(run: RunResult, *, finish: bool = True) -> str:
    """What a log would hold."""
    stream = io.StringIO()
    console = Console(PlainSurface(stream))
    for event in events_of(run, finish=finish):
        console(event)
    console.summarize(run, REPORTS)
    return stream.getvalue()


def test_golden() -> None:
    check_golden(GOLDEN / "console.txt", shown(sample()))


@settings(deadline=None)
@given(run_results())
def test_hostile_texts_cannot_steer_a_terminal(run: RunResult) -> None:
    text = shown(run)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)


def test_a_text_cannot_pose_as_a_line_of_ours() -> None:
    run = sample()
    forged = "x\npass     forged  (0 ms)\nExit status 0: everything required passed"
    found = run.steps[4].checks[1]
    run.steps[4] = replace(run.steps[4], checks=(replace(found, observed=forged, reason=forged, expected=forged),))
    assert not [line for line in shown(run).splitlines() if line.startswith(("pass     forged", "Exit status 0"))]


def test_an_unfinished_scenario_is_told_when_the_run_ends() -> None:
    assert sorted(shown(sample(), finish=False).splitlines()) == sorted(shown(sample()).splitlines())


def test_scenarios_that_run_at_the_same_time_do_not_mix() -> None:
    run = sample()
    first, second = run.scenarios[0], run.scenarios[1]
    steps = {step.scenario: step for step in run.steps}
    stream = io.StringIO()
    console = Console(PlainSurface(stream))
    for event in (
        ScenarioStarted(first),
        ScenarioStarted(second),
        StepFinished(second, steps[second.id]),
        StepFinished(first, steps[first.id]),
        ScenarioFinished(second),
        ScenarioFinished(first),
    ):
        console(event)
    assert [line.split()[1] for line in stream.getvalue().splitlines()] == [second.id, first.id]


def test_a_peer_is_told_once_and_again_when_it_is_lost() -> None:
    run = sample()
    stream = io.StringIO()
    console = Console(PlainSurface(stream))
    ready, broken = run.peers["archive"], run.peers["orthanc"]
    for peer in (ready, ready, broken, broken):
        console(PeerUpdated(peer))
    assert stream.getvalue().count("peer archive") == 1
    assert stream.getvalue().count("peer orthanc") == 1


def test_what_a_stream_cannot_hold_is_escaped() -> None:
    raw = io.BytesIO()
    console = Console(PlainSurface(io.TextIOWrapper(raw, encoding="ascii")))
    scenario = ScenarioRecord("f/s", "山田", "archive")
    console(ScenarioStarted(scenario))
    console(ScenarioFinished(scenario))
    assert b"\\u5c71\\u7530" in raw.getvalue()


class _Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "plain"),
    [
        ({"TERM": "xterm-256color"}, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False),
        ({"TERM": "dumb"}, True),
        ({}, True),
    ],
)
def test_which_console_suits_a_terminal(environment: dict[str, str], plain: bool) -> None:
    console = console_for(_Terminal(), environment)
    assert isinstance(console._surface, PlainSurface) is plain


def test_a_log_gets_plain_lines() -> None:
    assert isinstance(console_for(io.StringIO(), {"TERM": "xterm"})._surface, PlainSurface)


SCRIPT = """
import sys
sys.path.insert(0, ".")
from harness.reporting.console import console_for
from tests.reporting.sample import sample
from tests.reporting.test_console import REPORTS, events_of
console = console_for()
for event in events_of(sample()):
    console(event)
console.summarize(sample(), REPORTS)
print("rich imported:", "rich" in sys.modules)
"""


def _on_terminal(**environment: str) -> str:
    """The script above on a pseudo terminal."""
    master, slave = pty.openpty()
    given = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "160", "PYTHONIOENCODING": "utf-8", **environment}
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=slave, stderr=slave, env=given) as process:
        os.close(slave)
        output = b""
        while True:
            try:
                chunk = os.read(master, 65536)
            except OSError:  # how Linux tells that the other end is closed
                break
            if not chunk:
                break
            output += chunk
        process.wait(timeout=60)
    os.close(master)
    return output.decode()


def test_a_terminal_gets_marks_colors_and_progress_that_goes_away() -> None:
    text = _on_terminal()
    assert "rich imported: True" in text
    assert "\x1b[32m" in text, "green for what passed"
    bare = ESCAPE.sub("", text)
    assert "✓ pass" in bare
    assert "✗ fail" in bare
    assert "2 of 12 checks failed." in bare
    assert "0/9" in bare, "the progress over all steps"
    assert "\x1b[2K" in text, "the line of progress is erased"


def test_no_color_leaves_the_marks() -> None:
    text = _on_terminal(NO_COLOR="1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", text)
    assert "✗ fail" in ESCAPE.sub("", text)


def test_rich_is_not_imported_for_a_log() -> None:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, timeout=60)
    assert "rich imported: False" in done.stdout
    assert "\x1b" not in done.stdout
