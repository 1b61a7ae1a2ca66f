"""Counts and durations as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.scenario.amounts import parse_count, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("2 s", 2), ("2s", 2), ("2", 2), ("500 ms", 0.5), ("1.5 min", 90), ("24 h", 86400), (" 3 s ", 3), ("0.1 s", 0.1)],
)
def test_durations(text: str, seconds: float) -> None:
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "text", ["", "s", "2 seconds", "-1 s", "0", "0 ms", "1e3 s", "25 h", "٢ s", "9" * 400, "1 s 2 ms"]
)
def test_no_durations(text: str) -> None:
    with pytest.raises(ValueError, match="`"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("written", "accepted", "refused", "shown"),
    [
        ("3", [3], [2, 4], "3"),
        ("= 3", [3], [2, 4], "3"),
        ("== 3", [3], [2, 4], "3"),
        ("0", [0], [1], "0"),
        (">= 1", [1, 99], [0], ">= 1"),
        (">=1", [1, 99], [0], ">= 1"),
        ("> 1", [2], [1], "> 1"),
        ("<= 1", [0, 1], [2], "<= 1"),
        ("< 1", [0], [1], "< 1"),
        ("1..5", [1, 5], [0, 6], "1 to 5"),
        ("007", [7], [0], "7"),
        ({"min": "1", "max": "5"}, [1, 5], [0, 6], "1 to 5"),
        ({"min": "1"}, [1, 6], [0], ">= 1"),
        ({"max": "5"}, [0, 5], [6], "<= 5"),
    ],
)
def test_counts(written: str | dict[str, str], accepted: list[int], refused: list[int], shown: str) -> None:
    count = parse_count(written)
    assert all(count.accepts(number) for number in accepted)
    assert not any(count.accepts(number) for number in refused)
    assert str(count) == shown


@pytest.mark.parametrize(
    "written",
    [
        *("", "-1", "a", "1.5", ">= x", "=> 1", "5..1", "< 0", "²", "9" * 5000),
        *({}, {"min": "a"}, {"least": "1"}, {"min": "2", "max": "1"}),
    ],
)
def test_no_counts(written: str | dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"count|no number"):
        parse_count(written)


@given(st.integers(0, 10**9 - 1), st.integers(0, 10**9 - 1), st.integers(0, 10**9))
def test_a_range_is_its_two_limits(low: int, high: int, number: int) -> None:
    low, high = sorted((low, high))
    both = parse_count({"min": str(low), "max": str(high)})
    at_least, at_most = parse_count(f">= {low}"), parse_count(f"<= {high}")
    assert both.accepts(number) == (at_least.accepts(number) and at_most.accepts(number))
    assert both.accepts(number) == parse_count(f"{low}..{high}").accepts(number)
