"""The roll-up against the contract of exit statuses, row by row, over every combination of verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain, combinations, product

import pytest

from harness.results.model import Check, Level, PeerRecord, RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.rollup import (
    MEANINGS,
    ExitStatus,
    counts,
    effective,
    exit_status,
    run_errors,
    scenario_verdict,
    severity,
    step_verdict,
    worst,
)

PASS, FAIL, WARNING, SKIPPED, BLOCKED, ERROR = Verdict

# The first row that fits decides. `strict` turns warnings into failures before.
CONTRACT = (
    ({"interrupted"}, 130),
    ({"internal error"}, 4),
    ({FAIL}, 1),
    ({ERROR}, 3),
    ({BLOCKED}, 3),
    ({"peer not started"}, 3),
    ({PASS}, 0),
    ({WARNING}, 0),
    (set[str](), 5),
)
COMBINATIONS = list(chain.from_iterable(combinations(Verdict, size) for size in range(len(Verdict) + 1)))
CIRCUMSTANCES = ("interrupted", "internal error", "peer not started", "strict")


def _check(verdict: Verdict, level: Level = Level.REQUIRED, peer: str = "archive", number: int = 1) -> Check:
    return Check(f"f/s/1/{number}", "f/s", "f/s/1", peer, level, verdict, "", "")


def _run(
    verdicts: Iterable[Verdict] = (), circumstances: Iterable[str] = (), level: Level = Level.REQUIRED
) -> RunResult:
    checks = tuple(_check(verdict, level, number=number) for number, verdict in enumerate(verdicts))
    run = RunResult("run", datetime(2026, 11, 21, tzinfo=UTC), "tool", "3.11")
    run.scenarios = [ScenarioRecord("f/s", "s", "archive")]
    run.steps = [StepResult("f/s/1", "f/s", "echo", "echo", "archive", checks)] if checks else []
    run.strict = "strict" in circumstances
    run.interrupted = "interrupted" in circumstances
    run.internal_error = "AssertionError" if "internal error" in circumstances else ""
    error = "no such program" if "peer not started" in circumstances else ""
    run.peers = {"other": PeerRecord("other", "process", "", "test", error=error)}
    return run


def _by_contract(verdicts: Iterable[Verdict], circumstances: Iterable[str]) -> int:
    present: set[str] = {*verdicts, *circumstances}
    if "strict" in present and WARNING in present:
        present.add(FAIL)
    return next(status for row, status in CONTRACT if row <= present)


@pytest.mark.parametrize("verdicts", COMBINATIONS, ids=lambda verdicts: "+".join(verdicts) or "none")
def test_exit_status_of_every_combination(verdicts: tuple[Verdict, ...]) -> None:
    for chosen in product((False, True), repeat=len(CIRCUMSTANCES)):
        circumstances = [name for name, holds in zip(CIRCUMSTANCES, chosen, strict=True) if holds]
        run = _run(verdicts, circumstances)
        assert exit_status(run) == _by_contract(verdicts, circumstances), (verdicts, circumstances)


@pytest.mark.parametrize("verdicts", COMBINATIONS, ids=lambda verdicts: "+".join(verdicts) or "none")
def test_order_of_execution_does_not_matter(verdicts: tuple[Verdict, ...]) -> None:
    assert exit_status(_run(verdicts)) == exit_status(_run(reversed(verdicts)))
    assert worst(verdicts) is worst(reversed(verdicts))


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ([], SKIPPED),
        ([SKIPPED], SKIPPED),
        ([SKIPPED, PASS], PASS),
        ([PASS, WARNING], WARNING),
        ([WARNING, BLOCKED], BLOCKED),
        ([BLOCKED, ERROR], ERROR),
        ([ERROR, FAIL, PASS], FAIL),
    ],
)
def test_worst_of_a_group(verdicts: list[Verdict], expected: Verdict) -> None:
    assert worst(verdicts) is expected
    assert severity(expected) == min((severity(verdict) for verdict in verdicts), default=severity(SKIPPED))


def test_counts_name_every_verdict() -> None:
    assert counts(_run([PASS, PASS, FAIL])) == {PASS: 2, FAIL: 1, WARNING: 0, SKIPPED: 0, BLOCKED: 0, ERROR: 0}


def test_strict_counts_warnings_as_failures_but_informational_ones() -> None:
    strict = _run([WARNING, PASS], ["strict"])
    assert counts(strict)[FAIL] == 1
    assert counts(strict)[WARNING] == 0
    assert step_verdict(strict.steps[0], strict=True) is FAIL
    assert scenario_verdict(strict, "f/s") is FAIL
    informational = _run([WARNING, PASS], ["strict"], Level.INFORMATIONAL)
    assert exit_status(informational) is ExitStatus.OK
    assert effective(_check(WARNING, Level.RECOMMENDED), strict=True) is FAIL
    assert effective(_check(WARNING), strict=False) is WARNING


def test_scenario_takes_the_worst_of_its_steps_and_no_others() -> None:
    run = _run([PASS])
    run.steps.append(StepResult("f/other/1", "f/other", "", "echo", "archive", (_check(FAIL),)))
    assert scenario_verdict(run, "f/s") is PASS
    assert scenario_verdict(run, "f/other") is FAIL
    assert scenario_verdict(run, "f/none") is SKIPPED


def test_a_peer_that_was_not_there_is_said_once() -> None:
    run = _run([ERROR], ["peer not started"])
    assert [error.name for error in run_errors(run)] == ["peer other"]
    run.steps.append(StepResult("f/s/2", "f/s", "", "echo", "other", (_check(ERROR, peer="other"),)))
    assert run_errors(run) == []
    assert exit_status(run) is ExitStatus.COULD_NOT_TEST


@pytest.mark.parametrize(
    ("verdicts", "names"),
    [([BLOCKED, PASS], ["blocked"]), ([BLOCKED, ERROR], []), ([BLOCKED, FAIL], []), ([PASS], [])],
)
def test_blocked_by_nothing_is_an_error(verdicts: list[Verdict], names: list[str]) -> None:
    assert [error.name for error in run_errors(_run(verdicts))] == names


def test_every_exit_status_has_words() -> None:
    assert MEANINGS.keys() == set(ExitStatus)
