"""The record of a proxied association: what left the proxy in both directions, masked, and what was answered."""

from __future__ import annotations

import threading
from collections import Counter

from harness.dimse.command import CommandSet
from harness.dimse.fragment import Assembler, Sink
from harness.net.wire import DEVIATIONS_KEPT, LONGEST_DATA_PDU
from harness.observe.answers import answers_of
from harness.observe.contexts import join_contexts
from harness.observe.ending import Ending, EndingKind
from harness.observe.foreign import foreign_client, foreign_protocol
from harness.observe.masking import Masker
from harness.observe.pdu_facts import ending_of, summary_of
from harness.observe.trace import COMMAND, Direction, Role, Trace
from harness.proxy.messages import Nothing
from harness.proxy.pieces import Side
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.stream import PduStream

LONGEST_RECORDED = LONGEST_DATA_PDU
"""A side that announces a longer PDU, in bytes, is not read any further."""

_FIRST_BYTES = 64
"""Enough to tell a protocol."""


def _drop(_context_id: int, _command: CommandSet) -> Sink:
    return Nothing()


class Recording:
    """Notes what passes, from both threads of a connection. The trace is the requestor's: what it sends is *sent*.

    `answered` counts final responses by the name of the command and the status.
    """

    def __init__(self, address: str, *, full: bool = False) -> None:
        self.trace = Trace(address, "", "", Role.REQUESTOR)
        self.trace.wire.full = full
        self.answered: Counter[tuple[str, int]] = Counter()
        self._lock = threading.Lock()
        self._request: p.AssociateRQ | None = None
        self._begun: set[Side] = set()
        self._streams = {side: PduStream(LONGEST_RECORDED) for side in Side}
        self._assemblers = {side: Assembler(_drop) for side in Side}
        self._maskers = {side: Masker(self.trace.wire, sent=side is Side.REQUESTOR) for side in Side}

    def passed(self, side: Side, data: bytes) -> None:
        """These bytes of this side are handed to the other."""
        with self._lock:
            stream = self._streams.get(side)
            if stream is None:
                return
            stream.feed(data)
            while (whole := stream.next_pdu()) is not None:
                self._begun.add(side)
                self._pdu(side, stream.head(), bytes(whole[1]))
            if stream.has_partial_pdu:
                self._judge_rest(side, stream)

    def _judge_rest(self, side: Side, stream: PduStream) -> None:
        """Read no further where no PDU comes: it would only fill the memory."""
        pending = stream.pending[:_FIRST_BYTES]
        is_requestor = side is Side.REQUESTOR
        foreign = None
        if side not in self._begun:
            foreign = foreign_client(pending) if is_requestor else foreign_protocol(pending)
        if foreign is None and stream.oversized is None:
            return
        self._maskers[side].loose(self.trace.elapsed, pending)
        del self._streams[side]
        if self.trace.ending is None:
            what = str(foreign.protocol) if foreign is not None else "something that is no DICOM"
            self.trace.ending = Ending(EndingKind.NOT_DICOM, f"the {side} speaks {what}: passed on unread")

    def finish(self) -> Trace:
        """The whole trace; what never became a PDU is in it."""
        with self._lock:
            for side, stream in self._streams.items():
                if stream.pending:
                    self._maskers[side].loose(self.trace.elapsed, stream.pending)
            self.trace.ending = self.trace.ending or Ending(EndingKind.CLOSED, "closed without release or abort")
        return self.trace

    def _pdu(self, side: Side, header: bytes, body: bytes) -> None:
        trace, masker, seconds = self.trace, self._maskers[side], self.trace.elapsed
        pdu_type = header[0]
        pdu, found = decode_pdu(pdu_type, body)
        masker.pdu(seconds, header, body)
        direction = Direction.SENT if side is Side.REQUESTOR else Direction.RECEIVED
        fact = trace.add_pdu(direction, p.pdu_name(pdu_type), len(body), summary_of(pdu))
        if direction is Direction.RECEIVED:
            trace.deviations += found[: max(0, DEVIATIONS_KEPT - len(trace.deviations))]
        if isinstance(pdu, p.PDataTF):
            for name in self._commands(side, pdu):
                fact.summary = name if fact.summary == COMMAND else fact.summary
        else:
            self._note(side, pdu)

    def _commands(self, side: Side, pdu: p.PDataTF) -> list[str]:
        names = []
        for pdv in pdu.pdvs:
            message = self._assemblers[side].feed(pdv)
            if message is None:
                continue
            names.append(message.command.name)
            status = message.command.status
            if message.command.is_response and status is not None and status >> 8 != _PENDING:
                self.answered[message.command.name, status] += 1
        return names

    def _note(self, side: Side, pdu: p.PDU) -> None:
        trace = self.trace
        if isinstance(pdu, p.AssociateRQ):
            self._request = pdu
            trace.calling_ae_title, trace.called_ae_title = pdu.calling_ae_title, pdu.called_ae_title
        elif isinstance(pdu, p.AssociateAC) and self._request is not None:
            trace.contexts, _ = join_contexts(self._request, pdu)
            trace.answers = answers_of(pdu)
            trace.peer_max_pdu_length = pdu.maximum_length
            trace.peer_implementation_class_uid = pdu.implementation_class_uid
            trace.peer_implementation_version_name = pdu.implementation_version_name
        elif isinstance(pdu, p.ReleaseRP):
            trace.ending = trace.ending or Ending(EndingKind.RELEASED, "released")
        elif trace.ending is None and isinstance(pdu, p.AAbort) and side is Side.REQUESTOR:
            trace.ending = Ending(EndingKind.ABORTED_BY_US, "the requestor aborted")
        elif trace.ending is None:
            trace.ending = ending_of(pdu)


_PENDING = 0xFF
"""The first two digits of the status of a response that is not the last."""
