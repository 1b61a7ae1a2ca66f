"""The bytes of a case as a person reads them: what was sent and what came, masked as captures are."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.observe.trace import Trace
from harness.observe.wire import WireEntry
from harness.ul import pdu as p

BYTES_SHOWN = 320
"""Of each PDU: so many that an A-ASSOCIATE-RQ with one context is there as a whole."""

_ZEROS = re.compile(rb"(\0{8,})")

FIRST_SHOWN, LAST_SHOWN = 4, 8
"""PDUs of each association; the capture has all of them."""


def bytes_of(traces: Sequence[Trace]) -> tuple[str, ...]:
    """A line for each PDU of some associations: direction, name, length and the first bytes in hexadecimal."""
    return tuple(line for trace in traces for line in _lines(trace))


def _lines(trace: Trace) -> Iterator[str]:
    entries = trace.wire.entries
    left_out = max(0, len(entries) - FIRST_SHOWN - LAST_SHOWN)
    for index, entry in enumerate(entries):
        if left_out and index == FIRST_SHOWN:
            yield f"... {left_out} more PDUs"
        if not FIRST_SHOWN <= index < FIRST_SHOWN + left_out:
            yield _line(entry)


def _line(entry: WireEntry) -> str:
    length = len(entry.head) + entry.zeros + entry.omitted
    kept = bytes(entry.head[:BYTES_SHOWN]) + bytes(min(entry.zeros, max(0, BYTES_SHOWN - len(entry.head))))
    name = p.PDU_NAMES.get(kept[0], "bytes") if kept else "nothing"
    more = " ..." if length > len(kept) else ""
    return f"{'sent' if entry.sent else 'came'} {name}, {length} bytes: {_in_words(kept)}{more}"


def _in_words(data: bytes) -> str:
    """In hexadecimal, with a number for zeros in a row: reserved fields, and what is masked."""
    pieces = filter(None, _ZEROS.split(data))
    return " ".join(f"00 x {len(piece)}" if _ZEROS.fullmatch(piece) else piece.hex(" ") for piece in pieces)
