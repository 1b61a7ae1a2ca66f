"""Where a peer is at its limit, and where it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.load.knee import knee_of
from harness.observe.load import Window


def rising(capacity: float, *, seconds: int = 40, most: float = 200) -> list[Window]:
    """A load that rises to `most` operations per second, on a peer that does at most `capacity` of them."""
    found = []
    for second in range(seconds):
        level = most * (second + 0.5) / seconds
        done = min(level, capacity)
        latency = 0.01 if level <= capacity else 0.01 * (1 + 10 * (level - capacity) / capacity)
        found.append(Window(second, 1.0, level, round(done), 0, latency, 2 * latency))
    return found


@pytest.mark.parametrize("capacity", [60, 100, 150])
def test_the_knee_is_where_the_capacity_is(capacity: float) -> None:
    knee = knee_of(rising(capacity))
    assert knee is not None
    assert knee.level == pytest.approx(capacity, rel=0.25)
    assert knee.throughput == pytest.approx(capacity, rel=0.15)


def test_a_peer_that_keeps_up_has_none() -> None:
    assert knee_of(rising(1000)) is None


def test_a_load_that_does_not_rise_has_none() -> None:
    assert knee_of([Window(second, 1.0, 50, 50, 0, 0.01, 0.02) for second in range(20)]) is None


def test_nothing_succeeded() -> None:
    assert knee_of([Window(second, 1.0, 10 * second, 0, 5, 0, 0) for second in range(20)]) is None
    assert knee_of([]) is None


def test_the_way_back_does_not_count() -> None:
    up = rising(100)
    down = [replace(window, begin=40 + index, p50=0.01) for index, window in enumerate(up[::-1])]
    assert knee_of(up + down) == knee_of(up)
