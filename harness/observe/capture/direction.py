"""What one end of a TCP connection sends, in order and each byte once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.observe.capture.frames import FIN, SYN, Segment

_MODULO = 1 << 32
MOST_WAITING = 4096
"""Segments that may wait for one that is missing; with more, that one is given up."""

FEW_WAITING = 8
LATE_SECONDS = 0.05
"""Bytes that the other end has acknowledged are in the capture soon, or never."""

LARGEST_GAP = 1 << 24
"""Bytes; of a larger gap it is not believed that its length is known."""


@dataclass(frozen=True, slots=True)
class Piece:
    """The next bytes, or the end of them; with neither, bytes are missing, nobody knows how many.

    The last `omitted` of the bytes were not captured, and are zero; of an `is_gap` no packet was captured at all.
    """

    seconds: float
    data: bytes = b""
    omitted: int = 0
    is_end: bool = False
    is_gap: bool = False


class Direction:
    """The bytes of one end."""

    def __init__(self) -> None:
        self.finished = False
        self.has_start = False
        """Whether the first byte that it sent is known to be the first."""
        self._next: int | None = None
        """The sequence number of the next byte; None before anything is known."""
        self._has_data = False
        self._first_acknowledged: int | None = None
        self._acknowledged: int | None = None
        self._waiting: dict[int, Segment] = {}

    def take(self, segment: Segment) -> Iterator[Piece]:
        """What a segment brings, and those that waited for it."""
        start = segment.sequence + bool(segment.flags & SYN)
        if self._next is None or (segment.flags & SYN and not self._has_data):
            self._next = start % _MODULO
            self.has_start = bool(segment.flags & SYN)
            self._go_back()
        if segment.payload or segment.flags & FIN:
            self._waiting[start % _MODULO] = segment
        yield from self._in_order()
        if len(self._waiting) > MOST_WAITING:
            yield from self._without(segment.seconds)

    def _go_back(self) -> None:
        """Before the first segment that was captured may be others of which the other end told before."""
        told, first = self._first_acknowledged, self._next
        if not self.has_start and told is not None and first is not None and (first - told) % _MODULO < _MODULO // 2:
            self._next = told

    def acknowledged(self, number: int, *, is_first: bool) -> None:
        """The other end has received everything before this sequence number; in its first segment, that is nothing."""
        if is_first and self._next is None:
            self._next, self.has_start = number, True
        if self._first_acknowledged is None:
            self._first_acknowledged = self._acknowledged = number
        elif self._acknowledged is not None and 0 < (number - self._acknowledged) % _MODULO < _MODULO // 2:
            self._acknowledged = number

    def give_up(self, seconds: float) -> Iterator[Piece]:
        """Nothing more will come: say where bytes are missing, and what came behind them."""
        while self._waiting:
            yield from self._without(seconds)
        if self._is_behind():
            yield Piece(seconds)

    def _is_behind(self) -> bool:
        """Whether the other end received bytes that were not captured."""
        known = self._next if self._next is not None else self._first_acknowledged
        if self.finished or self._acknowledged is None or known is None:
            return False
        return 0 < (self._acknowledged - known) % _MODULO < _MODULO // 2

    def catch_up(self, seconds: float) -> Iterator[Piece]:
        """Give up bytes that the other end has received, and that do not come anymore."""
        while self._waiting and self._is_lost(self._waiting[self._first_waiting()], seconds):
            yield from self._without(seconds)

    def _is_lost(self, first: Segment, seconds: float) -> bool:
        """Whether what is missing before the first segment that waits was received, and had time to be captured."""
        told = self._acknowledged
        if told is None or (told - first.sequence) % _MODULO >= _MODULO // 2:
            return False
        return len(self._waiting) >= FEW_WAITING or seconds - first.seconds > LATE_SECONDS

    def _first_waiting(self) -> int:
        return min(self._waiting, key=lambda sequence: (sequence - (self._next or 0)) % _MODULO)

    def _without(self, seconds: float) -> Iterator[Piece]:
        """Zeros in place of the bytes that are missing, if it is known how many there are."""
        first = self._first_waiting()
        gap = (first - (self._next or 0)) % _MODULO
        missing = gap if gap <= LARGEST_GAP else 0
        yield Piece(seconds, bytes(missing), missing, is_gap=True)
        self._next = first
        yield from self._in_order()

    def _in_order(self) -> Iterator[Piece]:
        while (found := self._next_segment()) is not None:
            sequence, segment = found
            assert self._next is not None
            fresh = segment.payload[(self._next - sequence) % _MODULO :]
            if fresh:
                self._has_data = True
                self._next = (self._next + len(fresh)) % _MODULO
                yield Piece(segment.seconds, fresh, min(segment.omitted, len(fresh)))
            if segment.flags & FIN and not self.finished:
                self.finished = True
                yield Piece(segment.seconds, is_end=True)

    def _next_segment(self) -> tuple[int, Segment] | None:
        """A segment that begins at or before the next byte; old ones go as they come."""
        assert self._next is not None
        for sequence in self._waiting:
            if (self._next - sequence) % _MODULO < _MODULO // 2:
                return sequence, self._waiting.pop(sequence)
        return None
