"""A run in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from harness.results.model import Check, Level, PeerRecord, RunResult, StepResult, Verdict
from harness.results.summary import needs_attention, sentence

PASS, FAIL, WARNING, SKIPPED, BLOCKED, ERROR = Verdict


def _run(*verdicts: Verdict) -> RunResult:
    checks = tuple(
        Check(f"f/s/1/{number}", "f/s", "f/s/1", "archive", Level.REQUIRED, verdict, "", "")
        for number, verdict in enumerate(verdicts)
    )
    steps = [StepResult("f/s/1", "f/s", "echo", "echo", "archive", checks)]
    return RunResult("run", datetime(2026, 11, 21, tzinfo=UTC), "tool", "3.11", steps=steps)


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([PASS], "The only check passed."),
        ([PASS, PASS], "All 2 checks passed."),
        ([PASS, WARNING], "1 of 2 checks passed, 1 with a warning; nothing failed."),
        ([PASS, WARNING, WARNING, SKIPPED], "1 of 4 checks passed, 2 with warnings, 1 skipped; nothing failed."),
        ([FAIL], "The only check failed."),
        ([PASS, FAIL, ERROR], "1 of 3 checks failed."),
        ([PASS, ERROR, BLOCKED], "Nothing failed, but 2 of 3 checks could not be tested."),
        ([SKIPPED, SKIPPED], "Nothing was executed: 2 checks skipped."),
        ([], "Nothing was executed."),
    ],
)
def test_sentence(verdicts: list[Verdict], expected: str) -> None:
    assert sentence(_run(*verdicts)) == expected


def test_sentence_of_a_run_that_broke_off() -> None:
    run = _run(PASS, FAIL)
    run.interrupted = True
    assert sentence(run) == "The run was interrupted after 2 checks, 1 of them failed."
    run = _run(PASS)
    run.internal_error = "KeyError: 'x'"
    assert sentence(run) == "The harness itself failed after 1 check."


def test_sentence_of_peers_that_were_not_there() -> None:
    run = _run()
    run.peers = {"a": PeerRecord("a", "process", "", "test", error="gone")}
    assert sentence(run) == "Nothing failed, but a peer could not be tested."
    run.peers["b"] = PeerRecord("b", "process", "", "test", error="gone")
    assert sentence(run) == "Nothing failed, but 2 peers could not be tested."


def test_attention_goes_to_the_worst_first_and_keeps_the_order_else() -> None:
    found = needs_attention(_run(WARNING, PASS, FAIL, SKIPPED, BLOCKED, ERROR, FAIL))
    assert [(check.verdict, check.id[-1]) for check in found] == [
        (FAIL, "2"),
        (FAIL, "6"),
        (ERROR, "5"),
        (BLOCKED, "4"),
        (WARNING, "0"),
    ]
