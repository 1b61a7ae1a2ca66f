"""Words, numbers and times as every report writes them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from harness.results.model import Verdict

if TYPE_CHECKING:
    from datetime import datetime

VERDICT_MARKS = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.WARNING: "!",
    Verdict.SKIPPED: "-",
    Verdict.BLOCKED: "⊘",
    Verdict.ERROR: "?",
}


@cache
def _unprintable() -> re.Pattern[str]:
    """Control characters, marks that reorder text, surrogates and what XML 1.0 does not allow (2.2)."""
    return re.compile(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff"
        + "".join(chr(plane * 0x10000 + 0xFFFE) + chr(plane * 0x10000 + 0xFFFF) for plane in range(1, 17))
        + "]"
    )


def printable(text: str) -> str:
    """A text that neither steers a terminal nor breaks XML: what could is written as an escape (`\\x1b`).

    Tabs and line feeds stay.
    """
    # All of these are unprintable to Python too, which says so much faster of a text that has none.
    return text if text.isprintable() else _unprintable().sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"


def one_line(text: str) -> str:
    """A printable text without line breaks and runs of spaces."""
    return " ".join(printable(text).split())


def duration(seconds: float) -> str:
    """A duration in the unit that reads best: `0.4 ms`, `12 ms`, `1.25 s`, `2 min 5 s`."""
    if seconds == 0:
        return "0 ms"
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.995:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def moment(when: datetime) -> str:
    """A moment with its time zone: `2026-11-21 05:32:10 UTC`, or with the offset (`+01:00`) elsewhere."""
    offset = when.strftime("%z")
    zone = " UTC" if offset == "+0000" else f" {offset[:3]}:{offset[3:5]}" if offset else ""
    return f"{when:%Y-%m-%d %H:%M:%S}{zone}"


def number_of(number: int, one: str, many: str = "") -> str:
    """A number and its noun: `1 check`, `3 checks`, `1,000 checks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
