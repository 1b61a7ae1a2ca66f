"""A byte stream cut into PDUs, however the transport chose to deliver it (PS3.8 9.1, 9.3.1)."""

from __future__ import annotations

import struct

from harness.ul.pdu import HEADER_LENGTH


class PduStream:
    """Collects received bytes and hands out whole PDUs as (type, variable field).

    `limit` bounds the announced length in bytes: a longer PDU is never waited for. `oversized` then holds its
    type and announced length, and no further PDU comes out. `header` is that of the PDU that came out last.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.oversized: tuple[int, int] | None = None
        self.header = b""
        self._buffer = bytearray()

    def feed(self, data: bytes | memoryview) -> None:
        """Add bytes in the order of their arrival."""
        self._buffer += data

    def next_pdu(self) -> tuple[int, bytes] | None:
        """The next whole PDU, or None while it is incomplete or oversized."""
        if self.oversized is not None or len(self._buffer) < HEADER_LENGTH:
            return None
        pdu_type, length = struct.unpack_from(">BxI", self._buffer)
        if length > self.limit:
            self.oversized = (pdu_type, length)
            return None
        end = HEADER_LENGTH + length
        if len(self._buffer) < end:
            return None
        with memoryview(self._buffer) as view:
            self.header = bytes(view[:HEADER_LENGTH])
            body = bytes(view[HEADER_LENGTH:end])
        del self._buffer[:end]
        return pdu_type, body

    @property
    def pending(self) -> bytes:
        """The bytes that are not yet a whole PDU."""
        return bytes(self._buffer)

    @property
    def has_partial_pdu(self) -> bool:
        """Whether a PDU has arrived in part."""
        return bool(self._buffer)
