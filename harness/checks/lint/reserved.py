"""Reserved fields, which the sender sets to zero and no receiver tests (PS3.8 9.3)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.lint.reading import SeenPdu
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.deviation import Deviation

_FIXED_END = p.HEADER_LENGTH + 68
_FIELDS: dict[int, tuple[tuple[int, int], ...]] = {
    p.ASSOCIATE_RQ: ((8, 10), (42, _FIXED_END)),
    p.ASSOCIATE_AC: ((8, 10),),
    p.ASSOCIATE_RJ: ((6, 7),),
    p.RELEASE_RQ: ((6, 10),),
    p.RELEASE_RP: ((6, 10),),
    p.ABORT: ((6, 8),),
}
"""Reserved bytes from and to, behind the header of each PDU."""
_CLAUSES = {
    p.ASSOCIATE_RQ: "PS3.8 9.3.2",
    p.ASSOCIATE_AC: "PS3.8 9.3.3",
    p.ASSOCIATE_RJ: "PS3.8 9.3.4",
    p.P_DATA_TF: "PS3.8 9.3.5",
    p.RELEASE_RQ: "PS3.8 9.3.6",
    p.RELEASE_RP: "PS3.8 9.3.7",
    p.ABORT: "PS3.8 9.3.8",
}
_ABORT_REASON = 9
"""Where the reason of an A-ABORT lies, which is zero where its source is 0, the service-user (Table 9-26)."""
_OF_CONTEXT = {i.PRESENTATION_CONTEXT_RQ: (5, 6, 7), i.PRESENTATION_CONTEXT_AC: (5, 7)}
"""Reserved bytes of Presentation Context items, from the beginning of the item."""
_OF_SYNTAXES = frozenset((i.ABSTRACT_SYNTAX, i.TRANSFER_SYNTAX))
_ITEMS = frozenset((*_OF_CONTEXT, i.USER_INFORMATION, i.APPLICATION_CONTEXT))
"""Items whose second byte is reserved."""
_OF_USER = frozenset(range(i.MAXIMUM_LENGTH, i.USER_IDENTITY_AC + 1)) - {i.COMMON_EXTENDED_NEGOTIATION}
"""Sub-items whose second byte is reserved; that of Common Extended Negotiation is its version."""


def reserved_fields(seen: SeenPdu) -> Iterator[Deviation]:
    """Reserved bytes and bits of a PDU that are not zero, and the reason of a service-user, which is none."""
    head = seen.head
    clause = _CLAUSES.get(head[0])
    if clause is None:
        return
    offset, *more = [*_not_zero(head)] or [0]
    if offset:
        others = f", and {len(more)} more are not zero" if more else ""
        yield Deviation("reserved", clause, f"the reserved byte {offset + 1} is {head[offset]:02X}H{others}", offset)
    if head[0] == p.P_DATA_TF:
        yield from _control_headers(seen)
    if head[0] == p.ABORT and len(head) > _ABORT_REASON and head[8] == 0 and head[_ABORT_REASON]:
        text = f"the reason of an A-ABORT of the service-user is {head[_ABORT_REASON]}, not 0"
        yield Deviation("abort-reason", clause, text, _ABORT_REASON)


def _not_zero(head: bytes | bytearray) -> Iterator[int]:
    if head[1]:
        yield 1
    for start, end in _FIELDS.get(head[0], ()):
        yield from (offset for offset in range(start, min(end, len(head))) if head[offset])
    if head[0] in (p.ASSOCIATE_RQ, p.ASSOCIATE_AC):
        yield from _of_items(head)


def _of_items(head: bytes | bytearray) -> Iterator[int]:
    start = _FIXED_END
    while start + 4 <= len(head):
        item_type, stop = head[start], _end_of(head, start)
        end = min(stop, len(head))
        if head[start + 1] and item_type in _ITEMS:
            yield start + 1
        if item_type in _OF_CONTEXT:
            yield from _of_context(head, start, end)
        elif item_type == i.USER_INFORMATION:
            yield from _of_sub_items(head, start + 4, end, _OF_USER)
        start = stop


def _of_context(head: bytes | bytearray, start: int, end: int) -> Iterator[int]:
    for place in _OF_CONTEXT[head[start]]:
        if start + place < end and head[start + place]:
            yield start + place
    # What follows a result but acceptance is not significant (Table 9-18).
    if head[start] == i.PRESENTATION_CONTEXT_RQ or head[start + 6 : start + 7] == b"\0":
        yield from _of_sub_items(head, start + 8, end, _OF_SYNTAXES)


def _of_sub_items(head: bytes | bytearray, start: int, end: int, types: frozenset[int]) -> Iterator[int]:
    while start + 4 <= end:
        if head[start + 1] and head[start] in types:
            yield start + 1
        start = _end_of(head, start)


def _end_of(head: bytes | bytearray, start: int) -> int:
    """Where the item that begins there ends, by its own length."""
    return start + 4 + (head[start + 2] << 8 | head[start + 3])


def _control_headers(seen: SeenPdu) -> Iterator[Deviation]:
    head, offset = seen.head, p.HEADER_LENGTH
    if not isinstance(seen.pdu, p.PDataTF):
        return
    for pdv in seen.pdu.pdvs:
        control = head[offset + 5]
        if control & 0xFC:
            yield Deviation("pdv-control", "PS3.8 E.2", f"a message control header is {control:02X}H", offset + 5)
            return
        offset += 6 + len(pdv.fragment)
