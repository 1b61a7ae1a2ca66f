"""Follows one connection of a capture."""

from __future__ import annotations

from datetime import UTC, datetime

from harness.dimse.command import CommandSet
from harness.observe.answers import answers_of
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.connections import Event, Happening
from harness.observe.capture.frames import written
from harness.observe.capture.stream import End
from harness.observe.capture.tls import TlsReader
from harness.observe.contexts import join_contexts
from harness.observe.ending import Ending, EndingKind
from harness.observe.foreign import Foreign, Protocol, foreign_client, foreign_or_unknown, foreign_protocol
from harness.observe.masking import Masker
from harness.observe.pdu_facts import ending_of, name_of, summary_of
from harness.observe.trace import COMMAND, DATA_SET, Direction, Role, Trace
from harness.standard.negotiation import Abort
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu


class ConnectionReader:
    """Takes what happens on a connection, and says what it was."""

    def __init__(self, event: Event) -> None:
        trace = Trace(written(event.listener), "", "", Role.REQUESTOR)
        trace.started = datetime.fromtimestamp(event.seconds, UTC)
        trace.local_endpoint, trace.remote_endpoint = event.opener, event.listener
        self.found = CapturedAssociation(event.number, event.opener, event.listener, trace)
        self.found.begins_before = not event.is_whole
        self.is_over = False
        self._begun = event.seconds
        self._request: p.AssociateRQ | None = None
        self._tls: TlsReader | None = None
        self._ends = {by_opener: self._end_of(by_opener) for by_opener in (True, False)}
        self._maskers = {by_opener: Masker(trace.wire, sent=by_opener) for by_opener in (True, False)}

    def _end_of(self, by_opener: bool) -> End:
        def begin(command: CommandSet) -> None:
            self.found.exchanges.begin(command, by_opener, self.found.seconds)

        return End(begin)

    def take(self, event: Event) -> None:
        """Note what happened."""
        found, trace = self.found, self.found.trace
        found.seconds = event.seconds - self._begun
        found.omitted += event.omitted
        if event.what is Happening.ASKED:
            found.attempts += 1
        elif event.what is Happening.OPENED:
            trace.stages["connect"] = found.seconds
        elif event.what is Happening.REFUSED:
            self._refused(event)
        elif event.what is Happening.UNREACHABLE:
            self._end(EndingKind.UNREACHABLE, event.text, by_opener=False)
            self.is_over = True
        elif event.what is Happening.LOST:
            self._lost(event)
        elif event.what in (Happening.DATA, Happening.GAP):
            found.lost += event.what is Happening.GAP
            self._data(event)
        else:
            self._gone(event)

    # The TCP connection

    def _refused(self, event: Event) -> None:
        self.is_over = True
        if event.by_opener:
            self._end(EndingKind.CONNECT_TIMEOUT, "the requestor gave up before the connection stood", by_opener=True)
        else:
            text = event.text or f"{self.found.trace.address} refused the TCP connection"
            self._end(EndingKind.CONNECTION_REFUSED, text, by_opener=False)

    def _lost(self, event: Event) -> None:
        self.found.lost += 1
        self.found.is_incomplete = True
        self._ends[event.by_opener].is_broken = True

    def _gone(self, event: Event) -> None:
        end = self._ends[event.by_opener]
        end.has_closed = True
        if event.by_opener and self._tls is not None:
            self._tls.opener_leaves()
        kind, verb = EndingKind.CLOSED, "closed the connection"
        if event.what is Happening.RESET:
            kind, verb = EndingKind.RESET, "reset the connection"
            self.is_over = True
        else:
            self.is_over = all(one.has_closed for one in self._ends.values())
        self._end(kind, f"the {'requestor' if event.by_opener else 'peer'} {verb}", by_opener=event.by_opener)

    def _end(self, kind: EndingKind, text: str, *, by_opener: bool) -> None:
        self._ended(Ending(kind, text), by_opener)

    def _ended(self, ending: Ending, by_opener: bool) -> None:
        if self.found.trace.ending is None:
            self.found.partial = len(self._ends[False].pending)
            self.found.trace.ending = ending
            self.found.ended, self.found.ended_by_opener = self.found.seconds, by_opener

    # What is said

    def _data(self, event: Event) -> None:
        end = self._ends[event.by_opener]
        if not event.by_opener:
            self.found.heard = self.found.seconds
        if end.is_tls and self._tls is not None:
            self.found.is_incomplete |= event.omitted > 0
            self._tls.feed(event.by_opener, event.data)
        elif not end.is_broken:
            end.has_start = event.is_whole
            end.feed(event.data, event.omitted)
            if end.has_pdu or not (end.has_start and self._is_other(end, event.by_opener)):
                self._pdus(end, event.by_opener)

    def _is_other(self, end: End, by_opener: bool) -> bool:
        """Whether the first bytes belong to a known protocol that is not DICOM. TLS has to be spoken by the opener."""
        known = foreign_client(end.first) if by_opener else foreign_protocol(end.first)
        if known is None:
            return False
        if known.protocol is Protocol.TLS and (by_opener or self._tls is not None):
            self._tls = self._tls or TlsReader()
            self.found.tls, end.is_tls = self._tls.seen, True
            self._tls.feed(by_opener, end.pending)
        else:
            self._speaks(end, by_opener, known)
        return True

    def _speaks(self, end: End, by_opener: bool, foreign: Foreign) -> None:
        end.is_broken = True
        if by_opener:
            self.found.foreign_opener = foreign
        else:
            self.found.foreign = foreign

    def _pdus(self, end: End, by_opener: bool) -> None:
        for pdu_type, body in end.pdus():
            self._maskers[by_opener].pdu(self.found.seconds, end.header, body)
            self._pdu(by_opener, pdu_type, body)
        if end.is_broken:
            self.found.is_incomplete = True
        elif end.is_no_dicom():
            self._not_understood(end, by_opener)

    def _not_understood(self, end: End, by_opener: bool) -> None:
        """No PDU: another protocol, or the place where bytes are missing in the capture."""
        end.is_broken = True
        if self.found.omitted or self.found.lost or not end.has_start:
            self.found.is_incomplete = True
        elif not end.has_pdu:
            self._speaks(end, by_opener, foreign_or_unknown(end.first))
        elif not by_opener:
            self._end(EndingKind.PROTOCOL_ERROR, "the peer sent bytes that are no PDU", by_opener=False)

    def _pdu(self, by_opener: bool, pdu_type: int, body: bytes) -> None:
        pdu, deviations = decode_pdu(pdu_type, body)
        if not by_opener:
            self.found.trace.deviations += deviations
        if isinstance(pdu, p.PDataTF):
            self._p_data(by_opener, pdu, len(body))
            return
        self._note(by_opener, name_of(pdu), len(body), summary_of(pdu))
        if isinstance(pdu, p.AssociateRQ) and by_opener:
            self._requested(pdu)
        elif isinstance(pdu, p.AssociateAC) and not by_opener:
            self._accepted(pdu)
        elif isinstance(pdu, p.AAbort) and by_opener:
            abort = Abort(pdu.source, pdu.reason)
            self._ended(Ending(EndingKind.ABORTED_BY_US, f"the requestor aborted: {abort}", abort=abort), by_opener)
        elif isinstance(pdu, p.ReleaseRQ):
            self.found.is_releasing = True
        elif isinstance(pdu, p.ReleaseRP):
            self._end(EndingKind.RELEASED, "released", by_opener=by_opener)
        elif not by_opener and (ending := ending_of(pdu)) is not None:
            self._ended(ending, by_opener)

    def _note(self, by_opener: bool, name: str, length: int, summary: str) -> None:
        fact = self.found.trace.add_pdu(Direction.SENT if by_opener else Direction.RECEIVED, name, length, summary)
        if fact.count == 1:
            fact.seconds = self.found.seconds

    def _requested(self, request: p.AssociateRQ) -> None:
        trace = self.found.trace
        self._request, self.found.requested = request, self.found.seconds
        trace.calling_ae_title, trace.called_ae_title = request.calling_ae_title, request.called_ae_title
        trace.contexts, _ = join_contexts(request, p.AssociateAC(request.called, request.calling, ()))
        identity = request.user_identity
        trace.user_identity_type = identity.identity_type if identity is not None else 0

    def _accepted(self, answer: p.AssociateAC) -> None:
        trace = self.found.trace
        self.found.is_accepted = True
        trace.peer_max_pdu_length = answer.maximum_length
        trace.peer_implementation_class_uid = answer.implementation_class_uid
        trace.peer_implementation_version_name = answer.implementation_version_name
        trace.answers = answers_of(answer)
        if self._request is not None and self.found.requested is not None:
            trace.stages["association"] = self.found.seconds - self.found.requested
            trace.contexts, deviations = join_contexts(self._request, answer)
            trace.deviations += deviations

    def _p_data(self, by_opener: bool, pdu: p.PDataTF, length: int) -> None:
        end, summary = self._ends[by_opener], DATA_SET
        for pdv in pdu.pdvs:
            message = end.assembler.feed(pdv)
            if message is not None and not message.command.has_data_set:
                self.found.exchanges.begin(message.command, by_opener, self.found.seconds)
            if message is not None:
                self.found.exchanges.complete(message.command, by_opener)
            if pdv.is_command:
                command = message.command if message is not None else end.command
                summary = _named(command) if command is not None else COMMAND
        self._note(by_opener, name_of(pdu), length, summary)

    def result(self, last: float) -> CapturedAssociation:
        """What is known in the end; the capture lasts until `last`."""
        found, trace = self.found, self.found.trace
        found.watched_on = max(0.0, last - self._begun - found.seconds)
        if trace.ending is None and not found.is_connected:
            tried = f"{found.attempts} attempts" if found.attempts > 1 else "one attempt"
            trace.ending = Ending(EndingKind.CONNECT_TIMEOUT, f"{trace.address} answered nothing to {tried} to connect")
        elif trace.ending is None:
            found.partial = len(self._ends[False].pending)
        return found


def _named(command: CommandSet) -> str:
    text = f"{command.name} {command.message_id or command.message_id_being_responded_to}"
    return text if command.status is None else f"{text}, status {command.status:04X}H"
