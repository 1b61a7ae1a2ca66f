"""Attribute matching of C-FIND (PS3.4 C.2.2.2), on text."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Matcher = Callable[[str], bool]

_RANGES = {"DA", "TM", "DT"}
_NO_WILDCARDS = {"DA", "TM", "DT", "UI", "IS", "US", "SL", "SS", "UL", "FL", "FD", "DS", "AS", "AT"}


def is_universal(key: str) -> bool:
    """Universal matching: zero length, or only asterisks (C.2.2.2.3, C.2.2.2.4)."""
    return not key.strip("*")


def has_wildcard(key: str) -> bool:
    """Whether a key holds a wildcard character."""
    return "*" in key or "?" in key


def matcher(key: str, vr: str) -> Matcher:
    """The test for values of a key that is not universal; multi-valued attributes match when one value does."""
    if vr == "UI":
        wanted = frozenset(part.strip() for part in key.split("\\"))
        return lambda value: any(part in wanted for part in value.split("\\"))
    if vr in _RANGES and "-" in key:
        return _range(key)
    if vr not in _NO_WILDCARDS and has_wildcard(key):
        pattern = wildcard_pattern(key.strip(), ignore_case=vr == "PN")
        return lambda value: any(pattern.fullmatch(part) is not None for part in value.split("\\"))
    if vr == "PN":
        folded = key.strip().casefold()
        return lambda value: any(part.casefold() == folded for part in value.split("\\"))
    if vr in ("IS", "DS", "US"):
        return _number(key.strip())
    single = key.strip()
    return lambda value: any(part == single for part in value.split("\\"))


def _number(key: str) -> Matcher:
    try:
        number = float(key)
    except ValueError:
        return lambda value: False
    return lambda value: bool(value) and any(_is_number(part, number) for part in value.split("\\"))


def _is_number(text: str, number: float) -> bool:
    try:
        return float(text) == number
    except ValueError:
        return False


def _range(key: str) -> Matcher:
    """Range matching (C.2.2.2.5): both ends included, either may be open. Texts of DA and TM sort as they mean."""
    low, _, high = (part.strip() for part in key.partition("-"))
    # A time may be given less exactly than the value: `10` as upper end includes all of that hour.
    ceiling = high + "\uffff" if high else "\uffff"
    return lambda value: bool(value) and low <= value <= ceiling


@lru_cache(256)
def wildcard_pattern(key: str, *, ignore_case: bool) -> re.Pattern[str]:
    """A key with `*` and `?` as a regular expression (C.2.2.2.4)."""
    parts = {"*": ".*", "?": "."}
    text = "".join(parts.get(character) or re.escape(character) for character in key)
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))
