"""Whether a run took longer than another one, by more than chance and by enough to be felt.

Each step is compared with itself, and so is each stage of an association, so that what counts is how many of them
became slower and by how much, not that moves take longer than echoes. See `signed_rank` for the test.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import exp, log
from statistics import median

from harness.results.model import RunResult, StepResult, Verdict
from harness.results.signed_rank import signed_rank_p, smallest_p

ALPHA = 0.001
"""A difference that chance makes less often than this is one: some dozen groups are looked at in one comparison."""

FELT_RATIO = 1.5
FELT_SECONDS = 0.005
"""A step that takes so much longer in ratio and in seconds is felt; less is told, and is not worse."""

ALL_STEPS = "all steps"
_GOOD = (Verdict.PASS, Verdict.WARNING)


@dataclass(frozen=True, slots=True)
class TimeChange:
    """Times of the same steps in two runs: medians in seconds, the median of the ratios, and the chance of it.

    `p` is None where there are too few pairs for any difference to be told from chance.
    """

    peer: str
    what: str
    pairs: int
    before: float
    after: float
    ratio: float
    difference: float
    p: float | None

    @property
    def is_more_than_noise(self) -> bool:
        """Whether chance is ruled out."""
        return self.p is not None and self.p < ALPHA

    @property
    def is_slower(self) -> bool:
        """Whether it became slower by more than chance, and so that it is felt."""
        return self.is_more_than_noise and self.ratio >= FELT_RATIO and self.difference >= FELT_SECONDS

    @property
    def is_faster(self) -> bool:
        """The same the other way."""
        return self.is_more_than_noise and self.ratio <= 1 / FELT_RATIO and self.difference <= -FELT_SECONDS


@dataclass(frozen=True, slots=True)
class SlowStep:
    """One step that took far longer. It was measured once in each run, so that nobody knows whether that was chance."""

    step: str
    peer: str
    before: float
    after: float


Pair = tuple[float, float]


def time_changes(before: RunResult, after: RunResult) -> Iterator[TimeChange]:
    """For each peer: all steps that passed in both runs, then by service, then by stage of their associations."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for was, now in _pairs(before, after):
        groups.setdefault((now.peer, ALL_STEPS), []).append((was.seconds, now.seconds))
        groups.setdefault((now.peer, f"step {now.service}"), []).append((was.seconds, now.seconds))
    for was, now in _pairs(before, after):
        for stage, pair in _stages(was, now):
            groups.setdefault((now.peer, f"stage {stage}"), []).append(pair)
    for (peer, what), pairs in groups.items():
        yield _compared(peer, what, pairs)


def slow_steps(before: RunResult, after: RunResult, most: int = 10) -> list[SlowStep]:
    """The steps that took at least twice as long and 50 ms more, the worst first."""
    found = [
        SlowStep(now.id, now.peer, was.seconds, now.seconds)
        for was, now in _pairs(before, after)
        if now.seconds >= 2 * was.seconds and now.seconds - was.seconds >= 0.05
    ]
    return sorted(found, key=lambda step: step.before - step.after)[:most]


def _pairs(before: RunResult, after: RunResult) -> Iterator[tuple[StepResult, StepResult]]:
    """Steps that both runs carried out with success: one that failed took as long as its failure."""
    was = {step.id: step for step in before.steps if _passed(step)}
    for step in after.steps:
        if step.id in was and _passed(step):
            yield was[step.id], step


def _passed(step: StepResult) -> bool:
    return step.seconds > 0 and all(check.verdict in _GOOD for check in step.checks)


def _stages(was: StepResult, now: StepResult) -> Iterator[tuple[str, Pair]]:
    """The stages of the associations of a step, if it had as many in both runs."""
    if len(was.associations) == len(now.associations):
        for first, last in zip(was.associations, now.associations, strict=True):
            yield from _of_association(first.stages, last.stages)


def _of_association(was: Mapping[str, float], now: Mapping[str, float]) -> Iterator[tuple[str, Pair]]:
    for stage, seconds in was.items():
        if seconds > 0 and now.get(stage, 0.0) > 0:
            yield stage, (seconds, now[stage])


def _compared(peer: str, what: str, pairs: list[Pair]) -> TimeChange:
    # Logarithms, so that twice and half as long weigh alike, whatever the step.
    growths = [log(after / before) for before, after in pairs]
    return TimeChange(
        peer,
        what,
        len(pairs),
        median(before for before, _ in pairs),
        median(after for _, after in pairs),
        exp(median(growths)),
        median(after - before for before, after in pairs),
        signed_rank_p(growths) if smallest_p(len(pairs)) < ALPHA else None,
    )
