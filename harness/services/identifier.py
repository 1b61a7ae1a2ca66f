"""Identifiers (PS3.4 C.4, K.4) and attribute lists (PS3.7 10.1): from values as text to bytes on the wire."""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from harness.observe.asked import Asked, asked_by
from harness.observe.data_set import element_value
from harness.services.elements import SHORT_VRS
from harness.standard.attributes import Attributes, AttributeValue
from harness.standard.character_sets import UTF_8, character_set_terms
from harness.standard.text import AFFECTED_VRS, encode_text
from harness.standard.uids import IMPLICIT_VR_LE

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset

_INTEGERS = {"US", "SS", "UL", "SL", "UV", "SV"}
_FLOATS = {"FL", "FD"}


def build_identifier(
    level: str,
    keys: Attributes,
    return_keys: Attributes | Iterable[str] = (),
    *,
    base: Dataset | None = None,
    character_set: str | None = None,
) -> Dataset:
    """An identifier with matching keys and, zero-length, the keys to return; all named by keyword.

    Without a level it has no Query/Retrieve Level, as in worklists. With a `base` (which is changed), keys are put in
    place of those that it has. `character_set` is a value of Specific Character Set; without one, that of the base
    holds, and values beyond it are sent in UTF-8. Raises ValueError for a value that its VR or the character set
    cannot hold.
    """
    from pydicom.dataset import Dataset

    identifier = Dataset() if base is None else base
    if level:
        identifier.QueryRetrieveLevel = level
    returned = return_keys if isinstance(return_keys, Mapping) else dict.fromkeys(return_keys, "")
    put_keys(identifier, returned)
    put_keys(identifier, keys)
    if "SpecificCharacterSet" not in keys:
        state_character_set(identifier, character_set)
    return identifier


def build_data_set(values: Attributes) -> Dataset:
    """A data set with these values; beyond the default repertoire they are in UTF-8, as in `build_identifier`.

    Raises ValueError for a value that its VR cannot hold.
    """
    return build_identifier("", values)


def put_keys(data_set: Dataset, keys: Attributes) -> None:
    """Put keys into a data set; into a sequence's one item if there is one. Raises ValueError."""
    for keyword, value in keys.items():
        present = data_set.get(keyword)
        into_item = not isinstance(value, str) and len(value) == 1 and _is_one_item(present)
        if into_item and not isinstance(value[0], str):
            put_keys(present[0], value[0])
        else:
            _set(data_set, keyword, value)


def _is_one_item(value: object) -> bool:
    from pydicom.sequence import Sequence as Items

    return isinstance(value, Items) and len(value) == 1


def _set(data_set: Dataset, keyword: str, value: AttributeValue) -> None:
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
    data_set.add_new(tag, vr, converted)


def _item(values: Attributes) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    for keyword, value in values.items():
        _set(item, keyword, value)
    return item


# Character sets


def state_character_set(identifier: Dataset, character_set: str | None = None) -> None:
    """State the character set and see that it holds every text. Raises ValueError."""
    texts = list(_texts(identifier))
    stated = character_set_of(identifier)
    chosen = stated if character_set is None else character_set
    if character_set is None and not all(text.isascii() for _, text in texts):
        chosen = chosen if stated and _holds(texts, stated) else UTF_8
    if chosen or character_set is not None:
        identifier.SpecificCharacterSet = chosen.split("\\")
    if character_set is not None:
        for element, text in texts:
            encode_text(text, element.VR, character_set_terms(chosen))


def character_set_of(identifier: Dataset) -> str:
    """The value of Specific Character Set; empty when there is none."""
    value = identifier.get("SpecificCharacterSet") or ""
    return value if isinstance(value, str) else "\\".join(value)


def _holds(texts: Sequence[tuple[DataElement, str]], character_set: str) -> bool:
    try:
        for element, text in texts:
            encode_text(text, element.VR, character_set_terms(character_set))
    except ValueError:
        return False
    return True


def _texts(data_set: Dataset) -> Iterator[tuple[DataElement, str]]:
    """Every element that the character set affects, with its text; those within sequences too."""
    for element in data_set:
        if element.VR == "SQ":
            for item in element.value:
                yield from _texts(item)
        elif element.VR in AFFECTED_VRS and element.value is not None:
            yield element, element_value(element)


# Files and the wire


def asked_of(identifier: Dataset) -> Asked:
    """What an identifier asks for, by its unique keys."""
    keys = {element.keyword: _key_text(element) for element in identifier if element.keyword not in _NO_KEYS}
    return asked_by(identifier.get("QueryRetrieveLevel") or "", keys)


def _key_text(element: DataElement) -> str:
    """The value of a key; of a sequence, the items that hold one count as a value."""
    if element.VR != "SQ":
        return element_value(element)
    return "items" if any(_key_text(inner) for item in element.value for inner in item) else ""


_NO_KEYS = ("QueryRetrieveLevel", "SpecificCharacterSet", "TimezoneOffsetFromUTC")
"""What stands in an identifier and is nothing to match (PS3.4 C.4.1.1.3)."""


def read_query(path: Path) -> Dataset:
    """The data set of a DICOM file to query with, its texts decoded. Raises ValueError naming the file."""
    from pydicom import dcmread
    from pydicom.dataset import Dataset

    try:
        file = dcmread(path, force=True)
        query = Dataset({element.tag: element for element in file if element.tag.group > 2})
        query.decode()
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except Exception as error:  # noqa: BLE001 - pydicom raises many kinds on bytes that are no data set
        raise ValueError(f"{path} is no DICOM file: {error}") from None
    if not query:
        raise ValueError(f"{path} is no DICOM file, or has no data set")
    return query


def encode_identifier(identifier: Dataset, transfer_syntax_uid: str) -> bytes:
    """The identifier in a transfer syntax, as it goes on the wire.

    Texts beyond ASCII are encoded here: pydicom writes escape sequences that nobody needs, and `?`. What cannot be
    encoded, because the character set was stated as a key of its own, is left to it.
    """
    if all(text.isascii() for _, text in _texts(identifier)):
        return _written_by_pydicom(identifier, transfer_syntax_uid)
    return _encode(identifier, transfer_syntax_uid, character_set_of(identifier))


def _encode(data_set: Dataset, transfer_syntax_uid: str, character_set: str) -> bytes:
    from pydicom.dataset import Dataset

    written = []
    for element in data_set:
        if element.VR == "SQ":
            items = (_encode(item, transfer_syntax_uid, character_set) for item in element.value)
            value: bytes | None = b"".join(struct.pack("<HHI", 0xFFFE, 0xE000, len(item)) + item for item in items)
        else:
            value = _encoded(element, character_set) if element.VR in AFFECTED_VRS else None
        if value is None:
            alone = Dataset({element.tag: element})
            written.append(_written_by_pydicom(alone, transfer_syntax_uid))
        else:
            written.append(_header(element, len(value), transfer_syntax_uid) + value)
    return b"".join(written)


def _header(element: DataElement, length: int, transfer_syntax_uid: str) -> bytes:
    """What stands before the value of an element (PS3.5 7.1), in little endian."""
    tag = (element.tag.group, element.tag.element)
    if transfer_syntax_uid == IMPLICIT_VR_LE:
        return struct.pack("<HHI", *tag, length)
    vr = element.VR.encode("ascii")
    if vr in SHORT_VRS:
        return struct.pack("<HH2sH", *tag, vr, length)
    return struct.pack("<HH2sHI", *tag, vr, 0, length)


def _written_by_pydicom(data_set: Dataset, transfer_syntax_uid: str) -> bytes:
    from pydicom.filebase import DicomBytesIO
    from pydicom.filewriter import write_dataset
    from pydicom.uid import UID

    syntax = UID(transfer_syntax_uid)
    buffer = DicomBytesIO()
    buffer.is_implicit_VR = syntax.is_implicit_VR
    buffer.is_little_endian = syntax.is_little_endian
    write_dataset(buffer, data_set)
    return buffer.getvalue()


def _encoded(element: DataElement, character_set: str) -> bytes | None:
    """The padded value of a text beyond ASCII; None for others, and for those that cannot be encoded."""
    text = element_value(element)
    if element.value is None or text.isascii():
        return None
    try:
        value = encode_text(text, element.VR, character_set_terms(character_set))
    except ValueError:
        return None
    return value + b" " if len(value) % 2 else value
