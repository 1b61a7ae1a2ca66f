"""A byte stream cut into PDUs, however the transport chose to deliver it (PS3.8 9.1, 9.3.1)."""

from __future__ import annotations

import struct

from harness.ul.pdu import HEADER_LENGTH, LONE_HEADERS_LENGTH, P_DATA_TF

_HEADER = struct.Struct(">BxI")
_LONE_HEADERS = struct.Struct(">BxIIBB")
_LAST_OF_DATA_SET = 2
"""The message control header of the last fragment of a data set (PS3.8 E.2)."""


class PduStream:
    """Takes received bytes and hands out whole PDUs as (type, variable field).

    `limit` bounds the announced length in bytes: a longer PDU is never waited for. `oversized` then holds its
    type and announced length, and no further PDU comes out.

    A PDU that is whole in the bytes that were fed is not copied: its variable field is a part of them. Only one that
    comes in several pieces is put together.
    """

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.oversized: tuple[int, int] | None = None
        self._latest = memoryview(b"")
        """The PDU that came out last, with its header."""
        self._begun = bytearray()
        """A PDU that began in bytes that are no more, as far as it has come."""
        self._fed = memoryview(b"")
        """What was fed last and has not come out yet."""

    def feed(self, data: bytes | memoryview) -> None:
        """Add bytes in the order of their arrival; they must stay as they are until `next_pdu` gives None."""
        self._fed = memoryview(data) if not self._fed else memoryview(bytes(self._fed) + data)

    def next_pdu(self) -> tuple[int, memoryview] | None:
        """The next whole PDU, or None while it is incomplete or oversized. It is good until bytes are fed again."""
        if self.oversized is not None:
            return None
        if self._begun:
            return self._completed()
        fed = self._fed
        if len(fed) >= HEADER_LENGTH:
            pdu_type, length = _HEADER.unpack_from(fed)
            end = HEADER_LENGTH + length
            if length <= self.limit and end <= len(fed):
                self._latest = fed[:end]
                self._fed = fed[end:]
                return pdu_type, fed[HEADER_LENGTH:end]
        self._move(len(fed))
        return self._completed() if len(self._begun) >= HEADER_LENGTH else None

    def next_alike(self, command: bytes, context_id: int, limit: int) -> list[bytes]:
        """The P-DATA-TFs of data sets that follow, as far as the same `command` comes before each of them.

        That is a P-DATA-TF, too. Both come out; those of the data sets as copies, with their headers. They are whole,
        flawless, of one fragment in this presentation context, and their variable fields no longer than `limit` bytes.
        """
        fed, found, at = self._fed, [], 0
        while bytes(fed[at : at + len(command)]) == command:
            start = at + len(command)
            end = _end_of_data_set(fed, start, context_id, limit)
            if end is None:
                break
            found.append(bytes(fed[start:end]))
            at = end
        self._fed = fed[at:]
        return found

    def _completed(self) -> tuple[int, memoryview] | None:
        """The PDU that began earlier, once it is whole."""
        begun = self._begun
        self._move(HEADER_LENGTH - len(begun))
        if len(begun) < HEADER_LENGTH:
            return None
        pdu_type, length = _HEADER.unpack_from(begun)
        if length > self.limit:
            self.oversized = (pdu_type, length)
            return None
        self._move(HEADER_LENGTH + length - len(begun))
        if len(begun) < HEADER_LENGTH + length:
            return None
        self._begun = bytearray()
        self._latest = memoryview(begun)
        return pdu_type, self._latest[HEADER_LENGTH:]

    def _move(self, count: int) -> None:
        """Put the next bytes, at most `count`, to what has begun."""
        if count > 0:
            self._begun += self._fed[:count]
            self._fed = self._fed[count:]

    def fitting(self, room: int) -> int:
        """How many bytes to read where there is room for so many.

        They end with a PDU if all that come are as long as the latest one, as those of a data set are: what is whole
        need not be put together.
        """
        missing = self._missing
        usual = len(self._latest)
        if missing is None or missing >= room or not usual:
            return room
        return missing + (room - missing) // usual * usual or room

    @property
    def _missing(self) -> int | None:
        """Bytes that a PDU still lacks that has come in part; None while it does not say how long it is."""
        begun = self._begun
        if not begun:
            return 0
        if len(begun) < HEADER_LENGTH:
            return None
        return HEADER_LENGTH + int.from_bytes(begun[2:HEADER_LENGTH], "big") - len(begun)

    def head(self, count: int = HEADER_LENGTH) -> bytes:
        """The first bytes of the PDU that came out last: its header, and what follows if more are asked for."""
        return bytes(self._latest[:count])

    @property
    def pending(self) -> bytes:
        """The bytes that are not yet a whole PDU."""
        return bytes(self._begun) + self._fed

    @property
    def has_partial_pdu(self) -> bool:
        """Whether a PDU has arrived in part."""
        return bool(self._begun) or bool(self._fed)


def _end_of_data_set(fed: memoryview, start: int, context_id: int, limit: int) -> int | None:
    """Where a P-DATA-TF ends that holds a whole data set in one fragment; None if there is none, or not all of it."""
    if len(fed) - start < LONE_HEADERS_LENGTH:
        return None
    pdu_type, length, pdv_length, context, control = _LONE_HEADERS.unpack_from(fed, start)
    if pdu_type != P_DATA_TF or context != context_id or control != _LAST_OF_DATA_SET or pdv_length + 4 != length:
        return None
    end: int = start + HEADER_LENGTH + length
    return end if 6 < length <= limit and not length % 2 and end <= len(fed) else None
