"""Whether paired measurements differ by more than chance: the signed-rank test of Wilcoxon, in a few lines.

Pairs, because a step is only comparable with itself: an echo takes a millisecond and a move seconds, and a test that
takes both for measurements of one quantity (Mann-Whitney) sees nothing but this. No distribution is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from math import erfc, sqrt

EXACT = 60
"""Up to so many differences every assignment of signs is counted; beyond, the normal distribution is close enough."""


def signed_rank_p(differences: Iterable[float]) -> float:
    """The probability of differences at least as one-sided as these, were either sign as likely; 1.0 for none.

    Differences of 0 speak for neither side and are left out. Equal ones share their ranks.
    """
    ordered = sorted((difference for difference in differences if difference), key=abs)
    if not ordered:
        return 1.0
    doubled = _doubled_ranks(ordered)
    positive = sum(rank for rank, difference in zip(doubled, ordered, strict=True) if difference > 0)
    smaller = min(positive, sum(doubled) - positive)
    return _counted(doubled, smaller) if len(doubled) <= EXACT else _approximated(doubled, smaller)


def smallest_p(pairs: int) -> float:
    """The least that the test can say of so many pairs: all differ in the same way."""
    return min(1.0, 2.0 / 2.0**pairs)


def _doubled_ranks(ordered: Sequence[float]) -> list[int]:
    """Twice the rank of each, so that the mean rank of equal ones is a whole number."""
    doubled: list[int] = []
    for _, equal in groupby(ordered, key=abs):
        size = sum(1 for _ in equal)
        doubled += [2 * len(doubled) + size + 1] * size
    return doubled


def _counted(doubled: Sequence[int], smaller: int) -> float:
    """The share of all assignments of signs whose smaller sum is no larger, both sides together."""
    ways = [1] + [0] * smaller
    for rank in doubled:
        for total in range(smaller, rank - 1, -1):
            ways[total] += ways[total - rank]
    return float(min(1.0, 2 * sum(ways) / 2 ** len(doubled)))


def _approximated(doubled: Sequence[int], smaller: int) -> float:
    """By the normal distribution with the same mean and variance, corrected by half a rank for continuity."""
    mean = sum(doubled) / 2
    deviation = sqrt(sum(rank * rank for rank in doubled)) / 2
    distance = max(0.0, mean - smaller - 1) / deviation
    return erfc(distance / sqrt(2))
