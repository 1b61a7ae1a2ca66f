"""Data sets from bytes, through pydicom, which is imported when first needed."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

LEFT_BY_PYDICOM = "\x1b$)A"
"""The escape sequence of ISO 2022 IR 58, which pydicom 3.0.2 leaves in the text that it has decoded."""

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset


def decode_data_set(data: bytes, transfer_syntax_uid: str) -> Dataset:
    """A data set that came over the wire. Raises what pydicom raises on undecodable bytes."""
    from pydicom.charset import convert_encodings
    from pydicom.filereader import read_dataset
    from pydicom.uid import UID

    syntax = UID(transfer_syntax_uid)
    data_set = read_dataset(BytesIO(data), syntax.is_implicit_VR, syntax.is_little_endian)
    # Without it, items of sequences would not be read in the character set of the data set (PS3.3 C.12.1.1.2).
    character_set = convert_encodings(data_set.get("SpecificCharacterSet"))
    data_set.set_original_encoding(syntax.is_implicit_VR, syntax.is_little_endian, character_set)
    return data_set


def element_value(element: DataElement) -> str:
    """The value as text, several values joined by backslashes; empty for none, and for sequences."""
    from pydicom.multival import MultiValue

    value = element.value
    if value is None or element.VR == "SQ":
        return ""
    text = "\\".join(str(part) for part in value) if isinstance(value, MultiValue | list) else str(value)
    return text.replace(LEFT_BY_PYDICOM, "")
