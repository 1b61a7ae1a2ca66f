"""One direction of a proxied association, without sockets: bytes in, bytes and actions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.proxy.fault import Armed, OnMessage, Unit
from harness.proxy.messages import MessageFaults
from harness.proxy.pieces import Action, Piece, Side, Whole, cut, other_side
from harness.proxy.session import Session
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.stream import PduStream

LONGEST_PDU = 1 << 28
"""A PDU that announces more is passed on as it comes, unseen."""


class Way:
    """What one side says on its way to the other. What no fault strikes passes as it came, byte by byte.

    What does not begin as a PDU, such as TLS, passes unseen to the end.
    """

    def __init__(self, side: Side, session: Session, armed: Sequence[Armed]) -> None:
        self.side = side
        self.session = session
        self._armed = [one for one in armed if one.fault.way is side]
        by_message = [one for one in self._armed if isinstance(one.fault.what, OnMessage)]
        self._messages = MessageFaults(by_message, session) if by_message else None
        self._stream = PduStream(LONGEST_PDU)
        self._begun = False
        self._unseen = False

    def feed(self, data: bytes) -> Iterator[bytes | Action]:
        """What becomes of the next bytes."""
        if not self._begun and data:
            self._begun, self._unseen = True, data[0] not in p.PDU_NAMES
        if self._unseen:
            yield data
        elif not self._armed:
            self._listen(data)
            yield data
        else:
            yield from self._feed(data)

    def finish(self) -> Iterator[bytes | Action]:
        """What is left when no more bytes come: of a message, and of a PDU, that never became whole."""
        if self._messages is not None:
            yield from self._messages.finish()
        if self._armed and not self._unseen and self._stream.has_partial_pdu:
            yield self._stream.pending
        for one in self._armed:
            if (change := one.strikes_end()) is not None:
                yield from self._as_pdus(change(self.session))

    def _listen(self, data: bytes) -> None:
        """Learn what is negotiated from bytes that pass as they are."""
        if self.session.has_heard(self.side) or self._stream.oversized is not None:
            return
        self._stream.feed(data)
        if (whole := self._stream.next_pdu()) is not None:
            self.session.note(decode_pdu(*whole)[0])

    def _feed(self, data: bytes) -> Iterator[bytes | Action]:
        self._stream.feed(data)
        while (whole := self._stream.next_pdu()) is not None:
            yield from self._pdu(Unit(self._stream.head() + whole[1]))
        if self._stream.oversized is not None:
            self._unseen = True
            yield self._stream.pending

    def _pdu(self, unit: Unit) -> Iterator[bytes | Action]:
        if unit.pdu_type in (p.ASSOCIATE_RQ, p.ASSOCIATE_AC):
            self.session.note(unit.pdu)
        pieces: Iterable[Piece] = [unit.data]
        if unit.pdu_type == p.P_DATA_TF and self._messages is not None:
            pieces = self._messages.pdu(unit)
        for piece in self._as_pdus(pieces):
            if isinstance(piece, bytes):
                yield from self._sabotaged(piece)
            else:
                yield piece

    def _as_pdus(self, pieces: Iterable[Piece]) -> Iterator[bytes | Action]:
        for piece in pieces:
            if isinstance(piece, Whole):
                yield from cut(piece, self.session.fragment_towards(other_side(self.side)))
            else:
                yield piece

    def _sabotaged(self, data: bytes) -> Iterator[bytes | Action]:
        unit = Unit(data)
        for one in self._armed:
            if (change := one.strikes_pdu(unit)) is not None:
                yield from self._as_pdus(change(unit, self.session))
                return
        yield data
