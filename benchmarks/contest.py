"""A contest: the same work done by us and by others, alternated in one run, medians, and the ratio between them."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

_TRIALS = 4

Measure = Callable[[], float]
"""Does the work once and tells the seconds that each piece of it took."""


@dataclass(frozen=True)
class Rival:
    """Another program. `aim`: at least so many times as fast as it we want to be; a limit is a part of its speed."""

    name: str
    measure: Measure
    aim: float | None = None


@dataclass(frozen=True)
class Contest:
    """Work in pieces of `unit`. `at_most`: seconds that a piece may take us. `why` is said when an aim is missed."""

    title: str
    unit: str
    ours: Measure
    rivals: tuple[Rival, ...] = ()
    rounds: int = 5
    at_most: float | None = None
    why: str = ""

    def run(self) -> Outcome:
        """Alternate: in each round each does the work once, and another begins. A first go of ours is not counted."""
        measures = [self.ours, *(rival.measure for rival in self.rivals)]
        taken: list[list[float]] = [[] for _ in measures]
        self.ours()
        for first in range(self.rounds):
            for turn in range(len(measures)):
                who = (first + turn) % len(measures)
                taken[who].append(measures[who]())
        own, *theirs = map(statistics.median, taken)
        return Outcome(self, own, {rival.name: median for rival, median in zip(self.rivals, theirs, strict=True)})


@dataclass(frozen=True)
class Outcome:
    """Seconds per piece: ours, and those of each rival."""

    contest: Contest
    ours: float
    theirs: dict[str, float] = field(default_factory=dict)

    def lines(self) -> Iterator[str]:
        """As a section of Markdown."""
        contest = self.contest
        yield f"### {contest.title}"
        yield ""
        yield f"| | per {contest.unit} | per second | we are | aim |"
        yield "|---|---:|---:|---:|---|"
        limit = contest.at_most
        aim = "" if limit is None else f"at most {_time(limit)}: {_verdict(self.ours <= limit)}"
        yield f"| dicom-harness | {_time(self.ours)} | {_rate(self.ours)} | | {aim} |"
        for rival in contest.rivals:
            taken = self.theirs[rival.name]
            ratio = taken / self.ours
            aim = "" if rival.aim is None else f"≥ {rival.aim:g}: {_verdict(ratio >= rival.aim)}"
            yield f"| {rival.name} | {_time(taken)} | {_rate(taken)} | {ratio:.3g} times | {aim} |"
        if contest.why and not self.met:
            yield ""
            yield f"Why missed: {contest.why}"
        yield ""

    @property
    def met(self) -> bool:
        """Whether every aim is reached."""
        limit = self.contest.at_most
        ratios = [(self.theirs[rival.name] / self.ours, rival.aim) for rival in self.contest.rivals]
        return (limit is None or self.ours <= limit) and all(aim is None or ratio >= aim for ratio, aim in ratios)


@dataclass(frozen=True)
class Finding:
    """What is no time: memory, processor, what got lost. `met` is None where nothing was aimed at."""

    title: str
    text: str
    met: bool | None = None

    def lines(self) -> Iterator[str]:
        """As a section of Markdown."""
        verdict = "" if self.met is None else f" Aim {_verdict(self.met)}."
        yield from (f"### {self.title}", "", f"{self.text}{verdict}", "")


def seconds_of(work: Callable[[], object], pieces: int = 1) -> float:
    """Seconds per piece that some work takes."""
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) / pieces


def patiently(measure: Measure) -> Measure:
    """Measure pynetdicom anew where it has lost a response, as it does now and then: it would count as 30 s."""

    def measured() -> float:
        for _ in range(_TRIALS - 1):
            with suppress(AssertionError, AttributeError, RuntimeError):
                return measure()
        return measure()

    return measured


def _verdict(met: bool) -> str:
    return "reached" if met else "**missed**"


def _time(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} µs"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _rate(seconds: float) -> str:
    rate = 1 / seconds
    return f"{rate:,.0f}" if rate >= 10 else f"{rate:.2g}"
