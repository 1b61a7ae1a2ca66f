"""Where the time went: how long the steps of each service took, and the slowest of them by their stages."""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from harness.reporting.outline import ScenarioView, StepView

SLOWEST_SHOWN = 10
DOTS_OF_SERVICE = 300
"""More dots than this cover each other; the extremes stay."""

STAGES = ("name", "connect", "tls", "association", "service", "release")
_REST = "other"


@dataclass(frozen=True, slots=True)
class Dot:
    """A step on the axis of time, in thousandths of its width."""

    x: float
    step: StepView


@dataclass(frozen=True, slots=True)
class ServiceTimes:
    """How long the steps of a service took, in seconds."""

    service: str
    number: int
    median: float
    longest: float
    dots: tuple[Dot, ...]


@dataclass(frozen=True, slots=True)
class Tick:
    """A time that is written below the axis."""

    x: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Bar:
    """A stage of a step, in thousandths of the longest step."""

    stage: str
    x: float
    width: float
    seconds: float


@dataclass(frozen=True, slots=True)
class SlowStep:
    """One of the slowest steps."""

    scenario: ScenarioView
    step: StepView
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Times:
    """Both charts. `stages` are those that occur in the second one."""

    services: tuple[ServiceTimes, ...]
    ticks: tuple[Tick, ...]
    slowest: tuple[SlowStep, ...]
    stages: tuple[str, ...]


def times(scenarios: Sequence[ScenarioView]) -> Times | None:
    """The charts of a run; None when nothing took any time."""
    timed = [(scenario, step) for scenario in scenarios for step in scenario.steps if step.step.seconds > 0]
    if not timed:
        return None
    axis = _Axis([step.step.seconds for _, step in timed])
    slowest = sorted(timed, key=lambda found: found[1].step.seconds, reverse=True)[:SLOWEST_SHOWN]
    slow = tuple(SlowStep(scenario, step, _bars(step, slowest[0][1].step.seconds)) for scenario, step in slowest)
    present = {bar.stage for one in slow for bar in one.bars}
    stages = tuple(stage for stage in (*STAGES, _REST) if stage in present)
    return Times(tuple(_services(axis, [step for _, step in timed])), axis.ticks(), slow, stages)


class _Axis:
    """A logarithmic axis over whole powers of ten."""

    def __init__(self, seconds: Sequence[float]) -> None:
        self._low = math.floor(math.log10(max(min(seconds), 1e-6)))
        self._high = max(self._low + 1, math.ceil(math.log10(max(seconds))))

    def at(self, seconds: float) -> float:
        """The place of a time in thousandths."""
        place = (math.log10(max(seconds, 1e-6)) - self._low) / (self._high - self._low)
        return round(1000 * min(1.0, max(0.0, place)), 1)

    def ticks(self) -> tuple[Tick, ...]:
        return tuple(Tick(self.at(10.0**power), 10.0**power) for power in range(self._low, self._high + 1))


def _services(axis: _Axis, steps: Iterable[StepView]) -> Iterable[ServiceTimes]:
    by_service: dict[str, list[StepView]] = {}
    for step in steps:
        by_service.setdefault(step.step.service, []).append(step)
    for service, members in sorted(by_service.items()):
        ordered = sorted(members, key=lambda step: step.step.seconds)
        stride = math.ceil(len(ordered) / DOTS_OF_SERVICE)
        shown = [*ordered[:-1:stride], ordered[-1]]
        seconds = [step.step.seconds for step in ordered]
        dots = tuple(Dot(axis.at(step.step.seconds), step) for step in shown)
        yield ServiceTimes(service, len(ordered), statistics.median(seconds), seconds[-1], dots)


def _bars(step: StepView, longest: float) -> tuple[Bar, ...]:
    """The stages of a step one after the other; associations at once can take longer together than the step."""
    spent: dict[str, float] = {}
    for association in step.step.associations:
        for stage, seconds in association.stages.items():
            spent[stage] = spent.get(stage, 0.0) + seconds
    total = sum(spent.values())
    shrink = min(1.0, step.step.seconds / total) if total else 1.0
    if (rest := step.step.seconds - total * shrink) > 0:
        spent[_REST] = rest / shrink
    bars, x = [], 0.0
    for stage, seconds in spent.items():
        width = 1000 * seconds * shrink / longest
        bars.append(Bar(stage if stage in STAGES else _REST, round(x, 1), round(width, 1), seconds))
        x += width
    return tuple(bars)
