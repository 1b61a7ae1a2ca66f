"""Attribute values given as text, checked before they go into a data set."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from harness.standard.attributes import Attribute, Attributes, resolve_attribute

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

UTF_8 = "ISO_IR 192"
_CONVERTERS: Mapping[str, Callable[[str], int | float]] = {
    **dict.fromkeys(("US", "SS", "UL", "SL", "UV", "SV"), int),
    **dict.fromkeys(("FL", "FD"), float),
    "AT": lambda text: resolve_attribute(text).tag,
}
"""What makes a value of text, by value representation; of all others the text is the value."""
_NOT_AS_TEXT = frozenset(("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UN"))
_ONE_TEXT = frozenset(("LT", "ST", "UR", "UT"))
_OF_CHARACTER_SET = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
"""Value representations whose text is in the Specific Character Set (PS3.5 6.1.2.3)."""


def set_values(data_set: Dataset, values: Attributes) -> None:
    """Put values into a data set by keyword.

    Text that is not ASCII makes the Specific Character Set UTF-8, unless the values name one. Raises ValueError,
    which names the attribute, for a value that the attribute or the character set cannot hold, and LookupError for
    what is no attribute.
    """
    texts = {keyword: value for keyword, value in values.items() if isinstance(value, str)}
    if "SpecificCharacterSet" not in values and not all(text.isascii() for text in texts.values()):
        texts["SpecificCharacterSet"] = UTF_8
    for keyword, text in texts.items():
        _set_text(data_set, resolve_attribute(keyword), text, texts.get("SpecificCharacterSet", ""))
    for keyword, value in values.items():
        if not isinstance(value, str):
            _set_items(data_set, keyword, value)


def _set_items(data_set: Dataset, keyword: str, items: Sequence[Attributes]) -> None:
    from pydicom.dataset import Dataset

    made = []
    for item in items:
        made.append(Dataset())
        set_values(made[-1], item)
    data_set.add_new(resolve_attribute(keyword).tag, "SQ", made)


def _set_text(data_set: Dataset, attribute: Attribute, text: str, character_set: str) -> None:
    # Of several (`US or SS`) the first is the one for the unsigned pixels that are generated.
    vr = attribute.vr.partition(" ")[0]
    if vr in _NOT_AS_TEXT:
        raise ValueError(f"`{attribute.keyword}` cannot be given as text: its value representation is {attribute.vr}")
    parts = [text] if vr in _ONE_TEXT else text.split("\\")
    values = [_converted(attribute.keyword, vr, part) for part in parts] if text else []
    if len(values) > 1 and _takes_one_value(attribute.tag):
        raise ValueError(f"`{attribute.keyword}` takes one value, `{text}` has {len(values)}")
    if vr in _OF_CHARACTER_SET:
        _check_encodable(attribute.keyword, text, character_set)
    data_set.add_new(attribute.tag, vr, values[0] if len(values) == 1 else values)


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


def _check_encodable(keyword: str, text: str, character_set: str) -> None:
    from pydicom.charset import convert_encodings

    codecs = convert_encodings(character_set.split("\\"))
    for character in text:
        if not any(_can_encode(codec, character) for codec in codecs):
            name = character_set or "the default repertoire"
            raise ValueError(f"`{keyword}` cannot be `{text}`: {character!r} is not in {name}")


def _can_encode(codec: str, character: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True
