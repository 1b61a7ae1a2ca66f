"""Identifiers of C-FIND, C-MOVE and C-GET (PS3.4 C.4): from keys as text to bytes on the wire."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_INTEGERS = {"US", "SS", "UL", "SL", "UV", "SV"}
_FLOATS = {"FL", "FD"}


def build_identifier(level: str, keys: Mapping[str, str], return_keys: Iterable[str] = ()) -> Dataset:
    """An identifier with matching keys and, zero-length, the keys to return; all named by keyword.

    Values beyond the default repertoire are sent in UTF-8 with Specific Character Set ISO_IR 192. Raises ValueError
    for a value that its VR cannot hold.
    """
    from pydicom.dataset import Dataset

    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword in return_keys:
        _set(identifier, keyword, "")
    for keyword, value in keys.items():
        _set(identifier, keyword, value)
    if not all(value.isascii() for value in keys.values()):
        identifier.SpecificCharacterSet = "ISO_IR 192"
    return identifier


def _set(identifier: Dataset, keyword: str, value: str) -> None:
    from pydicom.datadict import dictionary_VR, tag_for_keyword

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"`{keyword}` is no attribute of the data dictionary")
    vr = dictionary_VR(tag).split(" ")[0]
    converted: object = value
    if vr == "SQ":
        if value:
            raise ValueError(f"{keyword} is a sequence and takes no text")
        converted = []
    elif value and vr in _INTEGERS:
        converted = int(value)
    elif value and vr in _FLOATS:
        converted = float(value)
    elif not value and vr in _INTEGERS | _FLOATS:
        converted = None
    identifier.add_new(tag, vr, converted)


def encode_identifier(identifier: Dataset, transfer_syntax_uid: str) -> bytes:
    """The identifier in a transfer syntax, as it goes on the wire."""
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset
    from pydicom.uid import UID

    syntax = UID(transfer_syntax_uid)
    buffer = DicomBytesIO()
    buffer.is_implicit_VR = syntax.is_implicit_VR
    buffer.is_little_endian = syntax.is_little_endian
    write_dataset(buffer, identifier)
    return buffer.getvalue()
