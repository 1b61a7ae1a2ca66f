"""The identifiers of C-FIND responses, encoded without building data sets (PS3.4 C.4.1.1.3.2)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Mapping

from harness.reference.attributes import COMPUTED, LEVELS, Indexed
from harness.reference.defects import Readable
from harness.reference.index import Row
from harness.reference.matching import Matcher
from harness.reference.query import CHARACTER_SET_TAG, LEVEL_TAG, RETRIEVE_AE_TITLE_TAG, Query
from harness.services.element_text import encode_text
from harness.services.elements import SHORT_VRS
from harness.standard.character_sets import UTF_8
from harness.standard.uids import IMPLICIT_VR_LE

_STUDY, _SERIES, _PATIENT = 0x0020000D, 0x0020000E, 0x00100020
_UNIQUE = {"PATIENT": _PATIENT, "STUDY": _STUDY, "SERIES": _SERIES}
_COMPUTE: dict[str, Callable[[Mapping[str, list[str]]], str]] = {
    "NumberOfPatientRelatedStudies": lambda related: str(len(related["studies"])),
    "NumberOfPatientRelatedSeries": lambda related: str(len(related["series"])),
    "NumberOfPatientRelatedInstances": lambda related: str(len(related["instances"])),
    "NumberOfStudyRelatedSeries": lambda related: str(len(related["series"])),
    "NumberOfStudyRelatedInstances": lambda related: str(len(related["instances"])),
    "NumberOfSeriesRelatedInstances": lambda related: str(len(related["instances"])),
    "ModalitiesInStudy": lambda related: "\\".join(related["modalities"]),
    "SOPClassesInStudy": lambda related: "\\".join(related["sop_classes"]),
}
_LONGEST_SHORT = 65534


def answers(query: Query, index: Readable, ae_title: str, transfer_syntax: str) -> Iterator[bytes]:
    """The identifiers of all matches, encoded. Raises sqlite3.Error.

    Values beyond ASCII go out in UTF-8, whatever character set they were stored or asked for in (PS3.4 C.2.2.2).
    """
    layout = _Layout(query, ae_title, transfer_syntax)
    wanted = _wanted(query)
    for row in index.rows(query.level, query.uids):
        if not all(fits(row.attributes.get(tag, "")) for tag, fits in query.matchers):
            continue
        if not all(_fits_moment(row, *pair) for pair in query.combined_matchers):
            continue
        computed = _computed(wanted, query.level, row, index)
        if all(fits(computed.get(tag, "")) for tag, fits in query.computed_matchers):
            yield layout.answer(row.attributes | computed)


def _fits_moment(row: Row, date: int, time: int, fits: Matcher) -> bool:
    """Whether a date with its time matches; without a date it is unknown and matches (PS3.4 C.2.2.1.2)."""
    day = row.attributes.get(date, "")
    return not day or fits(day + row.attributes.get(time, ""))


def _wanted(query: Query) -> dict[str, list[Indexed]]:
    """The computed attributes that are asked for, by the level whose entity they belong to."""
    wanted: dict[str, list[Indexed]] = {}
    for tag, _ in query.returned:
        attribute = COMPUTED.get(tag)
        if attribute is not None and LEVELS.index(attribute.level) <= LEVELS.index(query.level):
            wanted.setdefault(attribute.level, []).append(attribute)
    return wanted


def _computed(wanted: Mapping[str, list[Indexed]], row_level: str, row: Row, index: Readable) -> dict[int, str]:
    values: dict[int, str] = {}
    for level, attributes in wanted.items():
        uid = row.uid if level == row_level else row.attributes.get(_UNIQUE[level], "")
        related = index.related(level, uid)
        for attribute in attributes:
            values[attribute.tag] = _COMPUTE[attribute.keyword](related)
    return values


class _Layout:
    """How the answers to a query are written: what is the same in all of them, and the order of the rest."""

    def __init__(self, query: Query, ae_title: str, transfer_syntax: str) -> None:
        self._encode = _element_implicit if transfer_syntax == IMPLICIT_VR_LE else _element_explicit
        self._character_set = self._encode(CHARACTER_SET_TAG, "CS", UTF_8)
        always = {LEVEL_TAG: ("CS", query.level), RETRIEVE_AE_TITLE_TAG: ("AE", ae_title)}
        elements = [*((tag, vr, "") for tag, vr in query.returned), *((tag, *same) for tag, same in always.items())]
        self._elements = [(tag, vr, self._encode(tag, vr, text)) for tag, vr, text in sorted(elements)]
        """Each with what stands for it where an entity has no value of its own."""

    def answer(self, values: Mapping[int, str]) -> bytes:
        """The identifier with the values of an entity, by tag."""
        parts = []
        is_ascii = True
        for tag, vr, otherwise in self._elements:
            text = values.get(tag)
            if text:
                is_ascii = is_ascii and text.isascii()
                parts.append(self._encode(tag, vr, text))
            else:
                parts.append(otherwise)
        # Specific Character Set comes before all that is ever returned.
        return b"".join(parts) if is_ascii else self._character_set + b"".join(parts)


def _element_implicit(tag: int, vr: str, text: str) -> bytes:
    value = encode_text(text, vr)
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def _element_explicit(tag: int, vr: str, text: str) -> bytes:
    value = encode_text(text, vr)
    name = vr.encode("ascii")
    if name not in SHORT_VRS:
        return struct.pack("<HH2sHI", tag >> 16, tag & 0xFFFF, name, 0, len(value)) + value
    # A value that the length field cannot hold (thousands of SOP classes) is left out, not cut.
    value = value if len(value) <= _LONGEST_SHORT else b""
    return struct.pack("<HH2sH", tag >> 16, tag & 0xFFFF, name, len(value)) + value
