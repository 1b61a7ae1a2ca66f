"""How much load there is when."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.load.shape import Shape, Stage

LEVELS = st.floats(0, 200)
STAGES = st.builds(Stage, st.floats(0.1, 20), LEVELS, LEVELS)


def test_a_constant_rate_spreads_operations_evenly() -> None:
    assert list(Shape((Stage(2, 4, 4),)).arrivals()) == pytest.approx([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75])


def test_a_rising_rate_brings_them_closer_together() -> None:
    arrivals = list(Shape((Stage(10, 0, 10),)).arrivals())
    assert len(arrivals) == 50
    gaps = [later - earlier for earlier, later in pairwise(arrivals)]
    assert all(later < earlier for earlier, later in pairwise(gaps))


def test_a_rate_of_nothing_has_none() -> None:
    assert list(Shape((Stage(5, 0, 0),)).arrivals()) == []


def test_the_level_of_a_spike() -> None:
    shape = Shape((Stage(5, 2, 2), Stage(1, 20, 20), Stage(5, 2, 2)))
    assert [shape.level(at) for at in (0, 4.9, 5, 5.9, 6, 10.9, 11)] == [2, 2, 20, 20, 2, 2, 0]
    assert (shape.seconds, shape.peak) == (11, 20)


@given(st.lists(STAGES, min_size=1, max_size=4))
def test_as_many_operations_are_due_as_the_stages_say(stages: list[Stage]) -> None:
    shape = Shape(tuple(stages))
    arrivals = list(shape.arrivals())
    assert arrivals == sorted(arrivals)
    assert len(arrivals) == pytest.approx(sum(stage.volume for stage in stages), abs=1)
    assert all(0 <= at <= shape.seconds + 1e-6 for at in arrivals)


@given(STAGES.filter(lambda stage: stage.volume > 1), st.floats(0.01, 1))
def test_a_volume_is_reached_when_the_level_sums_up_to_it(stage: Stage, part: float) -> None:
    at = stage.reached(stage.volume * part)
    assert stage.start * at + (stage.end - stage.start) * at * at / (2 * stage.seconds) == pytest.approx(
        stage.volume * part, rel=1e-6, abs=1e-6
    )
