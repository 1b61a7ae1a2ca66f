"""Attribute values given as text, checked before they go into a data set."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from harness.standard.attributes import Attribute, Attributes, resolve_attribute
from harness.standard.character_sets import UTF_8, character_set_terms
from harness.standard.text import AFFECTED_VRS, encode_text

if TYPE_CHECKING:
    from pydicom.dataelem import RawDataElement
    from pydicom.dataset import Dataset

_CONVERTERS: Mapping[str, Callable[[str], int | float]] = {
    **dict.fromkeys(("US", "SS", "UL", "SL", "UV", "SV"), int),
    **dict.fromkeys(("FL", "FD"), float),
    "AT": lambda text: resolve_attribute(text).tag,
}
"""What makes a value of text, by value representation; of all others the text is the value."""
_NOT_AS_TEXT = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UN"))
_ONE_TEXT = frozenset(("LT", "ST", "UR", "UT"))


def set_values(data_set: Dataset, values: Attributes, character_set: Sequence[str] = ()) -> None:
    """Put values into a data set by keyword, texts encoded in its Specific Character Set.

    Text that is not ASCII makes that UTF-8, unless the values name one, or the data set is an item of one in
    `character_set`. Raises ValueError, which names the attribute, for a value that the attribute or the character set
    cannot hold, and LookupError for what is no attribute.
    """
    stated = values.get("SpecificCharacterSet")
    if stated is None and not character_set and not _is_ascii(values):
        stated = UTF_8
        values = {"SpecificCharacterSet": stated, **values}
    if isinstance(stated, str):
        character_set = character_set_terms(stated)
    for keyword, value in values.items():
        if isinstance(value, str):
            _set_text(data_set, resolve_attribute(keyword), value, character_set)
        else:
            _set_items(data_set, keyword, value, character_set)


def _is_ascii(values: Attributes) -> bool:
    return all(value.isascii() if isinstance(value, str) else all(map(_is_ascii, value)) for value in values.values())


def _set_items(data_set: Dataset, keyword: str, items: Sequence[Attributes], character_set: Sequence[str]) -> None:
    from pydicom.dataset import Dataset

    made = []
    for item in items:
        made.append(Dataset())
        set_values(made[-1], item, character_set)
    data_set.add_new(resolve_attribute(keyword).tag, "SQ", made)


def _set_text(data_set: Dataset, attribute: Attribute, text: str, character_set: Sequence[str]) -> None:
    # Of several (`US or SS`) the first is the one for the unsigned pixels that are generated.
    vr = attribute.vr.partition(" ")[0]
    if vr in _NOT_AS_TEXT:
        raise ValueError(f"`{attribute.keyword}` cannot be given as text: its value representation is {attribute.vr}")
    parts = [text] if vr in _ONE_TEXT else text.split("\\")
    values = [_converted(attribute.keyword, vr, part) for part in parts] if text else []
    if len(values) > 1 and _takes_one_value(attribute.tag):
        raise ValueError(f"`{attribute.keyword}` takes one value, `{text}` has {len(values)}")
    if vr in AFFECTED_VRS and not text.isascii():
        data_set[attribute.tag] = _encoded(attribute, vr, text, character_set)
    else:
        data_set.add_new(attribute.tag, vr, values[0] if len(values) == 1 else values)


def _encoded(attribute: Attribute, vr: str, text: str, character_set: Sequence[str]) -> RawDataElement:
    """An element that is written as it is: pydicom would add escape sequences that nobody needs, and `?`."""
    from pydicom.dataelem import RawDataElement
    from pydicom.tag import Tag

    try:
        value = encode_text(text, vr, character_set)
    except ValueError as error:
        raise ValueError(f"`{attribute.keyword}`: {error}") from None
    value += b" " * (len(value) % 2)
    return RawDataElement(Tag(attribute.tag), vr, len(value), value, 0, False, True)


def keep_encoded(data_set: Dataset, *, implicit_vr: bool, little_endian: bool) -> None:
    """Have texts written as they were encoded: pydicom does so when it takes the data set for one that it read."""
    data_set.set_original_encoding(implicit_vr, little_endian, data_set._character_set)
    sequences = [element.value for element in data_set.elements() if element.VR == "SQ"]
    for item in itertools.chain.from_iterable(cast("list[list[Dataset]]", sequences)):
        keep_encoded(item, implicit_vr=implicit_vr, little_endian=little_endian)


def _converted(keyword: str, vr: str, part: str) -> str | int | float:
    from pydicom.config import RAISE
    from pydicom.valuerep import validate_value

    try:
        value = _CONVERTERS.get(vr, str)(part)
        validate_value(vr, value, RAISE)
    except (ValueError, LookupError):
        raise ValueError(f"`{keyword}` cannot be `{part}`: no valid value of {vr} (PS3.5 6.2)") from None
    return value


def _takes_one_value(tag: int) -> bool:
    from pydicom.datadict import dictionary_VM

    return dictionary_VM(tag) == "1"
