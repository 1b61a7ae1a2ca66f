"""A run as a reader goes through it: scenarios, their steps, their checks, each with its verdict and short name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from harness.results.model import Check, RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.rollup import effective, step_counts, step_verdict, worst

_PARAMETERS = re.compile(r"\[(.*)\]$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class CheckView:
    """A check; `name` is its id within the step."""

    check: Check
    name: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class StepView:
    """A step; `name` is its id or number within the scenario."""

    step: StepResult
    name: str
    verdict: Verdict
    checks: tuple[CheckView, ...]


@dataclass(frozen=True, slots=True)
class ScenarioView:
    """A scenario with what was done of it.

    `clauses` are what it verifies as a whole: those that all its checks have, the lint aside.
    """

    scenario: ScenarioRecord
    verdict: Verdict
    steps: tuple[StepView, ...]
    counts: dict[Verdict, int]
    seconds: float
    clauses: tuple[str, ...]

    @property
    def parameters(self) -> str:
        """The values that make this scenario differ from others of its name; empty when it has no parameters."""
        found = _PARAMETERS.search(self.scenario.id)
        return found[1] if found else ""


def outline(result: RunResult) -> list[ScenarioView]:
    """The scenarios of a run in the order in which they began; with `--jobs` their steps arrive mixed."""
    records = {record.id: record for record in result.scenarios}
    steps: dict[str, list[StepResult]] = {identifier: [] for identifier in records}
    for step in result.steps:
        steps.setdefault(step.scenario, []).append(step)
    return [
        scenario_view(records.get(identifier) or _unknown(found[0]), found, strict=result.strict)
        for identifier, found in steps.items()
    ]


def scenario_view(scenario: ScenarioRecord, steps: list[StepResult], *, strict: bool) -> ScenarioView:
    """One scenario with its steps."""
    views = tuple(_step_view(step, strict) for step in steps)
    return ScenarioView(
        scenario,
        worst(view.verdict for view in views),
        views,
        step_counts(steps, strict=strict),
        sum(step.seconds for step in steps),
        _clauses(views),
    )


def _clauses(steps: tuple[StepView, ...]) -> tuple[str, ...]:
    own = [item.check.clauses for step in steps for item in step.checks if not item.name.startswith("lint/")]
    return own[0] if len(own) > 1 and len(set(own)) == 1 else ()


def _step_view(step: StepResult, strict: bool) -> StepView:
    checks = tuple(
        CheckView(check, _within(check.id, step.id), effective(check, strict=strict)) for check in step.checks
    )
    return StepView(step, _within(step.id, step.scenario), step_verdict(step, strict=strict), checks)


def _within(identifier: str, outer: str) -> str:
    return identifier.removeprefix(outer).lstrip("/") or identifier


def _unknown(step: StepResult) -> ScenarioRecord:
    return ScenarioRecord(step.scenario, step.scenario, step.peer)
