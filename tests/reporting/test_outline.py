"""Scenarios, steps and checks as a reader meets them."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.reporting.outline import outline
from harness.results.model import Check, Level, RunResult, ScenarioRecord, StepResult, Verdict
from tests.reporting.sample import sample


def _step(scenario: str, number: int, *verdicts: Verdict) -> StepResult:
    identifier = f"{scenario}/{number}"
    checks = tuple(
        Check(f"{identifier}/c{index}", scenario, identifier, "p", Level.REQUIRED, verdict, "", "")
        for index, verdict in enumerate(verdicts)
    )
    return StepResult(identifier, scenario, "", "echo", "p", checks, seconds=1.5)


def test_steps_that_arrive_mixed_are_put_to_their_scenarios() -> None:
    run = RunResult("run", datetime(2026, 11, 21, tzinfo=UTC), "tool", "3.11")
    run.scenarios = [ScenarioRecord("f/b", "B", "p"), ScenarioRecord("f/a[x=1/2]", "A", "p")]
    run.steps = [
        _step("f/a[x=1/2]", 1, Verdict.PASS),
        _step("f/b", 1, Verdict.FAIL, Verdict.PASS),
        _step("f/a[x=1/2]", 2, Verdict.WARNING),
        _step("f/unknown", 1, Verdict.PASS),
    ]
    views = outline(run)
    assert [(view.scenario.id, view.verdict, view.seconds, view.parameters) for view in views] == [
        ("f/b", Verdict.FAIL, 1.5, ""),
        ("f/a[x=1/2]", Verdict.WARNING, 3.0, "x=1/2"),
        ("f/unknown", Verdict.PASS, 1.5, ""),
    ]
    assert [(step.name, [check.name for check in step.checks]) for step in views[1].steps] == [
        ("1", ["c0"]),
        ("2", ["c0"]),
    ]


def test_every_check_of_a_run_is_in_its_outline_once() -> None:
    run = sample()
    found = [item.check for view in outline(run) for step in view.steps for item in step.checks]
    assert found == run.checks
