"""Associations in a capture, as facts like those that we note of our own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from harness.dimse.command import CommandSet
from harness.dimse.exchange import is_pending
from harness.dimse.fragment import Assembler
from harness.observe.answers import answers_of
from harness.observe.capture.connections import Event, Happening, events
from harness.observe.capture.frames import Endpoint, segment_of
from harness.observe.capture.packets import read_packets
from harness.observe.contexts import join_contexts
from harness.observe.ending import Ending, EndingKind
from harness.observe.foreign import foreign_client, foreign_protocol
from harness.observe.pdu_facts import ending_of, name_of, summary_of
from harness.observe.trace import COMMAND, DATA_SET, Direction, Role, Trace
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.stream import PduStream

LONGEST_PDU = 128 << 20
"""A PDU that announces more bytes is taken for another protocol."""

STATUSES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of a final response, and the name of the command that it answers."""

    command: str
    status: int


@dataclass(slots=True)
class CapturedAssociation:
    """One connection of a capture. `trace` is written from the requestor's side, `number` counts from 1.

    With `is_encrypted` it is TLS, with `foreign` another protocol, and nothing else is known. `omitted` bytes of it
    were not captured, and `lost` counts the places where segments are missing; with `is_incomplete` nothing is known of
    what was said behind such a place. `answers` are those of final responses.
    """

    number: int
    opener: Endpoint
    listener: Endpoint
    trace: Trace
    attempts: int = 0
    is_encrypted: bool = False
    foreign: str = ""
    omitted: int = 0
    lost: int = 0
    is_incomplete: bool = False
    answers: list[Answer] = field(default_factory=list)


def read_associations(path: Path) -> Iterator[CapturedAssociation]:
    """The connections of a capture, each when it has ended or the capture has.

    Raises `NotACapture` for another file, OSError when it cannot be read.
    """
    segments = (segment for packet in read_packets(path) if (segment := segment_of(packet)) is not None)
    yield from _associations(events(segments))


def _associations(happenings: Iterable[Event]) -> Iterator[CapturedAssociation]:
    under_way: dict[int, _Reader] = {}
    for event in happenings:
        reader = under_way.get(event.number)
        if reader is None:
            reader = under_way[event.number] = _Reader(event)
        reader.take(event)
        if reader.is_over:
            yield under_way.pop(event.number).result()
    for reader in under_way.values():
        yield reader.result()


class _Nowhere:
    """Where data sets go: nobody wants them."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take the next bytes."""
        return len(data)


class _End:
    """What one end sends. `command` is the latest one that a data set follows."""

    def __init__(self) -> None:
        self.stream = PduStream(LONGEST_PDU)
        self.assembler = Assembler(self._begin_data_set)
        self.command: CommandSet | None = None
        self.first = b""
        self.has_closed = False

    def _begin_data_set(self, context_id: int, command: CommandSet) -> _Nowhere:
        self.command = command
        return _Nowhere()


class _Reader:
    """Follows one connection."""

    def __init__(self, event: Event) -> None:
        host, port = event.listener
        trace = Trace(f"[{host}]:{port}" if ":" in host else f"{host}:{port}", "", "", Role.REQUESTOR)
        trace.started = datetime.fromtimestamp(event.seconds, UTC)
        trace.local_endpoint, trace.remote_endpoint = event.opener, event.listener
        self.found = CapturedAssociation(event.number, event.opener, event.listener, trace)
        self.is_over = False
        self._begun = event.seconds
        self._request: p.AssociateRQ | None = None
        self._requested_at = 0.0
        self._ends = {True: _End(), False: _End()}

    def take(self, event: Event) -> None:
        """Note what happened."""
        trace = self.found.trace
        self.found.omitted += event.omitted
        if event.what is Happening.ASKED:
            self.found.attempts += 1
        elif event.what is Happening.OPENED:
            trace.stages["connect"] = event.seconds - self._begun
        elif event.what is Happening.REFUSED:
            self._end(EndingKind.CONNECTION_REFUSED, f"{trace.address} refused the TCP connection")
        elif event.what is Happening.LOST:
            self.found.lost += 1
        elif event.what is Happening.DATA:
            self._data(event)
        else:
            self._gone(event)

    def _data(self, event: Event) -> None:
        end = self._ends[event.by_opener]
        if len(end.first) < 16:
            end.first += event.data[: 16 - len(end.first)]
        if self.found.is_encrypted or self.found.foreign or self.found.is_incomplete:
            return
        if _is_tls(end.first):
            self.found.is_encrypted = True
            return
        end.stream.feed(event.data)
        while (whole := end.stream.next_pdu()) is not None:
            pdu_type, body = whole
            if pdu_type not in p.PDU_NAMES:
                self._not_understood(end, event.by_opener)
                return
            self._pdu(event, pdu_type, body)
        if end.stream.oversized is not None:
            self._not_understood(end, event.by_opener)

    def _not_understood(self, end: _End, by_opener: bool) -> None:
        """No PDU: another protocol, or the place where bytes are missing in the capture."""
        if self.found.omitted or self.found.lost:
            self.found.is_incomplete = True
        else:
            self.found.foreign = _shown(end.first, by_opener)

    def _pdu(self, event: Event, pdu_type: int, body: bytes) -> None:
        pdu, deviations = decode_pdu(pdu_type, body)
        trace, seconds = self.found.trace, event.seconds - self._begun
        direction = Direction.SENT if event.by_opener else Direction.RECEIVED
        if not event.by_opener and not self.found.omitted:
            trace.deviations += deviations
        if isinstance(pdu, p.PDataTF):
            self._p_data(event, pdu, len(body))
            return
        fact = trace.add_pdu(direction, name_of(pdu), len(body), summary_of(pdu))
        fact.seconds = seconds
        if isinstance(pdu, p.AssociateRQ) and event.by_opener:
            self._request, self._requested_at = pdu, event.seconds
            trace.calling_ae_title, trace.called_ae_title = pdu.calling_ae_title, pdu.called_ae_title
            trace.contexts, _ = join_contexts(pdu, p.AssociateAC(pdu.called, pdu.calling, ()))
        elif isinstance(pdu, p.AssociateAC):
            self._accepted(event, pdu)
        elif isinstance(pdu, p.AAbort) and event.by_opener:
            self._end(EndingKind.ABORTED_BY_US, "the requestor aborted the association")
        elif isinstance(pdu, p.ReleaseRP):
            self._end(EndingKind.RELEASED, "released")
        elif (ending := ending_of(pdu)) is not None and trace.ending is None:
            trace.ending = ending

    def _accepted(self, event: Event, answer: p.AssociateAC) -> None:
        trace = self.found.trace
        trace.stages["association"] = event.seconds - self._requested_at
        trace.peer_max_pdu_length = answer.maximum_length
        trace.peer_implementation_class_uid = answer.implementation_class_uid
        trace.peer_implementation_version_name = answer.implementation_version_name
        trace.answers = answers_of(answer)
        if self._request is not None:
            trace.contexts, deviations = join_contexts(self._request, answer)
            trace.deviations += () if self.found.omitted else deviations

    def _p_data(self, event: Event, pdu: p.PDataTF, length: int) -> None:
        end = self._ends[event.by_opener]
        direction = Direction.SENT if event.by_opener else Direction.RECEIVED
        summary = DATA_SET
        for pdv in pdu.pdvs:
            message = end.assembler.feed(pdv)
            if pdv.is_command:
                command = message.command if message is not None else end.command
                summary = _named(command) if command is not None else COMMAND
            if message is not None:
                self._message(message.command)
        fact = self.found.trace.add_pdu(direction, name_of(pdu), length, summary)
        if fact.count == 1:
            fact.seconds = event.seconds - self._begun

    def _message(self, command: CommandSet) -> None:
        status = command.status
        if status is not None and not is_pending(status) and len(self.found.answers) < STATUSES_KEPT:
            self.found.answers.append(Answer(command.name, status))

    def _gone(self, event: Event) -> None:
        end = self._ends[event.by_opener]
        end.has_closed = True
        who = "requestor" if event.by_opener else "peer"
        if event.what is Happening.RESET:
            self._end(EndingKind.RESET, f"the {who} reset the connection")
            self.is_over = True
        else:
            self._end(EndingKind.CLOSED, f"the {who} closed the connection without A-ABORT")
            self.is_over = all(end.has_closed for end in self._ends.values())

    def _end(self, kind: EndingKind, text: str) -> None:
        if self.found.trace.ending is None:
            self.found.trace.ending = Ending(kind, text)
        self.is_over = self.is_over or kind is EndingKind.CONNECTION_REFUSED

    def result(self) -> CapturedAssociation:
        """What is known in the end."""
        trace = self.found.trace
        if trace.ending is None and "connect" not in trace.stages:
            tried = f"{self.found.attempts} attempts" if self.found.attempts > 1 else "one attempt"
            trace.ending = Ending(EndingKind.CONNECT_TIMEOUT, f"{trace.address} answered nothing to {tried} to connect")
        return self.found


def _named(command: CommandSet) -> str:
    text = f"{command.name} {command.message_id or command.message_id_being_responded_to}"
    return text if command.status is None else f"{text}, status {command.status:04X}H"


def _is_tls(first: bytes) -> bool:
    """A TLS record: handshake or alert, of a version of SSL 3.0 or later (RFC 8446 5.1)."""
    return len(first) >= 3 and first[0] in (0x15, 0x16) and first[1] == 3 and first[2] <= 4


def _shown(first: bytes, by_opener: bool) -> str:
    """The protocol of first bytes; of an unknown one no more than what no value could be."""
    known = foreign_client(first) if by_opener else foreign_protocol(first)
    return str(known.protocol) if known else f"an unknown protocol whose first bytes are {first[:4].hex(' ')}"
