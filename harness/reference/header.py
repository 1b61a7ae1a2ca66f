"""What the index keeps of an instance, read from its data set."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

from harness.reference.attributes import INDEXED, LEVELS, NON_PATIENT_CLASSES
from harness.services.element_text import character_sets, element_text
from harness.services.elements import read_elements

_CHARACTER_SET = 0x00080005
_WANTED = frozenset(INDEXED) | {_CHARACTER_SET}
_OF_ALL = {0x00080016: "SOP Class UID (0008,0016)", 0x00080018: "SOP Instance UID (0008,0018)"}
_OF_PATIENTS = {0x0020000D: "Study Instance UID (0020,000D)", 0x0020000E: "Series Instance UID (0020,000E)"}


class MissingUID(ValueError):
    """A data set without one of the UIDs that its instance must have (PS3.3 C.12.1, C.7.2.1, C.7.3.1)."""


@dataclass(frozen=True, slots=True)
class Header:
    """The indexed attributes of one instance as text: by level, then by tag."""

    by_level: dict[str, dict[int, str]]

    @property
    def patient_id(self) -> str:
        """Patient ID; empty when there is none."""
        return self.by_level["PATIENT"].get(0x00100020, "")

    @property
    def study(self) -> str:
        """Study Instance UID; empty when the instance belongs to no patient."""
        return self.by_level["STUDY"].get(0x0020000D, "")

    @property
    def series(self) -> str:
        """Series Instance UID; empty when the instance belongs to no patient."""
        return self.by_level["SERIES"].get(0x0020000E, "")

    @property
    def modality(self) -> str:
        """Modality; empty when there is none."""
        return self.by_level["SERIES"].get(0x00080060, "")

    @property
    def sop_class(self) -> str:
        """SOP Class UID."""
        return self.by_level["IMAGE"][0x00080016]

    @property
    def sop_instance(self) -> str:
        """SOP Instance UID."""
        return self.by_level["IMAGE"][0x00080018]


def read_header(stream: BinaryIO, transfer_syntax_uid: str) -> Header:
    """The header of the data set that goes from here to the end of a stream.

    Raises `Undecodable` for what is no data set in the transfer syntax, `MissingUID`, and OSError.
    """
    elements = read_elements(stream, transfer_syntax_uid, _WANTED)
    charsets = character_sets(elements.get(_CHARACTER_SET))
    by_level: dict[str, dict[int, str]] = {level: {} for level in LEVELS}
    for tag, attribute in INDEXED.items():
        if text := element_text(elements.get(tag), attribute.vr, charsets):
            by_level[attribute.level][tag] = text
    header = Header(by_level)
    required = _OF_ALL if by_level["IMAGE"].get(0x00080016) in NON_PATIENT_CLASSES else _OF_ALL | _OF_PATIENTS
    for tag, name in required.items():
        if not by_level[INDEXED[tag].level].get(tag):
            raise MissingUID(f"the data set has no {name}")
    return header
