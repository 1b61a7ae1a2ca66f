"""Attribute matching of C-FIND (PS3.4 C.2.2.2), on text.

Supported are universal, single value, wildcard and range matching and lists of UIDs. Keys of more than one value,
which the standard allows only for UIDs without extended negotiation, match like lists. Patient names match without
regard to case; everything else is case-sensitive. Dates and times are combined where that was negotiated; fuzzy and
empty value matching are not offered, and sequences are not matched.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Matcher = Callable[[str], bool]
"""Whether the value of an entity, several values separated by backslashes, matches a key."""

_WITH_WILDCARDS = frozenset(("AE", "CS", "LO", "LT", "PN", "SH", "ST", "UC", "UR", "UT"))
_NUMBERS = frozenset(("DS", "IS", "US"))
_DATE = re.compile(r"\d{4}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d(([0-5]\d|60)(\.\d{1,6})?)?)?", re.ASCII)


def is_universal(key: str, vr: str) -> bool:
    """Universal matching: zero length, or only asterisks where the VR has wildcards (C.2.2.2.3, C.2.2.2.4)."""
    return not (key.strip("*") if vr in _WITH_WILDCARDS else key)


def has_wildcard(key: str) -> bool:
    """Whether a key holds a wildcard character."""
    return "*" in key or "?" in key


def matcher(key: str, vr: str) -> Matcher:
    """The test for values of a key that is not universal. Raises ValueError for a key that its VR does not allow."""
    if vr == "DA":
        return _dates(key)
    if vr == "TM":
        return _times(key)
    if vr == "PN":
        return _any_of([_name(part) for part in key.split("\\")])
    if vr in _NUMBERS:
        return _any_of([_number(part) for part in key.split("\\")])
    if vr in _WITH_WILDCARDS and has_wildcard(key):
        return _any_of([_wildcard(part) for part in key.split("\\")])
    wanted = frozenset(key.split("\\"))
    return lambda value: any(part in wanted for part in value.split("\\"))


def _any_of(tests: list[Matcher]) -> Matcher:
    return lambda value: any(test(part) for part in value.split("\\") for test in tests)


@lru_cache(256)
def wildcard_pattern(key: str) -> re.Pattern[str]:
    """A key with `*` and `?` as a regular expression (C.2.2.2.4).

    Text between asterisks is looked for in atomic groups: where it comes first is where it counts, so nothing is ever
    tried twice and a hostile key costs no more than any other.
    """
    first, *others = ("".join("." if part == "?" else re.escape(part) for part in text) for text in key.split("*"))
    if not others:
        return re.compile(first, re.DOTALL)
    *middle, last = others
    return re.compile(first + "".join(f"(?>.*?{text})" for text in middle if text) + ".*" + last, re.DOTALL)


def _wildcard(key: str) -> Matcher:
    pattern = wildcard_pattern(key)
    return lambda value: pattern.fullmatch(value) is not None


def _name(key: str) -> Matcher:
    """Matching of PN: the whole value or one of its component groups (PS3.5 6.2.1), empty components left out."""
    folded = _plain_name(key)
    if has_wildcard(folded):
        test = _wildcard(folded)
    else:
        test = folded.__eq__

    def matches(value: str) -> bool:
        plain = _plain_name(value)
        return test(plain) or ("=" in plain and any(test(_plain_name(group)) for group in plain.split("=")))

    return matches


def _plain_name(name: str) -> str:
    return name.casefold().rstrip("^= ")


def _number(key: str) -> Matcher:
    wanted = float(key)

    def matches(value: str) -> bool:
        try:
            return float(value) == wanted
        except ValueError:
            return False

    return matches


def _dates(key: str) -> Matcher:
    """A date or a range of dates, both ends included, either of them open (C.2.2.2.5)."""
    low, high = _ends(key, _DATE)
    return lambda value: bool(value) and low <= value and (not high or value <= high)


def _times(key: str) -> Matcher:
    """A time or a range of times; an end less exact than the value includes all that it may mean."""
    low, high = _ends(key, _TIME)
    if "-" not in key:
        return lambda value: bool(value) and _full_time(value) == _full_time(low)
    start = _full_time(low)
    return lambda value: bool(value) and start <= _full_time(value) and _full_time(value)[: len(high)] <= high


def combined_matcher(dates: str, times: str) -> Matcher:
    """A range from the first date at the first time to the last date at the last time, either end open.

    The matcher is given a date followed by a time. Raises ValueError for keys that are no ranges.
    """
    first_day, last_day = _ends(dates, _DATE)
    first_time, last_time = _ends(times, _TIME)
    start = first_day + _full_time(first_time) if first_day else ""
    end = last_day + last_time if last_day else ""

    def matches(value: str) -> bool:
        moment = value[:8] + _full_time(value[8:])
        return len(value) >= 8 and start <= moment and (not end or moment[: len(end)] <= end)

    return matches


def _ends(key: str, form: re.Pattern[str]) -> tuple[str, str]:
    low, dash, high = (part.strip() for part in key.partition("-"))
    if not dash:
        high = low
    if not (low or high) or any(end and not form.fullmatch(end) for end in (low, high)):
        raise ValueError("neither a value nor a range")
    return low, high


def _full_time(time: str) -> str:
    """A time with all its components, so that texts compare as times do: `HHMMSS.FFFFFF`."""
    return time + "000000.000000"[len(time) :]
