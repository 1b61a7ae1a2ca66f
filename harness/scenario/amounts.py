"""Durations and counts: how they are written, and what they become."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_DURATION = 24 * 3600.0
"""Seconds of the longest duration: no wait of a run is meant to last longer than a day."""

COUNTS = '`3`, `">= 1"`, `1..5` or `{min: 1, max: 5}`'
"""How counts are written."""

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?) *(ms|s|min|h)?")
_COUNT = re.compile(r"(>=|<=|>|<|==?)? *([0-9]{1,10})")
_RANGE = re.compile(r"([0-9]{1,10}) *\.\. *([0-9]{1,10})")


def parse_duration(text: str) -> float:
    """Seconds from `2 s`, `500 ms`, `1 min`, or a bare number of seconds. Raises ValueError with a sentence."""
    matched = _DURATION.fullmatch(text.strip())
    if matched is None:
        raise ValueError(f"`{text}` is not a duration; write for example `2 s`, `500 ms` or `1 min`")
    seconds = float(matched[1]) * _UNITS[matched[2] or "s"]
    if not 0 < seconds <= LONGEST_DURATION:
        raise ValueError(f"`{text}` cannot be waited for; write more than nothing, and at most a day, `24 h`")
    return seconds


_SIZES = {"B": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30, "TB": 1 << 40}
_SIZE = re.compile(r"([0-9]{1,12}) *(B|KB|MB|GB|TB)?")


def parse_size(text: str) -> int:
    """Bytes from `64 KB` (of 1024 bytes), `2 GB` or a bare number of bytes. Raises ValueError with a sentence."""
    matched = _SIZE.fullmatch(text.strip())
    size = int(matched[1]) * _SIZES[matched[2] or "B"] if matched is not None else 0
    if not size:
        raise ValueError(f"`{text}` is not a size; write for example `64 KB`, `10 MB` or `2 GB`")
    return size


@dataclass(frozen=True, slots=True)
class Limit:
    """A demand on a time in seconds: below it, or with `included` at most it."""

    seconds: float
    included: bool
    text: str

    def accepts(self, seconds: float) -> bool:
        """Whether a time fulfills the demand."""
        return seconds <= self.seconds if self.included else seconds < self.seconds


def parse_limit(text: str) -> Limit:
    """A demand from `< 200 ms`, or `200 ms` for at most that. Raises ValueError with a sentence."""
    sign, _, rest = text.strip().rpartition("<")
    if sign:
        raise ValueError(f"`{text}` is no limit; write for example `< 200 ms` or `200 ms`")
    below = text.strip().startswith("<") and not rest.startswith("=")
    return Limit(parse_duration(rest.removeprefix("=")), not below, text.strip())


@dataclass(frozen=True, slots=True)
class Count:
    """A demand on a number: from `minimum` to `maximum`, both included; None for no limit."""

    minimum: int | None
    maximum: int | None
    text: str

    def accepts(self, number: int) -> bool:
        """Whether a number fulfills the demand."""
        above = self.minimum is None or number >= self.minimum
        return above and (self.maximum is None or number <= self.maximum)

    def __str__(self) -> str:
        return self.text


def parse_count(value: str | Mapping[str, object]) -> Count:
    """A demand from `3`, `>= 1`, `1..5` or `{min: 1, max: 5}`. Raises ValueError with a sentence."""
    count = _count_of_limits(value) if isinstance(value, Mapping) else _count_of_text(value)
    lowest, highest = count.minimum or 0, count.maximum
    if highest is not None and lowest > highest:
        raise ValueError(f"no number is `{count}`")
    return count


def _count_of_text(written: str) -> Count:
    text = written.strip()
    between = _RANGE.fullmatch(text)
    if between:
        return Count(int(between[1]), int(between[2]), f"{int(between[1])} to {int(between[2])}")
    matched = _COUNT.fullmatch(text)
    if matched is None:
        raise ValueError(f"`{written}` is not a count; write for example {COUNTS}")
    number = int(matched[2])
    limits: dict[str, tuple[int | None, int | None]] = {
        ">=": (number, None),
        "<=": (None, number),
        ">": (number + 1, None),
        "<": (None, number - 1),
    }
    minimum, maximum = limits.get(matched[1] or "=", (number, number))
    return Count(minimum, maximum, f"{matched[1]} {number}" if matched[1] in limits else str(number))


def _count_of_limits(value: Mapping[str, object]) -> Count:
    if not value or set(value) - {"min", "max"}:
        raise ValueError("a count as a mapping has the keys `min` and `max`, or one of them")
    numbers = {}
    for key, text in value.items():
        if not isinstance(text, str) or not re.fullmatch(r"[0-9]{1,10}", text.strip()):
            raise ValueError(f"`{key}` of a count is a whole number")
        numbers[key] = int(text)
    minimum, maximum = numbers.get("min"), numbers.get("max")
    if maximum is None:
        return Count(minimum, None, f">= {minimum}")
    return Count(minimum, maximum, f"<= {maximum}" if minimum is None else f"{minimum} to {maximum}")
