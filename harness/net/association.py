"""An established association of either role: whole DIMSE messages in and out, each wait with its deadline."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType

from harness.dimse.command import CommandSet, Value, encode_command
from harness.dimse.fragment import Assembler, Message, OpenSink, PduTooSmall, fragment_length, lone
from harness.net.negotiation import NegotiatedContext
from harness.net.outgoing import Outgoing, outgoing
from harness.net.timeouts import Deadline, Timeouts
from harness.net.windows import FileRange, even
from harness.net.wire import AssociationEnded, Wire
from harness.observe.ending import Ending, EndingKind
from harness.observe.pdu_facts import ending_of
from harness.observe.trace import Role, Trace
from harness.ul import pdu as p
from harness.ul.deviation import Deviation
from harness.ul.states import Event, State

MOST_AT_ONCE = 64
"""Requests on their way to a peer that sets no limit."""


class Association:
    """One association, established or not. As a context manager it releases, or aborts when an exception passes.

    `contexts` are the accepted presentation contexts by id; `open_sink` may take large incoming data sets.
    """

    def __init__(self, trace: Trace, timeouts: Timeouts, wire: Wire | None = None) -> None:
        self.trace = trace
        self.timeouts = timeouts
        self.contexts: dict[int, NegotiatedContext] = {}
        self.established = False
        self._wire = wire
        self._assembler = Assembler()
        self._inbox: deque[Message] = deque()
        self._message_id = 0
        self._encoded: tuple[dict[int, Value], bytes, str] = ({}, b"", "")
        """The latest command that was sent, as bytes and with its summary: those of pending responses are all alike."""
        self._named: tuple[CommandSet, str] | None = None
        """The latest command that has come, with its summary: for the same reason."""

    def establish(self, wire: Wire, contexts: dict[int, NegotiatedContext], our_maximum_length: int) -> None:
        """The negotiation succeeded (used by requestor and acceptor)."""
        self._wire = wire
        self.contexts = contexts
        self.established = True
        wire.maximum_length = our_maximum_length
        wire.established()

    @property
    def open_sink(self) -> OpenSink | None:
        """Where data sets of incoming messages go instead of memory."""
        return self._assembler.open_sink

    @open_sink.setter
    def open_sink(self, open_sink: OpenSink | None) -> None:
        self._assembler.open_sink = open_sink

    @property
    def ending(self) -> Ending | None:
        """How the association ended; None while it stands."""
        return self.trace.ending

    def extended(self, sop_class_uid: str) -> Mapping[str, int]:
        """What extended negotiation agreed on for a SOP class, by the names of `standard.extended`.

        Empty where nothing was negotiated, so that nothing but the baseline holds.
        """
        data = dict(self.trace.answers.extended).get(sop_class_uid)
        if data is None:
            return {}
        # Here, because few associations negotiate any of it.
        from harness.standard.extended import layout_of

        layout = layout_of(sop_class_uid)
        return layout.decode(data) if layout is not None else {}

    @property
    def operations_at_once(self) -> int:
        """How many requests of ours may be unanswered at the same time (PS3.7 D.3.3.3): one, unless negotiated."""
        window = self.trace.answers.asynchronous_operations
        return 1 if window is None else window[0] or MOST_AT_ONCE

    def next_message_id(self) -> int:
        """A Message ID that is not in use on this association, 1 to 65535 (PS3.7 9.1)."""
        self._message_id = self._message_id % 65535 + 1
        return self._message_id

    def find_context(self, abstract_syntax: str, transfer_syntax: str | None = None) -> NegotiatedContext | None:
        """The first accepted context of an abstract syntax, in a certain transfer syntax if one is given."""
        for context in self.contexts.values():
            if context.abstract_syntax == abstract_syntax and transfer_syntax in (None, context.transfer_syntax):
                return context
        return None

    def note_deviations(self, deviations: Sequence[Deviation]) -> None:
        """Note what the peer got wrong, as seen by a service."""
        if self._wire is not None:
            self._wire.note_deviations(deviations)

    def send(self, context_id: int, command: CommandSet, data: bytes | FileRange | None = None) -> None:
        """Send a message; a file is sent from where it lies, without being parsed.

        Raises `AssociationEnded` when the peer ends the association or takes no data, OSError when the file
        cannot be read.
        """
        self.send_prepared(self.prepare(context_id, command, data))

    def send_each(self, context_id: int, command: CommandSet, data_sets: Sequence[bytes]) -> None:
        """Send a command with each of several data sets: many responses to a request, if they are small in one write.

        Raises `AssociationEnded` as `send` does.
        """
        wire = self._standing()
        encoded, summary = self._command_bytes(command)
        if max(map(len, (encoded, *data_sets))) > self._fragment_length(wire):
            for data in data_sets:
                self.send(context_id, command, data)
            return
        self._may_send_data(wire)
        pdus = [lone(context_id, False, even(data)) for data in data_sets]
        wire.send_alike(lone(context_id, True, encoded), summary, pdus)

    def prepare(self, context_id: int, command: CommandSet, data: bytes | FileRange | None = None) -> Outgoing:
        """Make ready what will be sent next, while there is nothing else to do. Raises as `send` does."""
        wire = self._standing()
        size = self._fragment_length(wire)
        return outgoing(context_id, self._command_bytes(command), data, size)

    def _fragment_length(self, wire: Wire) -> int:
        try:
            return fragment_length(self.trace.peer_max_pdu_length)
        except PduTooSmall as error:
            raise wire.end(Ending(EndingKind.PROTOCOL_ERROR, str(error)), abort=True) from None

    def _command_bytes(self, command: CommandSet) -> tuple[bytes, str]:
        if command.elements != self._encoded[0]:
            self._encoded = dict(command.elements), encode_command(command), _summary(command)
        return self._encoded[1:]

    def send_prepared(self, message: Outgoing) -> None:
        """Send what was prepared: its command leaves in one write with the beginning of its data set.

        Raises `AssociationEnded` as `send` does, and when a file cannot be read to its end.
        """
        wire = self._standing()
        self._may_send_data(wire)
        try:
            wire.send_message(message)
        except OSError as error:
            text = f"we aborted the association: a file could not be sent to its end, {error.strerror}"
            raise wire.end(Ending(EndingKind.ABORTED_BY_US, text), abort=True) from None

    @staticmethod
    def _may_send_data(wire: Wire) -> None:
        if not wire.machine.passes_data:
            wire.machine.local(Event.EVT9)

    def receive(
        self,
        timeout: float | None = None,
        awaited: str = "DIMSE message",
        on_arrival: Callable[[], None] | None = None,
    ) -> Message:
        """The next whole message within `timeout` seconds (default: the response timeout).

        A data set for which there is a sink may take longer: with each PDU of it the time begins anew.

        `on_arrival` is called once when the message has come, a lone command even before it is taken apart: the peer
        gets its next request the sooner. It raises nothing, so that what has come is not lost.

        Raises `AssociationEnded` when the association ends first, whoever ended it, or when time is up.
        """
        wire = self._standing()
        deadline = Deadline(self.timeouts.response if timeout is None else timeout)
        while not self._inbox:
            pdu = wire.read_pdu(deadline, awaited)
            if isinstance(pdu, p.PDataTF):
                if on_arrival is not None and (command := self._whole_command(pdu)) is not None:
                    pdu = p.PDataTF((command,))
                    on_arrival()
                    on_arrival = None
                self._take(wire, pdu)
                if not self._inbox and self._assembler.streams:
                    deadline = Deadline(deadline.seconds)
            elif isinstance(pdu, p.ReleaseRQ):
                raise self._answer_release(wire)
            else:
                raise self._ended_by(wire, pdu)
        if on_arrival is not None:
            on_arrival()
        if self.trace.role is Role.REQUESTOR:
            # Nobody waits for us. An acceptor answers first.
            wire.note_received()
        return self._inbox.popleft()

    def _whole_command(self, pdu: p.PDataTF) -> p.PDV | None:
        """The PDV that is all of a PDU and ends a command, kept from what is read next."""
        pdv = pdu.pdvs[0] if len(pdu.pdvs) == 1 else None
        if pdv is None or not (pdv.is_command and pdv.is_last) or pdv.context_id not in self.contexts:
            return None
        return p.PDV(pdv.context_id, True, True, bytes(pdv.fragment))

    def poll(self) -> Message | None:
        """A message that has already come, or None without waiting for one. Raises `AssociationEnded`."""
        wire = self._standing()
        if not self._inbox and not wire.has_input():
            return None
        return self.receive()

    def put_back(self, message: Message) -> None:
        """Have a message come again at the next `receive` or `poll`."""
        self._inbox.appendleft(message)

    def _take(self, wire: Wire, pdu: p.PDataTF) -> None:
        message, summary = None, ""
        for pdv in pdu.pdvs:
            if pdv.context_id not in self.contexts:
                text = f"a PDV names presentation context {pdv.context_id}, which was not accepted"
                wire.note_deviations([Deviation("pdv-context", "PS3.8 9.3.5.1", text)])
                raise wire.end(Ending(EndingKind.PROTOCOL_ERROR, f"the peer sent {text}"), abort=True)
            message = self._assembler.feed(pdv)
            if wire.strict and self._assembler.disorder:
                raise wire.invalid(f"fragments in disorder: {self._assembler.disorder}")
            if message is not None:
                if message.deviations:
                    wire.note_deviations(message.deviations)
                summary = self._name_latest(wire, message)
                self._inbox.append(message)
        if message is not None:
            self._take_alike(wire, message, summary)

    def _take_alike(self, wire: Wire, message: Message, summary: str) -> None:
        """Take at once what has come already and differs from a message only in the data set: pending responses."""
        opening = self._assembler.opening(message)
        if opening is not None:
            for data in wire.read_alike(opening, message.context_id, summary):
                self._inbox.append(Message(message.context_id, message.command, data, data_length=len(data)))

    def _name_latest(self, wire: Wire, message: Message) -> str:
        """Give the PDU that brought the command its name in the trace, which is known only now."""
        command = message.command
        if self._named is None or self._named[0] is not command:
            self._named = command, _summary(command)
        if wire.latest_command is not None:
            wire.latest_command.summary = self._named[1]
        return self._named[1]

    def _answer_release(self, wire: Wire) -> AssociationEnded:
        wire.local(Event.EVT14)
        ending = Ending(EndingKind.RELEASED, "the peer released the association")
        wire.transport.drain(self.timeouts.artim)
        return wire.end(ending)

    def _ended_by(self, wire: Wire, pdu: p.PDU) -> AssociationEnded:
        ending = ending_of(pdu) or Ending(EndingKind.PROTOCOL_ERROR, "the association ended unexpectedly")
        return wire.end(ending)

    def release(self) -> Ending:
        """Release the association and close; the ending says whether the peer agreed in time (PS3.8 7.2)."""
        if self._wire is None or self.trace.ending is not None:
            return self.trace.ending or Ending(EndingKind.CLOSED, "there is no association")
        begun = time.monotonic()
        try:
            self._wire.local(Event.EVT11)
            self._await_release(self._wire)
        except AssociationEnded as ended:
            return ended.ending
        finally:
            self.trace.stages["release"] = time.monotonic() - begun
        return self._wire.end(Ending(EndingKind.RELEASED, "released")).ending

    def _await_release(self, wire: Wire) -> None:
        deadline = Deadline(self.timeouts.release)
        while True:
            pdu = wire.read_pdu(deadline, "A-RELEASE-RP")
            if isinstance(pdu, p.ReleaseRP):
                if wire.machine.state is State.STA1:
                    return
                # A release collision as acceptor: the answer to the peer's request is still due (AR-10, AR-4).
                wire.local(Event.EVT14)
                return
            if isinstance(pdu, p.ReleaseRQ) and wire.machine.can(Event.EVT14):
                wire.local(Event.EVT14)
            elif not isinstance(pdu, p.PDataTF | p.ReleaseRQ):
                raise self._ended_by(wire, pdu)

    def abort(self, kind: EndingKind = EndingKind.ABORTED_BY_US, text: str = "we aborted the association") -> Ending:
        """Abort as service user (PS3.8 7.3) and close."""
        if self._wire is None or self.trace.ending is not None:
            return self.trace.ending or Ending(EndingKind.CLOSED, "there is no association")
        return self._wire.end(Ending(kind, text), abort=True).ending

    def leave_acknowledgements(self, to_system: bool) -> bool:
        """Whether what comes is to be acknowledged as the system sees fit, as by most programs, or else at once.

        To be called before each request. False where nothing else is to be had, as elsewhere than on Linux.
        """
        return self._wire is not None and self._wire.transport.leave_acknowledgements(to_system)

    def drop(self) -> None:
        """Close the transport at once, from any thread; a waiting `receive` then ends."""
        if self._wire is not None:
            self._wire.transport.close()

    def _standing(self) -> Wire:
        if self._wire is None or self.trace.ending is not None:
            raise AssociationEnded(self.trace.ending or Ending(EndingKind.CLOSED, "there is no association"))
        return self._wire

    def __enter__(self) -> Association:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        if error is None and self.trace.role is Role.REQUESTOR:
            self.release()
        elif isinstance(error, KeyboardInterrupt):
            self.abort(EndingKind.INTERRUPTED, "the run was interrupted")
        else:
            self.abort()


def _summary(command: CommandSet) -> str:
    status = command.status
    text = f"{command.name} {command.message_id or command.message_id_being_responded_to}"
    return text if status is None else f"{text}, status {status:04X}H"


__all__ = ["Association", "AssociationEnded", "FileRange"]
