"""Specific Character Set (0008,0005): its defined terms and how they combine (PS3.3 C.12.1.1.2)."""

from __future__ import annotations

from collections.abc import Sequence

SINGLE_BYTE = {
    "ISO_IR 6": "ascii",
    "ISO_IR 13": "shift_jis",
    "ISO_IR 100": "latin_1",
    "ISO_IR 101": "iso8859_2",
    "ISO_IR 109": "iso8859_3",
    "ISO_IR 110": "iso8859_4",
    "ISO_IR 126": "iso8859_7",
    "ISO_IR 127": "iso8859_6",
    "ISO_IR 138": "iso8859_8",
    "ISO_IR 144": "iso8859_5",
    "ISO_IR 148": "iso8859_9",
    "ISO_IR 166": "iso8859_11",
    "ISO_IR 203": "iso8859_15",
}
"""Sets without code extensions that have one byte for each character, and Python's codecs for them."""

ALONE = {"ISO_IR 192": "utf_8", "GB18030": "gb18030", "GBK": "gbk"}
"""Sets that stand alone: they take no code extensions, and need none."""

EXTENSIONS = ("ISO 2022 IR 58", "ISO 2022 IR 87", "ISO 2022 IR 149", "ISO 2022 IR 159")
"""Sets of several bytes for each character, which stand behind another."""

WITH_EXTENSIONS = tuple(term.replace("ISO_IR", "ISO 2022 IR") for term in SINGLE_BYTE)
"""Sets that others can stand behind, and that can themselves stand behind others."""

TERMS = (*SINGLE_BYTE, *ALONE, *WITH_EXTENSIONS, *EXTENSIONS)

UTF_8 = "ISO_IR 192"

_OF_LOCALES = {
    **{codec.replace("_", ""): term for term, codec in {**SINGLE_BYTE, **ALONE}.items() if codec != "shift_jis"},
    "ansix3.41968": "ISO_IR 6",
    "iso88591": "ISO_IR 100",
    "euckr": "\\ISO 2022 IR 149",
    "eucjp": "\\ISO 2022 IR 87",
    "shiftjis": "\\ISO 2022 IR 87",
    "tis620": "ISO_IR 166",
    "gb2312": "GB18030",
}


def character_set_terms(text: str) -> tuple[str, ...]:
    """The terms of a value of Specific Character Set; a first one that is empty is the default repertoire.

    Raises ValueError with a sentence for terms that are not defined, or that cannot stand together.
    """
    terms = tuple(part.strip() for part in text.split("\\"))
    for position, term in enumerate(terms):
        if term not in TERMS and (term or position):
            raise ValueError(f"`{term}` is no defined term of Specific Character Set")
    if len(terms) > 1:
        _check_extensions(terms)
    elif terms[0] in EXTENSIONS:
        raise ValueError(f"{terms[0]} stands behind another character set; write `\\{terms[0]}`")
    return terms


def _check_extensions(terms: Sequence[str]) -> None:
    for position, term in enumerate(terms):
        if term in ALONE or term in SINGLE_BYTE:
            raise ValueError(f"{term} takes no code extensions, so it cannot stand beside others")
        if term in EXTENSIONS and not position:
            raise ValueError(f"{term} cannot be the first of several character sets")


def character_set_of_locale(encoding: str) -> str:
    """The value of Specific Character Set that can hold what a locale's encoding can. Raises LookupError."""
    return _OF_LOCALES[encoding.lower().replace("-", "").replace("_", "")]
