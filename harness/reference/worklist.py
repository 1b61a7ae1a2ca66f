"""Modality Worklist as SCP (PS3.4 K.4, K.6.1): items that match, with what was asked for of each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from harness.observe.data_set import decode_data_set
from harness.reference.query import Identifier
from harness.reference.refused import UNABLE_TO_PROCESS, Refused
from harness.reference.request import Request
from harness.reference.search import PENDING, PENDING_WITH_UNSUPPORTED_KEYS, send_matches
from harness.reference.worklist_matching import Criteria, is_key
from harness.services.identifier import encode_identifier, state_character_set
from harness.standard.worklist import ITEM_ATTRIBUTES, STEP_ATTRIBUTES, STEP_SEQUENCE

if TYPE_CHECKING:
    from pydicom.dataelem import DataElement
    from pydicom.dataset import Dataset


def answer_worklist(request: Request) -> None:
    """Answer a C-FIND-RQ of the Modality Worklist. Raises `Refused`, `AssociationEnded`."""
    syntax = request.transfer_syntax
    keys = _decoded(request)
    criteria = Criteria(keys)
    items = request.settings.worklist
    pending = PENDING if _are_supported(keys, items) else PENDING_WITH_UNSUPPORTED_KEYS
    answers = (
        encode_identifier(_with_character_set(_answer(keys, item, criteria)), syntax)
        for item in items
        if criteria.fit(item)
    )
    send_matches(request.association, request.message, pending, answers)


def _decoded(request: Request) -> Dataset:
    """The identifier. Raises `Refused`."""
    data, syntax = request.message.data, request.transfer_syntax
    Identifier(data, syntax)
    try:
        keys = decode_data_set(data or b"", syntax)
        keys.decode()
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on values that their VR does not allow
        raise Refused(UNABLE_TO_PROCESS, "the identifier cannot be decoded") from None
    return keys


def _are_supported(keys: Dataset, items: Sequence[Dataset]) -> bool:
    """Whether all keys are of the information model, or there is an item that has them."""
    steps = [step for item in items for step in item[STEP_SEQUENCE].value]
    asked = list(keys.get(STEP_SEQUENCE) or [])
    return _are_known(keys, ITEM_ATTRIBUTES, items) and all(_are_known(step, STEP_ATTRIBUTES, steps) for step in asked)


def _are_known(keys: Dataset, names: frozenset[str], data_sets: Sequence[Dataset]) -> bool:
    return all(
        element.keyword in names or any(element.tag in data_set for data_set in data_sets)
        for element in keys
        if is_key(element)
    )


def _answer(keys: Dataset, item: Dataset, criteria: Criteria) -> Dataset:
    """What was asked for, of an item that matches; what it does not have is zero-length (PS3.4 K.2.2.1.2)."""
    from pydicom.dataset import Dataset

    answer = Dataset()
    for key in keys:
        if not is_key(key):
            continue
        found = item[key.tag] if key.tag in item else None  # noqa: SIM401 - pydicom's `get` has no types
        if key.VR == "SQ":
            answer.add_new(key.tag, "SQ", list(_items(key, found, criteria)))
        elif found is None:
            answer.add_new(key.tag, key.VR, None)
        else:
            answer[key.tag] = found
    return answer


def _items(key: DataElement, found: DataElement | None, criteria: Criteria) -> Iterator[Dataset]:
    """The items of a sequence that match; whole ones if none of their attributes was named (PS3.4 K.2.2.1.2)."""
    if found is None or found.VR != "SQ":
        return
    asked = key.value[0] if key.value else None
    inner = criteria.of_items(key.tag)
    for item in found.value:
        if asked is None or not len(asked):
            yield item
        elif inner.fit(item):
            yield _answer(asked, item, inner)


def _with_character_set(answer: Dataset) -> Dataset:
    """Values beyond ASCII go out in UTF-8, whatever character set the item or the identifier has (PS3.4 C.2.2.2)."""
    state_character_set(answer)
    return answer
