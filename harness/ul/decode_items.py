"""The items of A-ASSOCIATE PDUs from bytes (PS3.8 9.3.2, 9.3.3)."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from harness.ul import items as i
from harness.ul.decode_user_items import decode_user_item
from harness.ul.deviation import Deviation
from harness.ul.names import UID_CLAUSE, read_uid
from harness.ul.pdu import ASSOCIATE_RQ, pdu_name

_HEADER = struct.Struct(">BBH")
_DEFINED = frozenset(
    {
        i.APPLICATION_CONTEXT,
        i.PRESENTATION_CONTEXT_RQ,
        i.PRESENTATION_CONTEXT_AC,
        i.ABSTRACT_SYNTAX,
        i.TRANSFER_SYNTAX,
        i.USER_INFORMATION,
        *range(i.MAXIMUM_LENGTH, i.USER_IDENTITY_AC + 1),
    }
)
"""Item types of this edition of the standard. Others are to be ignored (PS3.8 9.3.1, D.2) and so are no deviation."""


def decode_items(pdu_type: int, data: bytes, start: int, base: int) -> tuple[tuple[i.Item, ...], list[Deviation]]:
    """All items of an A-ASSOCIATE-RQ or -AC from `start` to the end of `data`, which lies `base` bytes into the PDU."""
    found: list[Deviation] = []
    whole = _split(data, start, base, found)
    return tuple([_item(pdu_type, item_type, value, offset, found) for item_type, _, value, offset in whole]), found


def _split(data: bytes, start: int, base: int, found: list[Deviation]) -> Iterator[tuple[int, int, bytes, int]]:
    """Type, second byte, value and offset in the PDU of each item."""
    offset, end = start, len(data)
    while offset < end:
        if end - offset < 4:
            found.append(
                Deviation("item-length", "PS3.8 9.3.1", "an item is cut before its header ends", base + offset)
            )
            return
        item_type, second, length = _HEADER.unpack_from(data, offset)
        value = data[offset + 4 : offset + 4 + length]
        if len(value) < length:
            text = f"item {item_type:02X}H says {length} bytes and {len(value)} are there"
            found.append(Deviation("item-length", "PS3.8 9.3.1", text, base + offset))
        yield item_type, second, value, base + offset
        offset += 4 + length


def _item(pdu_type: int, item_type: int, value: bytes, offset: int, found: list[Deviation]) -> i.Item:
    is_request = pdu_type == ASSOCIATE_RQ
    if item_type == (i.PRESENTATION_CONTEXT_RQ if is_request else i.PRESENTATION_CONTEXT_AC):
        return _proposed_context(value, offset, found) if is_request else _context_result(value, offset, found)
    if item_type == i.APPLICATION_CONTEXT:
        return i.ApplicationContext(_uid(value, "application context name", offset, found))
    if item_type == i.USER_INFORMATION:
        clause = "PS3.8 9.3.2.3" if is_request else "PS3.8 9.3.3.3"
        return i.UserInformation(tuple(_user_items(clause, value, offset, found)))
    if item_type in _DEFINED:
        clause = "PS3.8 9.3.2" if is_request else "PS3.8 9.3.3"
        text = f"item {item_type:02X}H does not belong into an {pdu_name(pdu_type)}"
        found.append(Deviation("item-misplaced", clause, text, offset))
    return i.RawItem(item_type, value)


def _uid(value: bytes, what: str, offset: int, found: list[Deviation]) -> str:
    uid, fault = read_uid(value)
    if fault:
        found.append(Deviation("uid", UID_CLAUSE, f"the {what} {fault}", offset))
    return uid


def _user_items(clause: str, value: bytes, offset: int, found: list[Deviation]) -> Iterator[i.UserItem]:
    for item_type, second, sub_value, at in _split(value, 0, offset + 4, found):
        item = decode_user_item(item_type, second, sub_value, at, found)
        if item is None:
            if item_type in _DEFINED:
                text = f"item {item_type:02X}H does not belong into the user information"
                found.append(Deviation("item-misplaced", clause, text, at))
            item = i.RawItem(item_type, sub_value)
        yield item


def _syntaxes(clause: str, value: bytes, offset: int, found: list[Deviation]) -> tuple[list[str], list[str]]:
    abstract: list[str] = []
    transfer: list[str] = []
    for item_type, _, sub_value, at in _split(value, 4, offset + 4, found):
        if item_type == i.TRANSFER_SYNTAX:
            transfer.append(_uid(sub_value, "transfer syntax name", at, found))
        elif item_type == i.ABSTRACT_SYNTAX:
            if transfer and not abstract:
                found.append(Deviation("context-order", clause, "an abstract syntax comes after a transfer syntax", at))
            abstract.append(_uid(sub_value, "abstract syntax name", at, found))
        elif item_type in _DEFINED:
            text = f"item {item_type:02X}H does not belong into a presentation context"
            found.append(Deviation("item-misplaced", clause, text, at))
    return abstract, transfer


def _check_id(clause: str, context_id: int, offset: int, found: list[Deviation]) -> None:
    if context_id % 2 == 0:
        found.append(Deviation("context-id", clause, f"presentation context id {context_id} is even", offset + 4))


def _proposed_context(value: bytes, offset: int, found: list[Deviation]) -> i.Item:
    clause = "PS3.8 9.3.2.2"
    if len(value) < 4:
        found.append(
            Deviation("item-length", clause, "a presentation context item is shorter than its fixed fields", offset)
        )
        return i.RawItem(i.PRESENTATION_CONTEXT_RQ, value)
    context_id = value[0]
    _check_id(clause, context_id, offset, found)
    abstract, transfer = _syntaxes(clause, value, offset, found)
    if len(abstract) != 1:
        text = f"presentation context {context_id} has {len(abstract)} abstract syntaxes, not one"
        found.append(Deviation("abstract-syntax-one", clause, text, offset))
    if not transfer:
        found.append(
            Deviation(
                "transfer-syntax-some", clause, f"presentation context {context_id} has no transfer syntax", offset
            )
        )
    return i.ProposedContext(context_id, abstract[0] if abstract else "", tuple(transfer), value[1:4])


def _context_result(value: bytes, offset: int, found: list[Deviation]) -> i.Item:
    clause = "PS3.8 9.3.3.2"
    if len(value) < 4:
        found.append(
            Deviation("item-length", clause, "a presentation context item is shorter than its fixed fields", offset)
        )
        return i.RawItem(i.PRESENTATION_CONTEXT_AC, value)
    context_id, result = value[0], value[2]
    _check_id(clause, context_id, offset, found)
    if result > 4:
        found.append(
            Deviation(
                "context-result", clause, f"presentation context {context_id} has the undefined result {result}", offset
            )
        )
    if result != 0:
        # What follows is not significant and "shall not be tested when received" (Table 9-18).
        _, transfer = _syntaxes(clause, value, offset, [])
        return i.ContextResult(context_id, result, transfer[0] if transfer else "")
    abstract, transfer = _syntaxes(clause, value, offset, found)
    if abstract:
        text = f"the answer to presentation context {context_id} has an abstract syntax"
        found.append(Deviation("item-misplaced", clause, text, offset))
    if len(transfer) != 1:
        text = f"accepted presentation context {context_id} has {len(transfer)} transfer syntaxes, not one"
        found.append(Deviation("transfer-syntax-one", clause, text, offset))
    return i.ContextResult(context_id, result, transfer[0] if transfer else "")
