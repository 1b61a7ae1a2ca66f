"""The course of each load: what was asked for and what came of it, and how long it took, over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from harness.reporting.outline import ScenarioView, StepView
from harness.results.particulars import LoadRecord, LoadWindow

WIDTH, HEIGHT = 1000, 100


@dataclass(frozen=True, slots=True)
class Curve:
    """A line: its name, and its points as SVG wants them."""

    name: str
    points: str


@dataclass(frozen=True, slots=True)
class Panel:
    """Curves over the same time, the highest value of them in words, and stretches in which operations failed."""

    title: str
    highest: float
    curves: tuple[Curve, ...]
    failed: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class LoadChart:
    """One load. `throughput` is in operations per second, `latency` in seconds."""

    scenario: ScenarioView
    step: StepView
    seconds: float
    throughput: Panel
    latency: Panel


def loads(scenarios: Sequence[ScenarioView]) -> tuple[LoadChart, ...]:
    """A chart for each load of the run that lasted for some stretches."""
    return tuple(_charts(scenarios))


def _charts(scenarios: Sequence[ScenarioView]) -> Iterator[LoadChart]:
    for scenario in scenarios:
        for step in scenario.steps:
            load = step.step.load
            if load is not None and len(load.windows) > 1:
                yield LoadChart(scenario, step, _end(load), _throughput(load), _latency(load))


def _end(load: LoadRecord) -> float:
    last = load.windows[-1]
    return last.begin + last.seconds


def _throughput(load: LoadRecord) -> Panel:
    def done(window: LoadWindow) -> float:
        return window.succeeded / window.seconds

    asked = load.model == "open"
    highest = max(max(done(window), window.level if asked else 0.0) for window in load.windows)
    curves = [_curve("succeeded", load, done, highest)]
    if asked:
        curves.insert(0, _curve("asked", load, lambda window: window.level, highest))
    end = _end(load)
    failed = tuple(
        (round(WIDTH * window.begin / end, 1), round(WIDTH * window.seconds / end, 1))
        for window in load.windows
        if window.failed
    )
    return Panel("operations per second", highest, tuple(curves), failed)


def _latency(load: LoadRecord) -> Panel:
    highest = max(window.p95 for window in load.windows)
    curves = (
        _curve("p95", load, lambda window: window.p95, highest),
        _curve("p50", load, lambda window: window.p50, highest),
    )
    return Panel("latency", highest, curves)


def _curve(name: str, load: LoadRecord, value: Callable[[LoadWindow], float], highest: float) -> Curve:
    """Values at the middle of each stretch, the highest of all curves at the top."""
    end = _end(load)
    points = (
        f"{WIDTH * (window.begin + window.seconds / 2) / end:.1f},{HEIGHT * (1 - value(window) / (highest or 1)):.1f}"
        for window in load.windows
    )
    return Curve(name, " ".join(points))
