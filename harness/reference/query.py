"""C-FIND as SCP: identifiers judged, matched and answered (PS3.4 C.4.1)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.reference.attributes import COMPUTED, INDEXED, LEVELS, Indexed
from harness.reference.index import Index, Row
from harness.reference.matching import Matcher, has_wildcard, is_universal, matcher
from harness.standard.models import UNIQUE_KEYS, QueryModel
from harness.standard.uids import IMPLICIT_VR_LE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

IDENTIFIER_DOES_NOT_MATCH = 0xA900
PENDING = 0xFF00
PENDING_WITH_UNSUPPORTED_KEYS = 0xFF01

_LEVEL_TAG = 0x00080052
_CHARACTER_SET = 0x00080005
_RETRIEVE_AE_TITLE = 0x00080054
_NEVER_KEYS = {_LEVEL_TAG, _CHARACTER_SET, _RETRIEVE_AE_TITLE, 0x00080201}


class BadIdentifier(ValueError):
    """An identifier that the SOP class does not allow (status A900); `str()` says what is wrong."""


@dataclass(frozen=True, slots=True)
class Query:
    """A judged identifier: unique keys that limit the search, further matchers, and what to return."""

    level: str
    uids: dict[str, list[str]]
    matchers: tuple[tuple[str, Matcher], ...]
    computed_matchers: tuple[tuple[int, Matcher], ...]
    returned: tuple[tuple[int, str], ...]
    all_keys_supported: bool


def level_of(identifier: Dataset, model: QueryModel) -> str:
    """The Query/Retrieve Level. Raises `BadIdentifier` when it is missing or not one of the model's."""
    level = str(identifier.get("QueryRetrieveLevel", "") or "").strip()
    if level not in model.levels:
        raise BadIdentifier("Query/Retrieve Level (0008,0052) is missing or not of this model")
    return level


def unique_keys(identifier: Dataset, model: QueryModel, level: str, *, retrieve: bool) -> dict[str, list[str]]:
    """The unique keys that limit a request, by level (PS3.4 C.4.1.2.1, C.4.2.1.4).

    Above the level each must have a single value; at the level a retrieve needs one value or a list of UIDs.
    Raises `BadIdentifier`.
    """
    found: dict[str, list[str]] = {}
    for name in model.levels[: model.levels.index(level) + 1]:
        keyword = UNIQUE_KEYS[name]
        values = _values(identifier.get(keyword))
        usable = bool(values) and not any(has_wildcard(value) for value in values)
        if name != level and (not usable or len(values) != 1):
            raise BadIdentifier(f"{keyword} needs a single value above the {level} level")
        if retrieve and not usable:
            raise BadIdentifier(f"{keyword} needs a value to retrieve at the {level} level")
        if usable:
            found[name] = values
    return found


def _values(value: object) -> list[str]:
    """The values of an attribute as text. A person name is iterable too, but it is one value."""
    from pydicom.multival import MultiValue

    if value is None or value == "":
        return []
    return [str(part) for part in value] if isinstance(value, MultiValue) else [str(value)]


def understand(identifier: Dataset, model: QueryModel) -> Query:
    """Judge a C-FIND identifier. Raises `BadIdentifier`."""
    level = level_of(identifier, model)
    uids = unique_keys(identifier, model, level, retrieve=False)
    allowed = LEVELS[: LEVELS.index(level) + 1]
    matchers: list[tuple[str, Matcher]] = []
    computed_matchers: list[tuple[int, Matcher]] = []
    returned: list[tuple[int, str]] = []
    supported = True
    for element in identifier:
        tag = int(element.tag)
        if tag in _NEVER_KEYS or not tag & 0xFFFF:
            continue
        attribute = INDEXED.get(tag) or COMPUTED.get(tag)
        key = "\\".join(_values(element.value)) if element.VR != "SQ" else ""
        returned.append((tag, attribute.vr if attribute is not None else element.VR))
        if attribute is None or attribute.level not in allowed:
            supported = False
        elif not is_universal(key):
            if tag in COMPUTED:
                computed_matchers.append((tag, matcher(key, attribute.vr)))
            elif not (attribute.keyword in UNIQUE_KEYS.values() and attribute.level in uids):
                matchers.append((f"{tag:08X}", matcher(key, attribute.vr)))
    return Query(level, uids, tuple(matchers), tuple(computed_matchers), tuple(sorted(returned)), supported)


def answers(query: Query, index: Index, ae_title: str, transfer_syntax: str) -> Iterator[bytes]:
    """The identifiers of all matches, encoded."""
    implicit = transfer_syntax == IMPLICIT_VR_LE
    for row in index.rows(query.level, query.uids):
        if not all(fits(row.attributes.get(tag, "")) for tag, fits in query.matchers):
            continue
        computed = _computed(query, row, index)
        if all(fits(computed.get(tag, "")) for tag, fits in query.computed_matchers):
            yield _encode(query, row, computed, ae_title, implicit)


def pending_status(query: Query) -> int:
    """FF01 when optional keys are asked for that are not supported (PS3.4 C.4.1.1.4)."""
    return PENDING if query.all_keys_supported else PENDING_WITH_UNSUPPORTED_KEYS


def _computed(query: Query, row: Row, index: Index) -> dict[int, str]:
    wanted: dict[str, list[Indexed]] = {}
    for tag, _ in query.returned:
        attribute = COMPUTED.get(tag)
        if attribute is not None and LEVELS.index(attribute.level) <= LEVELS.index(query.level):
            wanted.setdefault(attribute.level, []).append(attribute)
    values: dict[int, str] = {}
    for level, attributes in wanted.items():
        uid = row.uid if level == query.level else row.attributes.get(_UNIQUE_TAGS[level], "")
        related = index.related(level, uid)
        for attribute in attributes:
            values[attribute.tag] = _COMPUTE[attribute.keyword](related)
    return values


_UNIQUE_TAGS = {"PATIENT": "00100020", "STUDY": "0020000D", "SERIES": "0020000E"}
_COMPUTE = {
    "NumberOfPatientRelatedStudies": lambda related: str(len(related["studies"])),
    "NumberOfPatientRelatedSeries": lambda related: str(len(related["series"])),
    "NumberOfPatientRelatedInstances": lambda related: str(len(related["instances"])),
    "NumberOfStudyRelatedSeries": lambda related: str(len(related["series"])),
    "NumberOfStudyRelatedInstances": lambda related: str(len(related["instances"])),
    "NumberOfSeriesRelatedInstances": lambda related: str(len(related["instances"])),
    "ModalitiesInStudy": lambda related: "\\".join(related["modalities"]),
    "SOPClassesInStudy": lambda related: "\\".join(related["sop_classes"]),
}


def _encode(query: Query, row: Row, computed: dict[int, str], ae_title: str, implicit: bool) -> bytes:
    elements = [(_LEVEL_TAG, "CS", query.level), (_RETRIEVE_AE_TITLE, "AE", ae_title)]
    for tag, vr in query.returned:
        elements.append((tag, vr, computed.get(tag) or row.attributes.get(f"{tag:08X}", "")))
    if not all(text.isascii() for _, _, text in elements):
        elements.append((_CHARACTER_SET, "CS", "ISO_IR 192"))
    return b"".join(_element(tag, vr, text, implicit) for tag, vr, text in sorted(elements))


_LONG_VRS = {"OB", "OW", "OF", "OD", "OL", "OV", "SQ", "UC", "UN", "UR", "UT", "SV", "UV"}


def _element(tag: int, vr: str, text: str, implicit: bool) -> bytes:
    value = _value(vr, text)
    group, element = tag >> 16, tag & 0xFFFF
    if implicit:
        return struct.pack("<HHI", group, element, len(value)) + value
    short = vr.split(" ")[0]
    if short in _LONG_VRS:
        return struct.pack("<HH2sHI", group, element, short.encode(), 0, len(value)) + value
    return struct.pack("<HH2sH", group, element, short.encode(), len(value)) + value


def _value(vr: str, text: str) -> bytes:
    if vr == "US":
        return struct.pack("<H", int(text)) if text else b""
    encoded = text.encode("utf-8")
    if len(encoded) % 2:
        encoded += b"\0" if vr == "UI" else b" "
    return encoded
