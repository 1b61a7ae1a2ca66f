"""Attributes of the data dictionary (PS3.6), through pydicom, which is imported when first needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

_TAG = re.compile(r"\(([0-9A-F]{4}), ?([0-9A-F]{4})\)|([0-9A-F]{4}),?([0-9A-F]{4})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute: its tag as a number, keyword and value representation (of several: `US or SS`)."""

    tag: int
    keyword: str
    vr: str


AttributeValue = str | Sequence["Attributes"]
"""A value as text, several joined by backslashes; of a sequence, its items."""
Attributes = Mapping[str, AttributeValue]
"""Values by keyword."""


def key_paths(attributes: Attributes) -> Iterator[tuple[str, ...]]:
    """Every attribute that is no sequence, with the sequences it is in before it; of a sequence, all items."""
    for keyword, value in attributes.items():
        if isinstance(value, str):
            yield (keyword,)
        else:
            yield from ((keyword, *path) for item in value for path in key_paths(item))


class UnknownAttribute(LookupError):
    """A text that names no attribute; `suggestions` are keywords like it."""

    def __init__(self, text: str, suggestions: list[str]) -> None:
        super().__init__(f"`{text}` is no attribute of the data dictionary")
        self.suggestions = suggestions


def resolve_attribute(text: str) -> Attribute:
    """The attribute of a keyword, a name (`Patient's Name`) or a tag, `(gggg,eeee)` or `ggggeeee`.

    Case and punctuation of keywords and names don't matter. Raises `UnknownAttribute`.
    """
    from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword

    text = text.strip()
    if matched := _TAG.fullmatch(text):
        tag: int | None = int("".join(part for part in matched.groups() if part), 16)
    else:
        tag = (tag_for_keyword(text) if text else None) or _tags_by_name().get(_plain(text))
    keyword = keyword_for_tag(tag) if tag is not None else ""
    if tag is None or not keyword:
        raise UnknownAttribute(text, [] if matched else _similar(text))
    return Attribute(tag, keyword, dictionary_VR(tag))


def attribute_name(tag: int) -> str:
    """The keyword of a tag; of one that is not in the data dictionary, the tag itself."""
    from pydicom.datadict import keyword_for_tag

    return keyword_for_tag(tag) or f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


@cache
def _tags_by_name() -> dict[str, int]:
    """Tags by keyword and by name without case and punctuation; keywords win."""
    from pydicom._dicom_dict import DicomDictionary

    entries = [(tag, name, keyword) for tag, (_, _, name, _, keyword) in DicomDictionary.items() if keyword]
    return {_plain(name): tag for tag, name, _ in reversed(entries)} | {_plain(kw): tag for tag, _, kw in entries}


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def _similar(text: str) -> list[str]:
    import difflib

    from pydicom.datadict import keyword_for_tag

    known = _tags_by_name()
    close = difflib.get_close_matches(_plain(text), known, n=6, cutoff=0.7)
    return list(dict.fromkeys(keyword_for_tag(known[name]) for name in close))[:3]
