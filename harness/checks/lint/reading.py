"""Kept bytes to PDUs: what was masked or left out keeps its length and is never looked at."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from harness.observe.wire import WireEntry
from harness.ul import pdu as p
from harness.ul.decode import check_pdvs, decode_pdu
from harness.ul.deviation import Deviation

_LONE_PDV = struct.Struct(">IBB")


@dataclass(frozen=True, slots=True)
class SeenPdu:
    """One PDU as it was kept, who sent it, and what is wrong with it alone.

    `entry` counts from 0, `head` is what was kept, and `length` the variable field in bytes.
    """

    entry: int
    by_us: bool
    by_requestor: bool
    head: bytes | bytearray
    length: int
    pdu: p.PDU
    deviations: list[Deviation]


class _Blank:
    """Fragments of zeros in place of those that were not kept."""

    def __init__(self) -> None:
        self._zeros = memoryview(b"")

    def of(self, length: int) -> memoryview:
        """A fragment of so many bytes; the system gives pages of zeros without writing them."""
        if length > len(self._zeros):
            self._zeros = memoryview(bytes(length))
        return self._zeros[:length]


class Reader:
    """Reads the entries of one association in order."""

    def __init__(self, *, we_requested: bool) -> None:
        self._we_requested = we_requested
        self._blank = _Blank()

    def read(self, entries: list[WireEntry], start: int) -> Iterator[SeenPdu]:
        """The whole PDUs from an entry on; bytes that never became a PDU are passed over."""
        for index in range(start, len(entries)):
            entry = entries[index]
            length = len(entry.head) + entry.zeros + entry.omitted - p.HEADER_LENGTH
            if length < 0 or int.from_bytes(entry.head[2:6], "big") != length:
                continue
            pdu, deviations = self._decoded(entry, length)
            yield SeenPdu(index, entry.sent, entry.sent == self._we_requested, entry.head, length, pdu, deviations)

    def _decoded(self, entry: WireEntry, length: int) -> tuple[p.PDU, list[Deviation]]:
        head = entry.head
        if head[0] == p.P_DATA_TF and len(head) == p.LONE_HEADERS_LENGTH and (entry.zeros or entry.omitted):
            _, context_id, control = _LONE_PDV.unpack_from(head, p.HEADER_LENGTH)
            fragment = self._blank.of(length - 6)
            pdvs = (p.PDV(context_id, bool(control & 1), bool(control & 2), fragment),)
            return p.PDataTF(pdvs), check_pdvs(pdvs)
        if entry.zeros or entry.omitted:
            return p.RawPDU(head[0], b""), []
        return decode_pdu(head[0], memoryview(head)[p.HEADER_LENGTH :])
