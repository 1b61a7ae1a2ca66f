"""TCP connections put together from their segments: in order, each byte once (RFC 9293 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.observe.capture.direction import Direction, Piece
from harness.observe.capture.frames import ACK, RST, SYN, Endpoint, Segment
from harness.observe.capture.unreachable import Unreachable

SAME_ATTEMPT_SECONDS = 0.1
"""Requests for a connection that come faster are one that was captured more than once, as on all interfaces."""


class Happening(StrEnum):
    """What happens on a connection.

    Bytes that are missing in the capture are a `GAP` of as many zeros, or `LOST` where nobody knows how many they are.
    """

    ASKED = "asked"
    OPENED = "opened"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    DATA = "data"
    LOST = "lost"
    GAP = "gap"
    CLOSED = "closed"
    RESET = "reset"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened; `number` is that of the connection, `by_opener` says whether its opener did it.

    Of a connection whose beginning was not captured, the opener is the end with the higher port. `is_whole` says
    whether it was; of data, whether all that came before them from this end may have been.
    """

    number: int
    seconds: float
    opener: Endpoint
    listener: Endpoint
    what: Happening
    by_opener: bool
    data: bytes = b""
    omitted: int = 0
    """Bytes at the end of the data that were not captured, and are zero here."""
    is_whole: bool = True
    text: str = ""
    """What the network said of a destination that is unreachable."""


class _Connection:
    def __init__(self, number: int, first: Segment) -> None:
        self.number = number
        self.is_whole = bool(first.flags & SYN)
        self.opener, self.listener = first.source, first.destination
        answer = first.flags & SYN and first.flags & ACK
        # The answer to a request for a connection that was not captured comes from the listener.
        if answer or (not self.is_whole and self.opener[1] < self.listener[1]):
            self.opener, self.listener = self.listener, self.opener
        self.is_open = False
        self.is_over = False
        self._asked_at: float | None = None
        self._ends = {True: Direction(), False: Direction()}

    def take(self, segment: Segment) -> Iterator[Event]:
        by_opener = segment.source == self.opener
        if segment.flags & RST:
            self._note_numbers(segment, by_opener)
            yield from self.give_up(segment.seconds)
            self.is_over = True
            yield self._event(Happening.RESET if self.is_open else Happening.REFUSED, by_opener, segment.seconds)
            return
        if segment.flags & SYN and by_opener and not self.is_open:
            yield from self._asked(segment.seconds)
        elif not self.is_open and segment.flags & ACK:
            self.is_open = True
            yield self._event(Happening.OPENED, by_opener, segment.seconds)
        if segment.flags & ACK:
            self._ends[not by_opener].acknowledged(segment.acknowledged, is_first=bool(segment.flags & SYN))
        yield from self._pieces(by_opener, self._ends[by_opener].take(segment))
        for one, end in self._ends.items():
            yield from self._pieces(one, end.catch_up(segment.seconds))
        self.is_over = all(end.finished for end in self._ends.values())

    def _note_numbers(self, segment: Segment, by_opener: bool) -> None:
        """A reset tells how much its sender had sent and received (RFC 9293 3.10.7), captured or not."""
        if self.is_open:
            self._ends[by_opener].acknowledged(segment.sequence, is_first=False)
            if segment.flags & ACK:
                self._ends[not by_opener].acknowledged(segment.acknowledged, is_first=False)

    def _asked(self, seconds: float) -> Iterator[Event]:
        if self._asked_at is None or seconds - self._asked_at >= SAME_ATTEMPT_SECONDS:
            self._asked_at = seconds
            yield self._event(Happening.ASKED, True, seconds)

    def unreachable(self, found: Unreachable) -> Iterator[Event]:
        """Something on the way said that a segment of ours could not be delivered; once it stands, TCP tries again."""
        if not self.is_open and found.source == self.opener:
            self.is_over = True
            what = Happening.REFUSED if found.is_refusal else Happening.UNREACHABLE
            yield self._event(what, False, found.seconds, text=found.text)

    def give_up(self, seconds: float) -> Iterator[Event]:
        """Nothing more will come: what waits for missing bytes goes without them."""
        for by_opener, end in self._ends.items():
            yield from self._pieces(by_opener, end.give_up(seconds))

    def _pieces(self, by_opener: bool, pieces: Iterable[Piece]) -> Iterator[Event]:
        for piece in pieces:
            if piece.is_end:
                yield self._event(Happening.CLOSED, by_opener, piece.seconds)
            elif piece.data:
                what = Happening.GAP if piece.is_gap else Happening.DATA
                yield self._event(what, by_opener, piece.seconds, piece.data, piece.omitted)
            else:
                yield self._event(Happening.LOST, by_opener, piece.seconds)

    def _event(
        self, what: Happening, by_opener: bool, seconds: float, data: bytes = b"", omitted: int = 0, text: str = ""
    ) -> Event:
        ends, is_whole = (self.opener, self.listener), self.is_whole
        if what in (Happening.DATA, Happening.GAP):
            is_whole = self._ends[by_opener].has_start
        return Event(self.number, seconds, *ends, what, by_opener, data, omitted, is_whole, text)


def events(found: Iterable[Segment | Unreachable]) -> Iterator[Event]:
    """What happens on the connections of a capture, in the order in which it is known."""
    connections: dict[frozenset[Endpoint], _Connection] = {}
    count, seconds = 0, 0.0
    for one in found:
        key = frozenset((one.source, one.destination))
        connection = connections.get(key)
        seconds = one.seconds
        if isinstance(one, Unreachable):
            if connection is not None:
                yield from connection.unreachable(one)
            continue
        anew = one.flags & SYN and not one.flags & ACK
        if connection is not None and connection.is_over and not anew:
            continue  # an acknowledgement that comes late
        if connection is None or connection.is_over:
            count += 1
            connection = connections[key] = _Connection(count, one)
        yield from connection.take(one)
    for connection in connections.values():
        if not connection.is_over:
            yield from connection.give_up(seconds)
