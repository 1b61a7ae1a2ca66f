"""The bytes of each PDU that was noted, found again in the record of the wire, masked as that is."""

from __future__ import annotations

from collections.abc import Sequence

from harness.observe.trace import FIRST_PDUS_KEPT, Direction, PduFact, Trace
from harness.observe.wire import WireEntry
from harness.ul import pdu as p

LOOKED_AHEAD = 16
"""Entries without a PDU of their own that may stand between two PDUs: bytes that never became one."""


def pdu_heads(trace: Trace) -> list[bytes]:
    """What is kept of the beginning of each PDU of a trace; of several that are noted as one, that of the first.

    Empty where nothing is kept of it, because the association was too long.
    """
    entries, position, heads = trace.wire.entries, 0, list[bytes]()
    for index, fact in enumerate(trace.pdus):
        if index == FIRST_PDUS_KEPT:
            position += trace.pdus_left_out
        found = _next(entries, position, fact)
        heads.append(bytes(entries[found].head) if found is not None else b"")
        position = position if found is None else found + fact.count
    return heads


def _next(entries: Sequence[WireEntry], position: int, fact: PduFact) -> int | None:
    ahead = range(position, min(position + LOOKED_AHEAD, len(entries)))
    return next((index for index in ahead if _is_of(entries[index], fact)), None)


def _is_of(entry: WireEntry, fact: PduFact) -> bool:
    head = entry.head
    if len(head) < p.HEADER_LENGTH or entry.sent != (fact.direction is Direction.SENT):
        return False
    length = int.from_bytes(head[2:6], "big")
    return p.pdu_name(head[0]) == fact.name and (fact.count > 1 or length == fact.length)
