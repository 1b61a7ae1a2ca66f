"""TCP connections put together from their segments: in order, each byte once (RFC 9293 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.observe.capture.frames import ACK, FIN, RST, SYN, Endpoint, Segment

_MODULO = 1 << 32
MOST_WAITING = 4096
"""Segments that may wait for one that is missing; with more, that one is given up."""


class Happening(StrEnum):
    """What happens on a connection."""

    ASKED = "asked"
    OPENED = "opened"
    REFUSED = "refused"
    DATA = "data"
    LOST = "lost"
    CLOSED = "closed"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `number` is that of the connection, `by_opener` says whether its opener did it.

    Of a connection whose beginning was not captured, the opener is who sent the first segment that was.
    """

    number: int
    seconds: float
    opener: Endpoint
    listener: Endpoint
    what: Happening
    by_opener: bool
    data: bytes = b""
    omitted: int = 0
    """Bytes of the data that were not captured, and are zero here."""


class _Direction:
    """The bytes of one end. `next` is the sequence number of the next one, None before anything is known."""

    def __init__(self) -> None:
        self.next: int | None = None
        self.finished = False
        self._waiting: dict[int, Segment] = {}

    def take(self, segment: Segment) -> Iterator[tuple[Happening, bytes]]:
        """What a segment brings, and those that waited for it."""
        start = segment.sequence + bool(segment.flags & SYN)
        if self.next is None or segment.flags & SYN:
            self.next = start % _MODULO
        if segment.payload or segment.flags & FIN:
            self._waiting[start % _MODULO] = segment
        yield from self._in_order()
        if len(self._waiting) > MOST_WAITING:
            yield Happening.LOST, b""
            self.next = min(self._waiting, key=lambda sequence: (sequence - (self.next or 0)) % _MODULO)
            yield from self._in_order()

    def _in_order(self) -> Iterator[tuple[Happening, bytes]]:
        while (found := self._next_segment()) is not None:
            sequence, segment = found
            assert self.next is not None
            known = (self.next - sequence) % _MODULO
            fresh = segment.payload[known:]
            if fresh:
                self.next = (self.next + len(fresh)) % _MODULO
                yield Happening.DATA, fresh
            if segment.flags & FIN and not self.finished:
                self.finished = True
                yield Happening.CLOSED, b""

    def _next_segment(self) -> tuple[int, Segment] | None:
        """A segment that begins at or before the next byte; old ones go as they come."""
        assert self.next is not None
        for sequence in list(self._waiting):
            if (self.next - sequence) % _MODULO < _MODULO // 2:
                return sequence, self._waiting.pop(sequence)
        return None


class _Connection:
    def __init__(self, number: int, opener: Endpoint, listener: Endpoint) -> None:
        self.number = number
        self.opener = opener
        self.listener = listener
        self.is_open = False
        self.is_over = False
        self.ends = {True: _Direction(), False: _Direction()}

    def take(self, segment: Segment) -> Iterator[tuple[Happening, bool, bytes]]:
        by_opener = segment.source == self.opener
        if segment.flags & RST:
            self.is_over = True
            yield (Happening.RESET if self.is_open else Happening.REFUSED), by_opener, b""
            return
        if segment.flags & SYN and by_opener and not self.is_open:
            yield Happening.ASKED, True, b""
        elif not self.is_open and (segment.flags & ACK):
            self.is_open = True
            yield Happening.OPENED, by_opener, b""
        for what, data in self.ends[by_opener].take(segment):
            yield what, by_opener, data
        self.is_over = all(end.finished for end in self.ends.values())


def events(segments: Iterable[Segment]) -> Iterator[Event]:
    """What happens on the connections of a capture, in the order in which it is known."""
    connections: dict[frozenset[Endpoint], _Connection] = {}
    count = 0
    for segment in segments:
        key = frozenset((segment.source, segment.destination))
        connection = connections.get(key)
        anew = segment.flags & SYN and not segment.flags & ACK
        if connection is not None and connection.is_over and not anew:
            continue  # an acknowledgement that comes late
        if connection is None or connection.is_over:
            # The answer to a request for a connection that was not captured comes from the listener.
            answer = segment.flags & SYN and segment.flags & ACK
            opener, listener = segment.source, segment.destination
            if answer:
                opener, listener = listener, opener
            count += 1
            connection = connections[key] = _Connection(count, opener, listener)
        ends = (connection.opener, connection.listener)
        for what, by_opener, data in connection.take(segment):
            omitted = segment.omitted if what is Happening.DATA else 0
            yield Event(connection.number, segment.seconds, *ends, what, by_opener, data, omitted)
