"""The signed-rank test, against the counting of every assignment of signs."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.results.signed_rank import EXACT, signed_rank_p, smallest_p


def counted(differences: list[int]) -> float:
    """By its definition: mean ranks, and all signs that are at least as one-sided."""
    left = [difference for difference in differences if difference]
    sizes = sorted(map(abs, left))
    ranks = [(sizes.index(abs(one)) + 1 + len(sizes) - sizes[::-1].index(abs(one))) / 2 for one in left]
    seen = min(
        sum(rank for rank, one in zip(ranks, left, strict=True) if one > 0),
        sum(rank for rank, one in zip(ranks, left, strict=True) if one < 0),
    )
    sums = [
        sum(rank for rank, sign in zip(ranks, signs, strict=True) if sign)
        for signs in product((0, 1), repeat=len(left))
    ]
    return min(1.0, 2 * sum(one <= seen for one in sums) / len(sums))


@settings(deadline=None, max_examples=60)
@given(st.lists(st.integers(-6, 6), max_size=9))
def test_it_counts_what_its_definition_says(differences: list[int]) -> None:
    assert signed_rank_p(differences) == pytest.approx(counted(differences))


def test_a_published_example() -> None:
    # Darwin's pairs of maize plants, in eighths of an inch; R's wilcox.test has V = 96, p = 0.04126.
    maize = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
    assert signed_rank_p(maize) == pytest.approx(0.04126, abs=5e-6)


@pytest.mark.parametrize("pairs", [1, 5, 11])
def test_the_least_is_that_all_differ_alike(pairs: int) -> None:
    assert signed_rank_p([1.5] * pairs) == smallest_p(pairs)


def test_many_pairs_go_on_where_counting_ends() -> None:
    mixed = [number if number % 3 else -number for number in range(1, EXACT + 1)]
    exact, close = signed_rank_p(mixed), signed_rank_p([*mixed, *[0.5, -0.6]])
    assert close == pytest.approx(exact, rel=0.15)
    assert signed_rank_p(range(1, 400)) < 1e-30
