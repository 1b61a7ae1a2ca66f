"""One association from the side of a script: PDUs out as they are wanted, and what comes put into words."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.elements import Command
from harness.dimse.fragment import PDV_OVERHEAD, Assembler, Message, fragment_length
from harness.dimse.messages import c_echo_rq
from harness.engine.conform.model import Kind, Reacted, Seen
from harness.net.negotiation import NegotiatedContext, negotiated_contexts
from harness.net.raw import Arrival, Gone, RawConnection
from harness.observe.contexts import join_contexts
from harness.observe.ending import Ending, EndingKind
from harness.standard.negotiation import Abort, Rejection
from harness.standard.status import Service, describe_status
from harness.standard.uids import VERIFICATION
from harness.ul import pdu as p

SERVICE_USER_ABORT = p.AAbort(0, 0)


class Talk:
    """A connection to the peer, and the association on it once there is one.

    `timeout` is how many seconds each answer may take. As a context manager it aborts what still stands, and closes.
    """

    def __init__(self, connection: RawConnection, timeout: float) -> None:
        self.connection = connection
        self.timeout = timeout
        self.contexts: dict[int, NegotiatedContext] = {}
        self.acceptance: p.AssociateAC | None = None
        self.longest = 0
        """The greatest PDU-length of a P-DATA-TF that came, in bytes."""
        self._assembler = Assembler()
        self._messages: deque[Message] = deque()
        self._message_id = 0
        self._stands = False

    # The association

    def request(self, request: p.AssociateRQ) -> Seen:
        """Send an A-ASSOCIATE-RQ; what is answered."""
        self.connection.send(request)
        return self.answer_to(request)

    def answer_to(self, request: p.AssociateRQ) -> Seen:
        """The answer to an A-ASSOCIATE-RQ that was sent."""
        seen, pdu = self._next()
        if isinstance(pdu, p.AssociateAC):
            self._established(request, pdu)
        return seen

    def _established(self, request: p.AssociateRQ, acceptance: p.AssociateAC) -> None:
        trace = self.connection.trace
        trace.contexts, deviations = join_contexts(request, acceptance)
        trace.deviations += deviations
        trace.peer_max_pdu_length = acceptance.maximum_length
        trace.peer_implementation_class_uid = acceptance.implementation_class_uid
        trace.peer_implementation_version_name = acceptance.implementation_version_name
        self.acceptance = acceptance
        self.contexts = negotiated_contexts(trace.contexts)
        self._stands = True

    def context_of(self, abstract_syntax: str) -> NegotiatedContext:
        """The accepted context of an abstract syntax. Raises `Reacted` when there is none."""
        for context in self.contexts.values():
            if context.abstract_syntax == abstract_syntax:
                return context
        raise Reacted(Seen(Kind.NOTHING_ACCEPTED, "the presentation context was not accepted"))

    # Sending

    def send(self, *pdus: p.PDU) -> None:
        """Send PDUs, right or wrong."""
        self.connection.send(*pdus)

    def send_bytes(self, data: bytes, what: str = "bytes") -> None:
        """Send bytes that need be no PDU."""
        self.connection.send_bytes(data, what)

    def next_message_id(self) -> int:
        """A Message ID that no earlier request of this association has."""
        self._message_id += 1
        return self._message_id

    def command(self, context_id: int, command: CommandSet, data: bytes | None = None) -> None:
        """Send a message, cut as the peer's maximum length wants it."""
        self.send(*self.pdus_of(context_id, command, data))

    def pdus_of(self, context_id: int, command: CommandSet, data: bytes | None = None) -> list[p.PDataTF]:
        """A message as P-DATA-TF PDUs of one fragment each."""
        size = fragment_length(self.acceptance.maximum_length if self.acceptance is not None else None)
        pieces = [*_cut(context_id, True, encode_command(command), size)]
        if data is not None:
            pieces += _cut(context_id, False, data, size)
        return [p.PDataTF((pdv,)) for pdv in pieces]

    # Receiving

    def reaction(self, seconds: float | None = None) -> Seen:
        """What the peer does next; of a response only once all of it is there."""
        return self._next(seconds)[0]

    def _next(self, seconds: float | None = None) -> tuple[Seen, p.PDU | None]:
        while True:
            if self._messages:
                return seen_of_response(self._messages.popleft()), None
            arrival = self.connection.receive(self.timeout if seconds is None else seconds)
            pdu = arrival.pdu
            if isinstance(pdu, p.PDataTF) and self._stands:
                self._take(pdu)
                continue
            seen = seen_of(arrival, self.timeout if seconds is None else seconds)
            if seen.kind is not Kind.SILENT and not isinstance(pdu, p.AssociateAC):
                self._stands = False
            return seen, pdu

    def _take(self, pdu: p.PDataTF) -> None:
        self.longest = max(self.longest, sum(len(pdv.fragment) + PDV_OVERHEAD for pdv in pdu.pdvs))
        for pdv in pdu.pdvs:
            message = self._assembler.feed(pdv)
            if message is not None:
                self.connection.trace.deviations += message.deviations
                self._messages.append(message)

    def message(self, seconds: float | None = None) -> Message:
        """The next whole message. Raises `Reacted` when something else comes, or nothing."""
        while not self._messages:
            arrival = self.connection.receive(self.timeout if seconds is None else seconds)
            if not isinstance(arrival.pdu, p.PDataTF):
                self._stands = False
                raise Reacted(seen_of(arrival, self.timeout))
            self._take(arrival.pdu)
        return self._messages.popleft()

    # What is done on most associations

    def echo(self, context_id: int | None = None) -> Seen:
        """Send a C-ECHO; fulfilled when it is answered with success."""
        chosen = self.context_of(VERIFICATION).context_id if context_id is None else context_id
        message_id = self.next_message_id()
        self.command(chosen, c_echo_rq(message_id))
        return self.echo_answer(message_id)

    def echo_answer(self, message_id: int) -> Seen:
        """The answer to a C-ECHO that was sent; it may leave the SOP class out, and names no other (PS3.7 9.1.5)."""
        try:
            command = self.message().command
        except Reacted as reacted:
            return reacted.seen
        text = f"a C-ECHO with Message ID {message_id} is answered by {words_of(command)}"
        if command.affected_sop_class_uid not in (None, VERIFICATION):
            return Seen(Kind.VIOLATED, f"{text} for another SOP class")
        said = (command.command_field, command.message_id_being_responded_to, command.status)
        if said != (Command.C_ECHO_RSP, message_id, 0):
            return Seen(Kind.VIOLATED, text)
        return Seen(Kind.FULFILLED, "a C-ECHO is answered with success", status=0)

    def ignored(self) -> Seen:
        """Whether what was sent is ignored: a C-ECHO after it is the next that is answered."""
        seen = self.echo()
        if seen.kind is Kind.FULFILLED:
            return Seen(Kind.IGNORED, "it was ignored, and a C-ECHO after it answered")
        return seen

    def release(self) -> Seen:
        """Release the association; what is answered."""
        self.send(p.ReleaseRQ())
        seen = self.reaction()
        if seen.kind is Kind.RELEASED:
            self.connection.trace.ending = Ending(EndingKind.RELEASED, "released")
        return seen

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        if self._stands:
            self.send(SERVICE_USER_ABORT)
        self.connection.close()


def _cut(context_id: int, is_command: bool, data: bytes, size: int) -> Iterable[p.PDV]:
    starts = range(0, len(data) or 1, size)
    return [p.PDV(context_id, is_command, at + size >= len(data), data[at : at + size]) for at in starts]


def seen_of(arrival: Arrival, seconds: float) -> Seen:
    """What came, in words."""
    pdu = arrival.pdu
    if pdu is None:
        return _seen_gone(arrival, seconds)
    if isinstance(pdu, p.AssociateAC):
        accepted = sum(result.result == 0 for result in pdu.results)
        text = f"A-ASSOCIATE-AC with {accepted} of {len(pdu.results)} presentation contexts accepted"
        return Seen(Kind.ACCEPTED if accepted else Kind.NOTHING_ACCEPTED, text)
    if isinstance(pdu, p.AssociateRJ):
        rejection = Rejection(pdu.result, pdu.source, pdu.reason)
        return Seen(Kind.REJECTED, f"A-ASSOCIATE-RJ: {rejection}", rejection=rejection)
    if isinstance(pdu, p.AAbort):
        abort = Abort(pdu.source, pdu.reason)
        return Seen(Kind.ABORTED, str(abort), abort=abort)
    if isinstance(pdu, p.ReleaseRP):
        return Seen(Kind.RELEASED, "A-RELEASE-RP")
    name = p.pdu_name(pdu.pdu_type) if isinstance(pdu, p.RawPDU) else _NAMES[type(pdu)]
    return Seen(Kind.OTHER, f"{name}, which is not awaited here")


_NAMES: dict[type, str] = {
    p.AssociateRQ: "A-ASSOCIATE-RQ",
    p.PDataTF: "P-DATA-TF",
    p.ReleaseRQ: "A-RELEASE-RQ",
}


def _seen_gone(arrival: Arrival, seconds: float) -> Seen:
    partial = f", after {arrival.partial} bytes that are no whole PDU" if arrival.partial else ""
    if arrival.gone is Gone.CLOSED:
        return Seen(Kind.CLOSED, f"the connection is closed without a PDU{partial}")
    if arrival.gone is Gone.RESET:
        return Seen(Kind.RESET, f"the connection is reset{partial}")
    if arrival.gone is Gone.SILENT:
        return Seen(Kind.SILENT, f"nothing within {seconds:g} s{partial}")
    return Seen(Kind.OTHER, "bytes that are no PDUs")


def seen_of_response(message: Message) -> Seen:
    """A response, in words."""
    return Seen(Kind.ANSWERED, words_of(message.command), status=message.command.status)


def words_of(command: CommandSet) -> str:
    """A response by its name and status, without anything that the peer wrote of its own."""
    if command.status is None:
        return f"{command.name} without a status"
    answers = f" to Message ID {command.message_id_being_responded_to}"
    return f"{command.name}{answers} with status {describe_status(command.status, _service_of(command))}"


def _service_of(command: CommandSet) -> Service:
    name = command.name
    for service in (Service.STORE, Service.FIND, Service.MOVE, Service.GET, Service.ECHO):
        if name == f"C-{service.value.upper()}-RSP":
            return service
    return Service.NORMALIZED
