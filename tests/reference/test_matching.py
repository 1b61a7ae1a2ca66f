"""Attribute matching (PS3.4 C.2.2.2) on tables of cases, and wildcards against a plain model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.reference.matching import is_universal, matcher, wildcard_pattern


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
    ],
)
def test_matching(key: str, vr: str, value: str, fits: bool) -> None:
    assert matcher(key, vr)(value) is fits


@pytest.mark.parametrize(("key", "universal"), [("", True), ("*", True), ("**", True), ("?", False), ("a*", False)])
def test_universal(key: str, universal: bool) -> None:
    assert is_universal(key) is universal


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
