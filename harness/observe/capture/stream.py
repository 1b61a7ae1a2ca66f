"""The PDUs of one end of a captured connection, and of which of their bytes nothing is known."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from harness.dimse.command import CommandSet
from harness.dimse.fragment import Assembler
from harness.ul import pdu as p
from harness.ul.stream import PduStream

LONGEST_PDU = 128 << 20
"""A PDU that announces more bytes is taken for another protocol."""

_FIRST_BYTES = 16
_SHORT = (p.ASSOCIATE_RJ, p.RELEASE_RQ, p.RELEASE_RP, p.ABORT)
_LEAST_ASSOCIATE = 68
"""Bytes of the fixed part of the variable field (PS3.8 9.3.2)."""

_PDV_HEADER = 6


class _Nowhere:
    """Where data sets go: nobody wants them."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take the next bytes."""
        return len(data)


class End:
    """What one end sends.

    `first` are its first bytes, if it `has_start`; otherwise they are those with which the capture begins.
    With `is_tls` it speaks TLS, and is followed elsewhere. With `is_broken` its PDUs cannot be followed any longer:
    bytes are missing, or what came is none.
    """

    def __init__(self, begin: Callable[[CommandSet], None]) -> None:
        self.assembler = Assembler(self._begin_data_set)
        self.command: CommandSet | None = None
        """The latest one that a data set follows."""
        self.first = b""
        self.has_start = True
        self.has_pdu = False
        self.has_closed = False
        self.is_broken = False
        self.is_tls = False
        self._begin = begin
        self._stream = PduStream(LONGEST_PDU)
        self._fed = 0
        self._taken = 0
        self._holes: list[tuple[int, int]] = []

    def _begin_data_set(self, context_id: int, command: CommandSet) -> _Nowhere:
        self.command = command
        self._begin(command)
        return _Nowhere()

    @property
    def pending(self) -> bytes:
        """The bytes that are not yet a whole PDU."""
        return b"" if self.is_broken else self._stream.pending

    @property
    def header(self) -> bytes:
        """The header of the PDU that came out last."""
        return self._stream.head()

    def feed(self, data: bytes, omitted: int) -> None:
        """Take the next bytes, of which the last were not captured."""
        self.first += data[: max(0, _FIRST_BYTES - len(self.first))]
        self._fed += len(data)
        if omitted:
            self._holes.append((self._fed - omitted, self._fed))
        self._stream.feed(data)

    def is_no_dicom(self) -> bool:
        """Whether what comes next is no PDU."""
        pending = self._stream.pending
        return self._stream.oversized is not None or (len(pending) > 1 and pending[0] not in p.PDU_NAMES)

    def pdus(self) -> Iterator[tuple[int, bytes]]:
        """The PDUs that are whole. Where bytes of one are not known that tell something, there is no way on."""
        while not self.is_broken and not self.is_no_dicom() and (whole := self._stream.next_pdu()) is not None:
            pdu_type, body = whole[0], bytes(whole[1])
            surely = self.has_pdu or self.has_start or _looks_real(pdu_type, body)
            if not surely or self._is_blurred(pdu_type, body):
                self.is_broken = True
                return
            self.has_pdu = True
            yield pdu_type, body

    def _is_blurred(self, pdu_type: int, body: bytes) -> bool:
        """Whether more than bytes of data sets is unknown of a PDU that was just taken."""
        start, self._taken = self._taken, self._taken + p.HEADER_LENGTH + len(body)
        holes = [(begin - start, end - start) for begin, end in self._holes if begin < self._taken and end > start]
        self._holes = [hole for hole in self._holes if hole[1] > self._taken]
        if not holes:
            return False
        told = _telling(body) if pdu_type == p.P_DATA_TF else [(0, p.HEADER_LENGTH + len(body))]
        return any(begin < end_told and end > told_from for told_from, end_told in told for begin, end in holes)


def _looks_real(pdu_type: int, body: bytes) -> bool:
    """Whether bytes with which a capture begins are a PDU, and not the middle of one that looks like it."""
    if pdu_type == p.P_DATA_TF:
        length = int.from_bytes(body[:4], "big")
        return len(body) >= _PDV_HEADER and 2 <= length <= len(body) - 4 and body[4] % 2 == 1 and body[5] < 4
    return len(body) == 4 if pdu_type in _SHORT else len(body) >= _LEAST_ASSOCIATE


def _telling(body: bytes) -> Iterator[tuple[int, int]]:
    """Where a P-DATA-TF holds anything but data sets, from its first byte."""
    at = p.HEADER_LENGTH
    yield 0, at
    while at + _PDV_HEADER <= p.HEADER_LENGTH + len(body):
        length = int.from_bytes(body[at - p.HEADER_LENGTH : at - 2], "big")
        is_command = body[at - 1] & 1
        end = at + 4 + max(length, 2)
        yield at, end if is_command else at + _PDV_HEADER
        at = end
