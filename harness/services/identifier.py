"""Identifiers (PS3.4 C.4) and attribute lists (PS3.7 10.1): from values as text to bytes on the wire."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.standard.attributes import Attributes, AttributeValue

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_INTEGERS = {"US", "SS", "UL", "SL", "UV", "SV"}
_FLOATS = {"FL", "FD"}


def build_identifier(level: str, keys: Attributes, return_keys: Iterable[str] = ()) -> Dataset:
    """An identifier with matching keys and, zero-length, the keys to return; all named by keyword.

    Values beyond the default repertoire are sent in UTF-8 with Specific Character Set ISO_IR 192. Raises ValueError
    for a value that its VR cannot hold.
    """
    values: dict[str, AttributeValue] = {"QueryRetrieveLevel": level, **dict.fromkeys(return_keys, ""), **keys}
    return build_data_set(values)


def build_data_set(values: Attributes) -> Dataset:
    """A data set with these values; beyond the default repertoire they are in UTF-8, as in `build_identifier`.

    Raises ValueError for a value that its VR cannot hold.
    """
    from pydicom.dataset import Dataset

    data_set = Dataset()
    for keyword, value in values.items():
        _set(data_set, keyword, value)
    if not _is_ascii(values):
        data_set.SpecificCharacterSet = "ISO_IR 192"
    return data_set


def _is_ascii(keys: Attributes) -> bool:
    return all(
        value.isascii() if isinstance(value, str) else all(_is_ascii(item) for item in value) for value in keys.values()
    )


def _set(identifier: Dataset, keyword: str, value: AttributeValue) -> None:
    from pydicom.datadict import dictionary_VR, tag_for_keyword

    tag = tag_for_keyword(keyword)
    if tag is None:
        raise ValueError(f"`{keyword}` is no attribute of the data dictionary")
    vr = dictionary_VR(tag).split(" ")[0]
    converted: object = value
    if not isinstance(value, str) or vr == "SQ":
        if vr != "SQ" or (isinstance(value, str) and value):
            raise ValueError(f"{keyword} is {vr}: a sequence takes items, everything else takes text")
        converted = [_item(item) for item in value if not isinstance(item, str)]
    elif value and vr in _INTEGERS:
        converted = int(value)
    elif value and vr in _FLOATS:
        converted = float(value)
    elif not value and vr in _INTEGERS | _FLOATS:
        converted = None
    identifier.add_new(tag, vr, converted)


def _item(values: Attributes) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    for keyword, value in values.items():
        _set(item, keyword, value)
    return item


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
