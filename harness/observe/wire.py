"""The bytes of one association, kept for a capture file.

By default no data set bytes are kept at all, only how many there were: they are written as zeros of equal length.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from harness.ul import pdu as p

MASKED_DATA_PER_MESSAGE = 65536
"""Bytes of one message's data set that a masked capture writes out (as zeros); the rest is only counted."""

MASKED_RECORD_LIMIT = 4 << 20
"""Bytes kept in memory per association of a masked record; beyond it PDUs are only counted."""

ENTRY_OVERHEAD = 64
"""Bytes in memory that each entry takes besides those of its PDU, about."""


@dataclass(slots=True)
class WireEntry:
    """One PDU on the wire: `head` as kept, then `zeros` overwritten bytes, then `omitted` bytes that are not kept."""

    seconds: float
    sent: bool
    head: bytes | bytearray
    zeros: int = 0
    omitted: int = 0


@dataclass(frozen=True, slots=True)
class WireRun:
    """Messages that came at once and differ in nothing but their data sets: many, so that they are kept as one.

    Each is two PDUs: `command`, the same each time, as kept, and that of its data set, of which `heads` has both
    headers, or in a full record all of it.
    """

    seconds: float
    sent: bool
    command: bytes | bytearray
    heads: Sequence[bytes]

    def entries(self) -> Iterator[WireEntry]:
        """The PDUs one by one."""
        for head in self.heads:
            yield WireEntry(self.seconds, self.sent, self.command)
            masked = p.HEADER_LENGTH + int.from_bytes(head[2 : p.HEADER_LENGTH], "big") - len(head)
            zeros = min(masked, MASKED_DATA_PER_MESSAGE)
            yield WireEntry(self.seconds, self.sent, head, zeros, masked - zeros)


@dataclass(slots=True)
class WireRecord:
    """All PDUs of an association in order. With `full` nothing is masked."""

    full: bool = False
    entries_left_out: int = 0
    is_closed: bool = False
    """Whether nothing more is kept."""
    _kept: int = 0
    _entries: list[WireEntry] = field(default_factory=list)
    _unread: deque[WireEntry | WireRun] = field(default_factory=deque)
    """What was added since somebody looked, which may go on in another thread."""

    @property
    def entries(self) -> list[WireEntry]:
        """Each PDU, those of runs made now: few who keep a record ever look into it."""
        while self._unread:
            one = self._unread.popleft()
            self._entries += one.entries() if isinstance(one, WireRun) else (one,)
        return self._entries

    def add(self, entry: WireEntry) -> None:
        """Keep an entry while the record is within its bounds."""
        if self.is_closed:
            self.entries_left_out += 1
            return
        self._unread.append(entry)
        self._grow(len(entry.head) + ENTRY_OVERHEAD)

    def add_run(self, run: WireRun) -> None:
        """Keep a run while the record is within its bounds."""
        count = len(run.heads)
        if self.is_closed:
            self.entries_left_out += 2 * count
            return
        self._unread.append(run)
        self._grow(count * (len(run.command) + 2 * ENTRY_OVERHEAD) + sum(map(len, run.heads)))

    def _grow(self, count: int) -> None:
        self._kept += count
        self.is_closed = self._kept > MASKED_RECORD_LIMIT and not self.full
