"""SOP Class Extended Negotiation: what the bytes of its service-class-application-information mean (PS3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.standard.models import QueryModel
from harness.standard.uids import storage_sop_classes

MODALITY_WORKLIST_FIND = "1.2.840.10008.5.1.4.31"


@dataclass(frozen=True, slots=True)
class ExtendedField:
    """One byte: its name in scenario files, where it lies (from 0), and its greatest value."""

    name: str
    position: int
    maximum: int = 1


@dataclass(frozen=True, slots=True)
class Layout:
    """The bytes of the service-class-application-information of one kind of SOP class.

    `fixed` are bytes with the same value in every request, `shortest` the fewest bytes there are.
    """

    title: str
    clause: str
    fields: tuple[ExtendedField, ...]
    fixed: bytes = b""
    shortest: int = 1

    def encode(self, values: Mapping[str, int]) -> bytes:
        """The bytes up to the last one that is named; what is not named is 0."""
        named = [field for field in self.fields if field.name in values]
        length = max([self.shortest, len(self.fixed), *(field.position + 1 for field in named)])
        data = bytearray(self.fixed.ljust(length, b"\0"))
        for field in named:
            data[field.position] = values[field.name]
        return bytes(data)

    def decode(self, data: bytes) -> dict[str, int]:
        """Every field by name; bytes that are missing count as 0 (PS3.4 C.5.1.1)."""
        return {field.name: data[field.position] if field.position < len(data) else 0 for field in self.fields}


QUERY = Layout(
    "query",
    "PS3.4 C.5.1.1",
    (
        ExtendedField("relational_queries", 0),
        ExtendedField("date_time_matching", 1),
        ExtendedField("fuzzy_matching", 2),
        ExtendedField("timezone_adjustment", 3),
        ExtendedField("enhanced_multi_frame_conversion", 4),
    ),
)
RETRIEVE = Layout(
    "retrieve",
    "PS3.4 C.5.2.1, C.5.3.1",
    (ExtendedField("relational_retrieval", 0), ExtendedField("enhanced_multi_frame_conversion", 1)),
)
WORKLIST = Layout(
    "worklist",
    "PS3.4 K.5.1",
    (ExtendedField("fuzzy_matching", 2), ExtendedField("timezone_adjustment", 3)),
    fixed=b"\1\1",
    shortest=3,
)
STORAGE = Layout(
    "storage",
    "PS3.4 B.3.1",
    (
        ExtendedField("level_of_support", 0, 3),
        ExtendedField("digital_signatures", 2, 3),
        ExtendedField("element_coercion", 4, 2),
    ),
    shortest=6,
)
LAYOUTS = (QUERY, RETRIEVE, WORKLIST, STORAGE)
NAMES = tuple(dict.fromkeys(field.name for layout in LAYOUTS for field in layout.fields))
"""The names of all fields."""


def layout_of(sop_class_uid: str) -> Layout | None:
    """How the bytes for a SOP class are laid out; None where this program does not know."""
    if sop_class_uid == MODALITY_WORKLIST_FIND:
        return WORKLIST
    for model in QueryModel:
        if sop_class_uid == model.find_uid:
            return QUERY
        if sop_class_uid in (model.move_uid, model.get_uid):
            return RETRIEVE
    return STORAGE if sop_class_uid in storage_sop_classes() else None
