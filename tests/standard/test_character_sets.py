"""Terms of Specific Character Set, alone and together."""

from __future__ import annotations

import pytest

from harness.standard.character_sets import TERMS, character_set_of_locale, character_set_terms


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("ISO_IR 100", ("ISO_IR 100",)),
        ("", ("",)),
        ("\\ISO 2022 IR 87", ("", "ISO 2022 IR 87")),
        ("ISO 2022 IR 13\\ISO 2022 IR 87", ("ISO 2022 IR 13", "ISO 2022 IR 87")),
        ("GB18030 ", ("GB18030",)),
    ],
)
def test_terms(text: str, terms: tuple[str, ...]) -> None:
    assert character_set_terms(text) == terms


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ISO_IR 999", "is no defined term"),
        ("ISO 2022 IR 87", r"write `\\ISO 2022 IR 87`"),
        ("ISO 2022 IR 149\\ISO 2022 IR 100", "cannot be the first"),
        ("ISO_IR 192\\ISO 2022 IR 87", "ISO_IR 192 takes no code extensions"),
        ("\\ISO_IR 100", "ISO_IR 100 takes no code extensions"),
        ("ISO 2022 IR 6\\", "`` is no defined term"),
    ],
)
def test_terms_that_cannot_be(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        character_set_terms(text)


@pytest.mark.parametrize(
    ("encoding", "value"),
    [
        ("UTF-8", "ISO_IR 192"),
        ("ISO-8859-1", "ISO_IR 100"),
        ("ISO-8859-15", "ISO_IR 203"),
        ("iso8859_5", "ISO_IR 144"),
        ("EUC-KR", "\\ISO 2022 IR 149"),
        ("euc_jp", "\\ISO 2022 IR 87"),
        ("gb18030", "GB18030"),
        ("ASCII", "ISO_IR 6"),
        ("ANSI_X3.4-1968", "ISO_IR 6"),
    ],
)
def test_of_a_locale(encoding: str, value: str) -> None:
    assert character_set_of_locale(encoding) == value
    assert all(term in TERMS for term in value.split("\\") if term)


def test_a_locale_that_none_holds() -> None:
    with pytest.raises(LookupError):
        character_set_of_locale("KOI8-R")
