"""What changed since the former run, and how the runs went before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from harness.errors import UsageError
from harness.results.compare import compare_runs
from harness.results.model import RunResult, Verdict
from harness.results.rollup import step_counts

if TYPE_CHECKING:
    from harness.results.compare import Comparison
    from harness.results.history import History

STACK = (Verdict.PASS, Verdict.SKIPPED, Verdict.WARNING, Verdict.BLOCKED, Verdict.ERROR, Verdict.FAIL)
"""From the ground up: what fails is on top."""


@dataclass(frozen=True, slots=True)
class Layer:
    """A verdict in the column of a run, in hundredths of the height of the chart, counted from above."""

    verdict: Verdict
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Column:
    """A run in the trend: what of it is also in the present run."""

    run_id: str
    started: datetime
    seconds: float
    counts: dict[Verdict, int]
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of former runs. `problem` is why they say nothing; with it there is no comparison."""

    comparison: Comparison | None
    problem: str
    columns: tuple[Column, ...]


def past(result: RunResult, history: History) -> Past:
    """The past of a run."""
    former = history.like(result)
    columns = _columns(result, [*former, result]) if len(former) > 1 else ()
    if not former:
        return Past(None, "There is no former run of these scenarios yet.", columns)
    try:
        return Past(compare_runs(former[-1], result), "", columns)
    except UsageError as error:
        return Past(None, f"The former run cannot be compared: {error}.", columns)


def _columns(result: RunResult, runs: list[RunResult]) -> tuple[Column, ...]:
    scenarios = {scenario.id for scenario in result.scenarios}
    found = []
    for run in runs:
        steps = [step for step in run.steps if step.scenario in scenarios]
        counted = step_counts(steps, strict=result.strict)
        found.append((run, sum(step.seconds for step in steps), counted))
    most = max(1, *(sum(counted.values()) for _, _, counted in found))
    return tuple(
        Column(run.run_id, run.started, seconds, counted, _layers(counted, most)) for run, seconds, counted in found
    )


def _layers(counted: dict[Verdict, int], most: int) -> tuple[Layer, ...]:
    layers, top = [], 100.0
    for verdict in STACK:
        if counted[verdict]:
            height = 100 * counted[verdict] / most
            top -= height
            layers.append(Layer(verdict, round(top, 2), round(height, 2)))
    return tuple(layers)
