"""One direction of a proxied association, without sockets: bytes in, bytes and actions out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from harness.dimse.fragment import Assembler
from harness.proxy.fault import Armed, OnMessage, OnPdu, Unit
from harness.proxy.pieces import Action, Piece, Side, Whole, cut
from harness.proxy.session import Session
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.stream import PduStream

LONGEST_PDU = 1 << 28
"""A PDU that announces more is passed on as it comes, unseen."""

_OTHER = {Side.REQUESTOR: Side.ACCEPTOR, Side.ACCEPTOR: Side.REQUESTOR}


class Way:
    """What one side says on its way to the other. Without faults its bytes pass as they come."""

    def __init__(self, side: Side, session: Session, armed: Sequence[Armed]) -> None:
        self.side = side
        self.session = session
        self._armed = [one for one in armed if one.fault.side is side]
        self._by_message = any(isinstance(one.fault.what, OnMessage) for one in self._armed)
        self._stream = PduStream(LONGEST_PDU)
        self._assembler = Assembler()

    def feed(self, data: bytes) -> Iterator[bytes | Action]:
        """What becomes of the next bytes."""
        if not self._armed:
            self._listen(data)
            yield data
            return
        self._stream.feed(data)
        while (whole := self._stream.next_pdu()) is not None:
            yield from self._pdu(*whole)
        if self._stream.oversized is not None:
            self._armed.clear()
            yield self._stream.pending

    def _listen(self, data: bytes) -> None:
        """Learn what is negotiated from bytes that pass as they are."""
        if self.session.has_heard(self.side) or self._stream.oversized is not None:
            return
        self._stream.feed(data)
        if (whole := self._stream.next_pdu()) is not None:
            self.session.note(decode_pdu(*whole)[0])

    def _pdu(self, pdu_type: int, body: bytes) -> Iterator[bytes | Action]:
        unit = Unit(_header(pdu_type, body) + body)
        if pdu_type in (p.ASSOCIATE_RQ, p.ASSOCIATE_AC):
            self.session.note(unit.pdu)
        pieces: Iterable[Piece] = [unit.data]
        if pdu_type == p.P_DATA_TF and self._by_message:
            pieces = self._messages(unit)
        for piece in self._as_pdus(pieces):
            if isinstance(piece, bytes):
                yield from self._sabotaged(piece)
            else:
                yield piece

    def _messages(self, unit: Unit) -> Iterator[Piece]:
        """The messages that this PDU completes, or what faults make of them."""
        pdu, _ = decode_pdu(unit.pdu_type, unit.body)
        if not isinstance(pdu, p.PDataTF):
            yield unit.data
            return
        for pdv in pdu.pdvs:
            message = self._assembler.feed(pdv)
            if message is not None:
                yield from self._changed(Whole(message.context_id, message.command, message.data))

    def _changed(self, message: Whole) -> Sequence[Piece]:
        for one in self._armed:
            what = one.fault.what
            if isinstance(what, OnMessage) and one.fits_message(message) and one.strikes():
                return what.change(message, self.session)
        return [message]

    def _as_pdus(self, pieces: Iterable[Piece]) -> Iterator[bytes | Action]:
        for piece in pieces:
            if isinstance(piece, Whole):
                yield from cut(piece, self.session.fragment_towards(_OTHER[self.side]))
            else:
                yield piece

    def _sabotaged(self, data: bytes) -> Iterator[bytes | Action]:
        unit = Unit(data)
        for one in self._armed:
            what = one.fault.what
            if isinstance(what, OnPdu) and one.fits_pdu(unit) and one.strikes():
                yield from self._as_pdus(what.change(unit, self.session))
                return
        yield data


def _header(pdu_type: int, body: bytes) -> bytes:
    return bytes((pdu_type, 0)) + len(body).to_bytes(4, "big")
