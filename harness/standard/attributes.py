"""Attributes of the data dictionary (PS3.6), through pydicom, which is imported when first needed."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TAG = re.compile(r"\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?")


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its tag as a number, keyword and value representation."""

    tag: int
    keyword: str
    vr: str


class UnknownAttribute(LookupError):
    """A text that names no attribute; `suggestions` are keywords like it."""

    def __init__(self, text: str, suggestions: list[str]) -> None:
        super().__init__(f"`{text}` is no attribute of the data dictionary")
        self.suggestions = suggestions


def resolve_attribute(text: str) -> Attribute:
    """The attribute of a keyword or a tag, `(gggg,eeee)` or `ggggeeee`. Raises `UnknownAttribute`."""
    from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword

    matched = _TAG.fullmatch(text.strip())
    tag = int(matched[1] + matched[2], 16) if matched else tag_for_keyword(text.strip())
    keyword = keyword_for_tag(tag) if tag is not None else ""
    if tag is None or not keyword:
        raise UnknownAttribute(text, _similar(text))
    return Attribute(tag, keyword, dictionary_VR(tag))


def _similar(text: str) -> list[str]:
    import difflib

    from pydicom.datadict import keyword_dict

    by_lower = {keyword.lower(): keyword for keyword in keyword_dict}
    close = difflib.get_close_matches(text.strip().lower(), by_lower, n=3, cutoff=0.7)
    return [by_lower[name] for name in close]
