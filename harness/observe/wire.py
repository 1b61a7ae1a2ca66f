"""The bytes of one association, kept for a capture file.

By default no data set bytes are kept at all, only how many there were: they are written as zeros of equal length.
"""

from __future__ import annotations

from dataclasses import dataclass, field

MASKED_DATA_PER_MESSAGE = 65536
"""Bytes of one message's data set that a masked capture writes out (as zeros); the rest is only counted."""

MASKED_RECORD_LIMIT = 4 << 20
"""Bytes kept in memory per association of a masked record; beyond it PDUs are only counted."""


@dataclass(slots=True)
class WireEntry:
    """One PDU on the wire: `head` as kept, then `zeros` overwritten bytes, then `omitted` bytes that are not kept."""

    seconds: float
    sent: bool
    head: bytes | bytearray
    zeros: int = 0
    omitted: int = 0


@dataclass(slots=True)
class WireRecord:
    """All entries of an association in order. With `full` nothing is masked."""

    full: bool = False
    entries: list[WireEntry] = field(default_factory=list)
    entries_left_out: int = 0
    is_closed: bool = False
    """Whether nothing more is kept."""
    _kept: int = 0

    def add(self, entry: WireEntry) -> None:
        """Keep an entry while the record is within its bounds."""
        if self.is_closed:
            self.entries_left_out += 1
            return
        self._kept += len(entry.head) + 64
        self.entries.append(entry)
        self.is_closed = self._kept > MASKED_RECORD_LIMIT and not self.full
