"""Attribute matching (PS3.4 C.2.2.2) on tables of cases, and wildcards against a plain model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.reference.matching import combined_matcher, is_universal, matcher, wildcard_pattern


@pytest.mark.parametrize(
    ("key", "vr", "value", "fits"),
    [
        ("CT", "CS", "CT", True),
        ("CT", "CS", "ct", False),
        ("abc", "LO", "ABC", False),
        ("doe^john", "PN", "DOE^JOHN", True),
        ("doe*", "PN", "DOE^JOHN", True),
        ("d?e*", "PN", "DOE^JOHN", True),
        ("d?e", "PN", "DOE^JOHN", False),
        ("MÜL*", "PN", "Müller", True),
        ("1.2.3", "UI", "1.2.3", True),
        ("1.2.3\\1.2.4", "UI", "1.2.4", True),
        ("1.2.*", "UI", "1.2.3", False),
        ("20200101-20200131", "DA", "20200115", True),
        ("20200101-20200131", "DA", "20200131", True),
        ("20200101-20200131", "DA", "20200201", False),
        ("-20200131", "DA", "19991231", True),
        ("20200101-", "DA", "20991231", True),
        ("20200101-20200131", "DA", "", False),
        ("20200115", "DA", "20200115", True),
        ("10-11", "TM", "113000", True),
        ("10-11", "TM", "120000", False),
        ("3", "IS", "3", True),
        ("3", "IS", "03", True),
        ("3", "IS", "33", False),
        ("MR", "CS", "CT\\MR", True),
        ("M*", "CS", "CT\\MR", True),
        ("CT\\US", "CS", "US", True),
        ("CT\\US", "CS", "MR", False),
        ("C*\\US", "CS", "US", True),
        ("a.c", "LO", "abc", False),
        ("[ab]*", "LO", "a", False),
        ("*", "LO", "", True),
        ("*", "UI", "1.2.3", False),
        ("?*", "LO", "", False),
        ("abc", "LO", "", False),
        ("20200115", "DA", "", False),
        ("20200115", "DA", "20200116", False),
        ("-20200131", "DA", "20200201", False),
        ("20200101-", "DA", "20191231", False),
        ("1015", "TM", "101500", True),
        ("101500", "TM", "1015", True),
        ("1015", "TM", "101501", False),
        ("1015", "TM", "", False),
        ("101500.5", "TM", "101500.500000", True),
        ("10-11", "TM", "10", True),
        ("10-11", "TM", "115959.999999", True),
        ("1000-1100", "TM", "110059", True),
        ("1000-1100", "TM", "110100", False),
        ("1000-1100", "TM", "095959", False),
        ("100000-", "TM", "235959", True),
        ("-1015", "TM", "101559.9", True),
        ("-1015", "TM", "1016", False),
        ("Doe^John", "PN", "Doe^John^^", True),
        ("Doe^John^^", "PN", "Doe^John", True),
        ("Doe", "PN", "Doe^John", False),
        ("Yamada^Tarou", "PN", "Yamada^Tarou=山田^太郎", True),
        ("山田*", "PN", "Yamada^Tarou=山田^太郎", True),
        ("Yamada*=山田*", "PN", "Yamada^Tarou=山田^太郎", True),
        ("Yamada", "PN", "Yamada^Tarou=山田^太郎", False),
        ("STRASSE", "PN", "Straße", True),
        ("3.0", "DS", "3", True),
        ("512", "US", "512", True),
        ("3", "IS", "", False),
        ("3", "IS", "three", False),
    ],
)
def test_matching(key: str, vr: str, value: str, fits: bool) -> None:
    assert matcher(key, vr)(value) is fits


@pytest.mark.parametrize(
    ("key", "vr", "universal"),
    [
        ("", "LO", True),
        ("*", "LO", True),
        ("**", "PN", True),
        ("?", "LO", False),
        ("a*", "LO", False),
        ("", "DA", True),
        ("", "UI", True),
        ("*", "UI", False),
        ("*", "DA", False),
        ("*", "IS", False),
    ],
)
def test_universal(key: str, vr: str, universal: bool) -> None:
    """An asterisk is a wildcard in some VRs only (C.2.2.2.4); in others it is a value that nothing has."""
    assert is_universal(key, vr) is universal


def model(pattern: str, text: str) -> bool:
    """Wildcard matching as one would explain it."""
    if not pattern:
        return not text
    if pattern[0] == "*":
        return any(model(pattern[1:], text[start:]) for start in range(len(text) + 1))
    return bool(text) and (pattern[0] in ("?", text[0])) and model(pattern[1:], text[1:])


@given(st.text("ab*?.", max_size=6), st.text("ab.", max_size=7))
def test_wildcards_are_as_one_would_explain_them(pattern: str, text: str) -> None:
    assert (wildcard_pattern(pattern).fullmatch(text) is not None) is model(pattern, text)


@pytest.mark.parametrize(
    ("key", "vr"),
    [
        ("2004-01-01", "DA"),
        ("20041301", "DA"),
        ("20040132", "DA"),
        ("2004", "DA"),
        ("20040101-x", "DA"),
        ("-", "DA"),
        ("\uff12\uff10\uff10\uff14\uff10\uff11\uff10\uff11", "DA"),
        ("25", "TM"),
        ("10:15", "TM"),
        ("1060", "TM"),
        ("10150", "TM"),
        ("-", "TM"),
        ("*", "DA"),
        ("*", "TM"),
        ("three", "IS"),
        ("*", "IS"),
    ],
)
def test_a_key_that_its_vr_does_not_allow(key: str, vr: str) -> None:
    with pytest.raises(ValueError, match=r"neither a value nor a range|could not convert"):
        matcher(key, vr)


def test_a_hostile_key_costs_no_more_than_another() -> None:
    """A backtracking search would take longer than the universe has existed; if it came back, this would hang."""
    key = "*a" * 25 + "*b"
    assert not matcher(key, "LO")("a" * 64)
    assert matcher(key, "LO")("a" * 64 + "b")


days = st.dates().map(lambda day: f"{day:%Y%m%d}".zfill(8))


@given(days, days, days)
def test_date_ranges_are_intervals(first: str, second: str, value: str) -> None:
    low, high = sorted((first, second))
    assert matcher(f"{low}-{high}", "DA")(value) is (low <= value <= high)
    assert matcher(f"{low}-", "DA")(value) is (low <= value)
    assert matcher(f"-{high}", "DA")(value) is (value <= high)
    assert matcher(low, "DA")(value) is (low == value)


@pytest.mark.parametrize(
    ("dates", "times", "moment", "fits"),
    [
        ("20200101-20200103", "10-11", "20200101095959", False),
        ("20200101-20200103", "10-11", "20200101100000", True),
        ("20200101-20200103", "10-11", "20200102235959", True),
        ("20200101-20200103", "10-11", "20200103115959", True),
        ("20200101-20200103", "10-11", "20200103120000", False),
        ("20200101-", "10-", "20200101095959", False),
        ("20200101-", "10-", "20991231000000", True),
        ("-20200103", "-11", "19991231235959", True),
        ("-20200103", "-11", "20200103120000", False),
        ("20200101-20200103", "10-", "20200103235959", True),
        ("20200101-20200103", "-11", "20200101000000", True),
        ("20200101-20200103", "10-11", "20200102", True),
        ("20200101-20200103", "10-11", "", False),
    ],
)
def test_dates_and_times_together(dates: str, times: str, moment: str, fits: bool) -> None:
    assert combined_matcher(dates, times)(moment) is fits
