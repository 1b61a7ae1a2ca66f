"""Attribute lists of normalized SOP instances: decoded, held against what they must be, encoded (PS3.7 10.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from harness.observe.data_set import decode_data_set
from harness.reference.refused import Refused
from harness.reference.request import Request
from harness.services.elements import Undecodable, parse_elements
from harness.services.identifier import encode_identifier
from harness.standard.normalized import Usage
from harness.standard.uids import EXPLICIT_VR_LE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

PROCESSING_FAILURE = 0x0110
MISSING_ATTRIBUTE = 0x0120
MISSING_ATTRIBUTE_VALUE = 0x0121
_UTF_8 = "ISO_IR 192"


def attributes_of(request: Request, missing: int = MISSING_ATTRIBUTE) -> Dataset:
    """The decoded data set of a request. Raises `Refused`, with the status `missing` when there is none."""
    data = request.message.data
    if not data:
        raise Refused(missing, "the request has no data set")
    try:
        parse_elements(data, request.transfer_syntax)
        return _decoded(data, request.transfer_syntax)
    except Undecodable as error:
        raise Refused(PROCESSING_FAILURE, str(error)) from None
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on values that do not fit their VR
        raise Refused(PROCESSING_FAILURE, "the data set cannot be decoded") from None


def _decoded(data: bytes, transfer_syntax_uid: str) -> Dataset:
    """A data set whose every value is decoded, its text ready to be written in UTF-8."""
    data_set = decode_data_set(data, transfer_syntax_uid)
    data_set.decode()
    for element in data_set.iterall():
        # Reading the value is what converts it.
        element.value  # noqa: B018
    if "SpecificCharacterSet" in data_set:
        data_set.SpecificCharacterSet = _UTF_8
    return data_set


def stored(data_set: Dataset) -> bytes:
    """An attribute list as it is kept."""
    return encode_identifier(data_set, EXPLICIT_VR_LE)


def restored(data: bytes) -> Dataset:
    """An attribute list that was kept."""
    return _decoded(data, EXPLICIT_VR_LE)


def require(data_set: Dataset, usages: Iterable[Usage], *, final: bool = False) -> None:
    """Hold an attribute list against the types of its attributes. Raises `Refused`, which lists what offends.

    With `final` it is that of an instance in a final state.
    """
    missing: list[int] = []
    empty: list[int] = []
    for usage in usages:
        _check(data_set, usage, usage.final if final else usage.create, missing, empty)
    if missing:
        raise Refused(MISSING_ATTRIBUTE, "attributes are missing", attributes=tuple(dict.fromkeys(missing)))
    if empty:
        raise Refused(MISSING_ATTRIBUTE_VALUE, "attributes have no value", attributes=tuple(dict.fromkeys(empty)))


def _check(data_set: Dataset, usage: Usage, kind: int, missing: list[int], empty: list[int]) -> None:
    from pydicom.datadict import tag_for_keyword

    tag = tag_for_keyword(usage.keyword) or 0
    if tag not in data_set:
        if kind < 3:
            missing.append(tag)
        return
    element = data_set[tag]
    if kind == 1 and element.is_empty:
        empty.append(tag)
    if element.VR == "SQ":
        for item in element.value:
            for inner in usage.items:
                _check(item, inner, inner.create, missing, empty)


def text(data_set: Dataset, keyword: str) -> str:
    """A single value as text; empty when there is none."""
    value = data_set.get(keyword)
    return "" if value is None else str(value)


def items(data_set: Dataset, keyword: str) -> Sequence[Dataset]:
    """The items of a sequence; none when it is missing."""
    found = data_set.get(keyword)
    return found if found is not None else ()
