"""Where a peer is at its limit: the level from which its latency grows and its throughput does not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import fmean, median

from harness.observe.load import Knee, Window

LEVELS = 10
"""Steps into which a rising load is divided."""
_NO_MORE = 1.1
"""By what factor the throughput still grows at most beyond the knee."""
_SLOWER = 1.5
"""By what factor the latency grows at least beyond the knee."""


def knee_of(windows: Sequence[Window]) -> Knee | None:
    """The knee of a load whose level rose; None where it did not rise, or the peer kept up with all of it."""
    steps = _steps([window for window in windows if window.succeeded])
    for index, step in enumerate(steps[:-1]):
        beyond = steps[index + 1 :]
        if _is_full(step, beyond):
            return step
    return None


def _is_full(step: Knee, beyond: Sequence[Knee]) -> bool:
    """Whether no more comes of more load: at each higher level, and that with a latency that has grown by the last."""
    return (
        max(one.throughput for one in beyond) <= _NO_MORE * step.throughput
        and beyond[-1].latency >= _SLOWER * step.latency
        and beyond[-1].level >= _NO_MORE * step.level
    )


def _steps(windows: Sequence[Window]) -> list[Knee]:
    """Windows of about the same level together, by rising level; the windows after the highest level are left out."""
    if not windows:
        return []
    top = max(range(len(windows)), key=lambda index: windows[index].level)
    rising = windows[: top + 1]
    lowest, highest = rising[0].level, rising[-1].level
    if highest <= lowest:
        return []
    width = (highest - lowest) / LEVELS

    def step_of(window: Window) -> int:
        return min(LEVELS - 1, int((window.level - lowest) / width))

    grouped = [list(group) for _, group in groupby(sorted(rising, key=lambda one: one.level), step_of)]
    return [
        Knee(
            fmean(one.level for one in group),
            sum(one.succeeded for one in group) / sum(one.seconds for one in group),
            median(one.p50 for one in group),
        )
        for group in grouped
    ]
