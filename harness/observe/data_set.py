"""Data sets from bytes, through pydicom, which is imported when first needed."""

from __future__ import annotations

import warnings
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

LEFT_BY_PYDICOM = "\x1b$)A"
"""The escape sequence of ISO 2022 IR 58, which pydicom 3.0.2 leaves in the text that it has decoded."""

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset


def decode_data_set(data: bytes, transfer_syntax_uid: str) -> Dataset:
    """A data set that came over the wire. Raises what pydicom raises on undecodable bytes.

    An element whose value is impossible for its value representation is UN, with the bytes as they came.
    """
    silence_pydicom()
    from pydicom.charset import convert_encodings
    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    syntax = UID(transfer_syntax_uid)
    data_set = read_dataset(BytesIO(data), syntax.is_implicit_VR, syntax.is_little_endian)
    # Without it, items of sequences would not be read in the character set of the data set (PS3.3 C.12.1.1.2).
    character_set = convert_encodings(data_set.get("SpecificCharacterSet"))
    data_set.set_original_encoding(syntax.is_implicit_VR, syntax.is_little_endian, character_set)
    _make_readable(data_set)
    return data_set


def failed_instances(identifier: bytes, transfer_syntax_uid: str) -> list[str]:
    """Failed SOP Instance UID List (0008,0058) of a response to C-MOVE or C-GET (PS3.4 C.4.2.1.4.2).

    Empty when the identifier cannot be decoded: a broken list is no list.
    """
    try:
        value = decode_data_set(identifier, transfer_syntax_uid).get("FailedSOPInstanceUIDList") or []
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on bad bytes
        return []
    return [value] if isinstance(value, str) else list(map(str, value))


@cache
def silence_pydicom() -> None:
    """pydicom warns of odd values and quotes them; on a terminal or in a log they would be patient data."""
    warnings.filterwarnings("ignore", category=UserWarning, module=r"pydicom(\..*)?$")


def _make_readable(data_set: Dataset) -> None:
    from pydicom.dataelem import DataElement, RawDataElement

    for tag in list(data_set.keys()):
        raw = data_set.get_item(tag)
        try:
            element = data_set[tag]
        except Exception:  # noqa: BLE001 - pydicom raises many kinds
            value = raw.value if isinstance(raw, RawDataElement) else b""
            data_set[tag] = DataElement(tag, "UN", value or b"")
            continue
        if element.VR == "SQ":
            for item in element.value or ():
                _make_readable(item)


def element_value(element: DataElement) -> str:
    """The value as text, several values joined by backslashes; empty for none, and for sequences."""
    from pydicom.multival import MultiValue

    value = element.value
    if value is None or element.VR == "SQ":
        return ""
    text = "\\".join(str(part) for part in value) if isinstance(value, MultiValue | list) else str(value)
    return text.replace(LEFT_BY_PYDICOM, "")
