"""PDUs over a transport: the state machine driven by bytes, everything noted in the trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from harness.net.outgoing import Outgoing, Piece
from harness.net.timeouts import Deadline
from harness.net.transport import Transport
from harness.observe.ending import Ending, EndingKind, TlsFailure, TlsFault
from harness.observe.foreign import Foreign, Protocol, foreign_client, foreign_or_unknown, foreign_protocol
from harness.observe.masking import Masker
from harness.observe.pdu_facts import ending_of, name_of, summary_of
from harness.observe.trace import COMMAND, DATA_SET, P_DATA_TF, Direction, PduFact, Role, Trace
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu, lone_pdv
from harness.ul.deviation import Deviation
from harness.ul.encode import encode_pdu
from harness.ul.machine import Effects, Machine
from harness.ul.states import Event, State
from harness.ul.stream import PduStream

LONGEST_ASSOCIATION_PDU = 1 << 20
LONGEST_DATA_PDU = 1 << 26
DEVIATIONS_KEPT = 100
LINGER = 0.5
"""Seconds to wait for the peer to close after our last word, so that closing does not destroy that word.

Short, because it comes on top of the deadline that was missed.
"""


def _noted() -> None:
    """What is noted of bytes that were noted before."""


class AssociationEnded(Exception):
    """The association is over; `ending` says how. Raised by every operation from then on."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.text)
        self.ending = ending


class Wire:
    """One end of one association on the level of PDUs."""

    def __init__(self, transport: Transport, machine: Machine, trace: Trace, stall: float) -> None:
        self.transport = transport
        self.machine = machine
        self.trace = trace
        self.stall = stall
        self.maximum_length = 0
        """Our announced maximum length in bytes, to notice longer PDUs; 0 for no limit."""
        self.strict = False
        """Whether what breaks the rules of P-DATA-TF ends the association; else it is noted and read on."""
        self.latest_command: PduFact | None = None
        """The latest received PDU with a command, to be named when the command is understood."""
        self._stream = PduStream(LONGEST_ASSOCIATION_PDU)
        self._heard_at: float | None = None
        """When the peer sent something last, in seconds since the start of the association."""
        self._sent = Masker(trace.wire, sent=True)
        self._received = Masker(trace.wire, sent=False)
        self._unnoted: list[tuple[PduFact, bytes, bytes | memoryview]] = []
        """Fragments that have come, with their headers: they are noted once we have answered, or wait anyway."""

    def established(self) -> None:
        """The association stands: from now on PDUs may be long."""
        self._stream.limit = LONGEST_DATA_PDU

    # Sending

    def local(self, event: Event, pdu: p.PDU | None = None) -> Effects:
        """A local request or response: into the machine, and onto the wire."""
        effects = self.machine.local(event, pdu)
        self.perform(effects)
        return effects

    def perform(self, effects: Effects) -> None:
        """Send what the machine wants sent; closing is left to `end`."""
        if effects.send is not None:
            data = encode_pdu(effects.send)
            self.note_received()
            self._sent.associate(self.trace.elapsed, data)
            self.trace.add_pdu(
                Direction.SENT, p.pdu_name(data[0]), len(data) - p.HEADER_LENGTH, summary_of(effects.send)
            )
            self.send_bytes([data])

    def send_message(self, message: Outgoing) -> None:
        """Write and note the P-DATA-TFs of a message. Raises OSError when a file that it is made of gives no more."""
        buffers = [part for piece in (*message.command, *message.data) for part in piece]
        self.send_bytes(buffers, partial(self._note_message, self.trace.elapsed, message))
        for pieces in message.rest:
            begun = self.trace.elapsed
            self.send_bytes([part for piece in pieces for part in piece], partial(self._note_data_set, begun, pieces))

    def send_alike(self, command: bytes, summary: str, data_sets: Sequence[bytes]) -> None:
        """Write and note messages with the same command, each in this PDU and in that of its data set, in one go."""
        buffers = [part for data_set in data_sets for part in (command, data_set)]
        note = partial(self._note_alike, self.trace.elapsed, Direction.SENT, command, summary, data_sets)
        self.send_bytes(buffers, note)

    def _note_message(self, seconds: float, message: Outgoing) -> None:
        self.note_received()
        self._sent.lone_fragments(seconds, message.command)
        for _, fragment in message.command:
            length = len(fragment) + 6
            self.trace.add_pdu(Direction.SENT, P_DATA_TF, length, message.summary, seconds=seconds)
        self._note_data_set(seconds, message.data)

    def _note_data_set(self, seconds: float, pieces: Sequence[Piece]) -> None:
        if pieces:
            self._sent.lone_fragments(seconds, pieces)
            length = sum([len(fragment) + 6 for _, fragment in pieces])
            self.trace.add_pdu(Direction.SENT, P_DATA_TF, length, DATA_SET, len(pieces), seconds)

    def send_bytes(self, buffers: Sequence[bytes | memoryview], note: Callable[[], None] = _noted) -> None:
        """Write, and then `note` that, as the peer goes on meanwhile.

        When the peer has cut the connection, look for its last words before saying so.
        """
        try:
            try:
                self.transport.write(buffers, self.stall)
            finally:
                note()
        except TimeoutError:
            text = f"the peer took no data for {self.stall:g} s"
            raise self.end(Ending(EndingKind.TIMEOUT, text), abort=True) from None
        except OSError:
            raise self._last_words() from None

    def _last_words(self) -> AssociationEnded:
        try:
            while True:
                ending = ending_of(self.read_pdu(Deadline(LINGER), "its last words"))
                if ending is not None:
                    return self.end(ending)
        except AssociationEnded as ended:
            return ended

    # Receiving

    def has_input(self) -> bool:
        """Whether bytes of the peer are waiting, or its end of the stream."""
        return self._stream.has_partial_pdu or self.transport.readable()

    def read_pdu(self, deadline: Deadline, awaited: str) -> p.PDU:
        """The next PDU that the machine lets through. Raises `AssociationEnded` for everything else."""
        while True:
            whole = self._stream.next_pdu()
            if whole is None:
                self._fill(deadline, awaited)
                continue
            if self.machine.passes_data and (pdv := self._lone_pdv(*whole)) is not None:
                return p.PDataTF((pdv,))
            pdu = self._take(*whole)
            if type(pdu) is p.PDataTF and self.machine.passes_data:
                return pdu
            effects = self.machine.received(pdu)
            if effects.aborted:
                raise self._protocol_error(pdu, effects)
            self.perform(effects)
            if effects.indicate is not None:
                return pdu
            if self.machine.state is State.STA1:
                raise self.end(Ending(EndingKind.CLOSED, "the association ended"))

    def _lone_pdv(self, pdu_type: int, body: memoryview) -> p.PDV | None:
        """The only PDV of a P-DATA-TF with which all is well, to be noted; nearly all that come are such."""
        length = len(body)
        if pdu_type != p.P_DATA_TF or length > (self.maximum_length or length):
            return None
        pdv = lone_pdv(body)
        if pdv is None:
            return None
        summary = COMMAND if pdv.is_command else DATA_SET
        fact = PduFact(self.trace.elapsed, Direction.RECEIVED, P_DATA_TF, length, summary)
        self._unnoted.append((fact, self._stream.head(p.LONE_HEADERS_LENGTH), pdv.fragment))
        if pdv.is_command:
            self.latest_command = fact
        return pdv

    def note_received(self) -> None:
        """Note what has come so far."""
        for fact, headers, fragment in self._unnoted:
            self._received.lone_fragment(fact.seconds, headers, fragment)
            self.trace.add(fact)
        self._unnoted.clear()

    def read_alike(self, command: bytes, context_id: int, summary: str) -> list[bytes]:
        """The data sets of messages that have come already and begin with this PDU as the one before, all at once."""
        if not self.machine.passes_data:
            return []
        pdus = self._stream.next_alike(command, context_id, self.maximum_length or LONGEST_DATA_PDU)
        if pdus:
            self._note_alike(self.trace.elapsed, Direction.RECEIVED, command, summary, pdus)
        return [pdu[p.LONE_HEADERS_LENGTH :] for pdu in pdus]

    def _note_alike(
        self, seconds: float, direction: Direction, command: bytes, summary: str, data_sets: Sequence[bytes]
    ) -> None:
        self.note_received()
        masker = self._sent if direction is Direction.SENT else self._received
        masker.alike(seconds, command, data_sets)
        lengths = [len(pdu) - p.HEADER_LENGTH for pdu in data_sets]
        self.trace.add_alike(direction, seconds, summary, len(command) - p.HEADER_LENGTH, lengths)

    def _take(self, pdu_type: int, body: memoryview) -> p.PDU:
        pdu, deviations = decode_pdu(pdu_type, body)
        self.note_received()
        self._received.pdu(self.trace.elapsed, self._stream.head(), body)
        if pdu_type == p.P_DATA_TF and self.maximum_length and len(body) > self.maximum_length:
            text = f"a P-DATA-TF of {len(body)} bytes exceeds our maximum length of {self.maximum_length}"
            deviations.append(Deviation("maximum-length", "PS3.8 D.1", text))
            if self.strict:
                raise self.invalid(text)
        summary = summary_of(pdu)
        fact = self.trace.add_pdu(Direction.RECEIVED, p.pdu_name(pdu_type), len(body), summary)
        if summary == COMMAND:
            self.latest_command = fact
        if deviations:
            self.note_deviations(deviations)
        return pdu

    def note_deviations(self, deviations: Sequence[Deviation]) -> None:
        """Keep what the peer got wrong, up to a bound."""
        room = DEVIATIONS_KEPT - len(self.trace.deviations)
        self.trace.deviations += deviations[: max(0, room)]

    def _fill(self, deadline: Deadline, awaited: str) -> None:
        if self._stream.oversized is not None:
            pdu_type, length = self._stream.oversized
            raise self._not_understood(f"a {p.pdu_name(pdu_type)} that announces {length} bytes")
        if self._stream.has_partial_pdu:
            self.transport.acknowledge_now()
        self.note_received()
        try:
            data = self.transport.read(deadline, self._stream.fitting(self.transport.room))
        except TimeoutError:
            raise self._silence(deadline, awaited) from None
        except OSError as error:
            raise self._cut(error, awaited) from None
        if not data:
            raise self._transport_gone(EndingKind.CLOSED, "closed the connection", awaited)
        self._heard_at = self.trace.elapsed
        self._stream.feed(data)

    # Ends

    def _silence(self, deadline: Deadline, awaited: str) -> AssociationEnded:
        foreign = self._foreign_piece()
        if foreign is not None:
            return self.end(foreign)
        partial = len(self._stream.pending)
        text = f"no {awaited} within {deadline.seconds:g} s"
        if partial:
            text += f" (only {partial} bytes of a PDU)"
        return self.end(Ending(EndingKind.TIMEOUT, text, partial=partial), abort=True)

    def _cut(self, error: OSError, awaited: str) -> AssociationEnded:
        """The connection broke; TLS has its own words for it."""
        ending = getattr(error, "ending", None)
        if not isinstance(ending, Ending):
            return self._transport_gone(EndingKind.RESET, "reset the connection", awaited)
        if self.machine.can(Event.EVT17):
            self.machine.local(Event.EVT17)
        return self.end(ending)

    def _transport_gone(self, kind: EndingKind, verb: str, awaited: str) -> AssociationEnded:
        if self.machine.can(Event.EVT17):
            self.machine.local(Event.EVT17)
        foreign = self._foreign_piece()
        if foreign is not None:
            return self.end(foreign)
        text = f"the peer {verb} without A-ABORT while we awaited the {awaited}"
        partial = len(self._stream.pending)
        if partial:
            text += f"; the last {partial} bytes are no whole PDU"
        elif self._heard_at is None and self.trace.role is Role.REQUESTOR:
            text += f"; it said nothing at all, as a peer does that {_SILENT[self.trace.tls is not None]}"
        return self.end(Ending(kind, text, partial=partial))

    def _protocol_error(self, pdu: p.PDU, effects: Effects) -> AssociationEnded:
        broken = isinstance(pdu, p.RawPDU) and pdu.pdu_type in p.PDU_NAMES
        what = f"a {name_of(pdu)} that cannot be decoded" if broken else f"an unexpected {name_of(pdu)}"
        return self._refuse(Ending(EndingKind.PROTOCOL_ERROR, f"the peer sent {what}"), effects)

    def invalid(self, what: str) -> AssociationEnded:
        """Abort as the service provider does when an invalid PDU has come (PS3.8 9.2.3, AA-8)."""
        effects = self.machine.received(p.RawPDU(p.P_DATA_TF, b""))
        return self._refuse(Ending(EndingKind.PROTOCOL_ERROR, f"the peer sent {what}"), effects)

    def _not_understood(self, what: str) -> AssociationEnded:
        effects = self.machine.received(p.RawPDU(0xFF, b""))
        pending = self._stream.pending
        foreign = self._foreign(pending)
        if foreign is not None and foreign.protocol is Protocol.TLS:
            # Whoever speaks TLS understands no A-ABORT.
            return self.end(_tls_spoken(pending, foreign))
        if self._is_only_large():
            text = f"the peer sent {what}, as it may, and that is more than this program takes at once"
            return self._refuse(Ending(EndingKind.ABORTED_BY_US, text), effects)
        if foreign is not None:
            return self._refuse(self._not_dicom(foreign), effects)
        if self._stream.limit == LONGEST_ASSOCIATION_PDU and pending[0] not in p.PDU_NAMES:
            return self._refuse(self._not_dicom(foreign_or_unknown(pending)), effects)
        return self._refuse(Ending(EndingKind.PROTOCOL_ERROR, f"the peer sent {what}"), effects)

    def _foreign_piece(self) -> Ending | None:
        """The ending when what came, too little to be taken for a PDU, belongs to another protocol."""
        pending = self._stream.pending
        foreign = self._foreign(pending)
        if foreign is None:
            return None
        return _tls_spoken(pending, foreign) if foreign.protocol is Protocol.TLS else self._not_dicom(foreign)

    def _foreign(self, data: bytes) -> Foreign | None:
        return foreign_protocol(data) if self.trace.role is Role.REQUESTOR else foreign_client(data)

    def _not_dicom(self, foreign: Foreign) -> Ending:
        verb = "answers" if self.trace.role is Role.REQUESTOR else "begins"
        text = f"the peer {verb} with {foreign.protocol}, not with DICOM"
        if foreign.banner:
            text += f": {foreign.banner}"
        return Ending(EndingKind.NOT_DICOM, text, foreign=foreign)

    def _is_only_large(self) -> bool:
        """Whether the PDU that is too long for us is within the maximum length that we announced."""
        pdu_type, length = self._stream.oversized or (0, 0)
        within = not self.maximum_length or length <= self.maximum_length
        return pdu_type == p.P_DATA_TF and self._stream.limit == LONGEST_DATA_PDU and within

    def _refuse(self, ending: Ending, effects: Effects) -> AssociationEnded:
        if effects.send is not None:
            try:
                self.transport.write([encode_pdu(effects.send)], self.stall)
            except OSError:
                return self.end(ending)
        return self.end(ending, linger=True)

    def end(self, ending: Ending, *, abort: bool = False, linger: bool = False) -> AssociationEnded:
        """Close the transport for good and note how it ended; with `abort`, say so to the peer first."""
        self.note_received()
        self.trace.ended = self.trace.elapsed if self.trace.ended is None else self.trace.ended
        if self._stream.has_partial_pdu:
            shown = ending.foreign.shown if ending.foreign is not None else 0
            self._received.loose(self._heard_at or 0.0, self._stream.pending, shown)
        if abort and self.machine.can(Event.EVT15):
            effects = self.machine.local(Event.EVT15, p.AAbort(0, 0))
            data = encode_pdu(effects.send or p.AAbort(0, 0))
            self._sent.associate(self.trace.elapsed, data)
            self.trace.add_pdu(Direction.SENT, "A-ABORT", 4, "A-ABORT by us")
            linger = self._try_write(data)
        if linger:
            self.transport.finish_writing()
            self.transport.drain(LINGER)
        else:
            self.transport.say_goodbye()
        self.transport.close()
        self.trace.ending = self.trace.ending or ending
        return AssociationEnded(self.trace.ending)

    def _try_write(self, data: bytes) -> bool:
        try:
            self.transport.write([data], LINGER)
        except OSError:
            return False
        return True


_SILENT = {False: "expects TLS or another protocol", True: "refuses our certificate without a word"}
"""Why a peer may hang up before it has said anything, on a plain connection and over TLS."""

_TLS_ALERT = 0x15


def _tls_spoken(data: bytes, foreign: Foreign) -> Ending:
    verb = "answers with a TLS alert" if data[0] == _TLS_ALERT else "begins with a TLS ClientHello"
    text = f"the peer {verb}: it expects TLS, and this connection is plain"
    return Ending(EndingKind.TLS, text, tls=TlsFailure(TlsFault.TLS_EXPECTED, by_peer=True), foreign=foreign)
