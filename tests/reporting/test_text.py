"""Words, numbers and times."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.reporting.text import duration, moment, number_of, one_line, printable


@settings(deadline=None)
@given(st.text())
def test_printable_texts_are_legal_xml_and_steer_nothing(text: str) -> None:
    shown = printable(text)
    shown.encode("utf-8")
    for character in shown:
        code = ord(character)
        assert character in "\t\n" or 0x20 <= code < 0x7F or code >= 0xA0
        assert not 0xD800 <= code <= 0xDFFF
        assert code & 0xFFFE != 0xFFFE
        assert character not in "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    if text.isascii() and text.isprintable():
        assert shown == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\x00b\x7f\x85", "a\\x00b\\x7f\\x85"),
        ("\u202efdp.exe", "\\u202efdp.exe"),
        ("\ud800\ufffe", "\\ud800\\ufffe"),
        ("\U0001ffff", "\\U0001ffff"),
        ("山田^太郎 Łódź", "山田^太郎 Łódź"),
        ("a\tb\nc", "a\tb\nc"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_one_line() -> None:
    assert one_line("  a\n b\t\r c\xa0") == "a b \\x0d c"


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0 ms"),
        (0.0004, "0.4 ms"),
        (0.0099, "9.9 ms"),
        (0.00999, "10 ms"),
        (0.9994, "999 ms"),
        (0.9996, "1.00 s"),
        (59.99, "59.99 s"),
        (59.999, "1 min 0 s"),
        (3599.6, "1 h 0 min"),
        (7325, "2 h 2 min"),
    ],
)
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (UTC, "2026-11-21 05:32:10 UTC"),
        (timezone(timedelta(hours=1)), "2026-11-21 05:32:10 +01:00"),
        (timezone(timedelta(hours=-3, minutes=-30)), "2026-11-21 05:32:10 -03:30"),
        (None, "2026-11-21 05:32:10"),
    ],
)
def test_moment(zone: timezone | None, shown: str) -> None:
    assert moment(datetime(2026, 11, 21, 5, 32, 10, 250_000, tzinfo=zone)) == shown


def test_number_of() -> None:
    assert [number_of(1, "check"), number_of(0, "check"), number_of(1200, "match", "matches")] == [
        "1 check",
        "0 checks",
        "1,200 matches",
    ]
