"""Messages that are alike are taken at once, and sent at once; nothing is lost by it, and nothing shows it."""

from __future__ import annotations

import io
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dimse.command import CommandSet, Value, encode_command
from harness.dimse.elements import Tag
from harness.dimse.fragment import PDV_OVERHEAD, Message, OpenSink
from harness.dimse.messages import c_find_rq, response_to
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import NegotiatedContext
from harness.net.timeouts import Deadline, Timeouts
from harness.net.transport import RECEIVE_BUFFER, Transport
from harness.net.wire import Wire
from harness.observe.trace import FIRST_PDUS_KEPT, LAST_PDUS_KEPT, Role, Trace
from harness.observe.wire import ENTRY_OVERHEAD, MASKED_RECORD_LIMIT
from harness.standard.uids import IMPLICIT_VR_LE
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu
from harness.ul.machine import Machine
from harness.ul.states import State

MODEL = "1.2.840.10008.5.1.4.1.2.2.1"
REQUEST = c_find_rq(1, MODEL)
MAXIMUM = 400
LONG = bytes(MAXIMUM)
NAME = b"Doe^Jane"


def pending(status: int = 0xFF00, more: dict[int, Value] | None = None) -> bytes:
    return encode_command(response_to(REQUEST, status, data_set=True, more=more))


def data_pdu(*pdvs: tuple[bool, bool, bytes], context_id: int = 1) -> bytes:
    """A P-DATA-TF with PDVs, each said to be of a command, and the last."""
    return encode_pdu(p.PDataTF(tuple(p.PDV(context_id, *pdv) for pdv in pdvs)))


def answer(data: bytes, command: bytes | None = None) -> tuple[bytes, ...]:
    """The PDUs of a response as nearly all SCPs send it."""
    return data_pdu((True, True, pending() if command is None else command)), data_pdu((False, True, data))


COMMAND, DATA = answer(NAME)
FINAL = data_pdu((True, True, encode_command(response_to(REQUEST, 0))))
COMMENTED = pending(0xFF01, {Tag.ERROR_COMMENT: "no Doe^Jane here"})
SAID: tuple[tuple[bytes, ...], ...] = (
    answer(NAME),
    answer(b""),
    answer(NAME + b"!"),
    answer(LONG),
    answer(NAME, pending(0xFF01)),
    answer(NAME, COMMENTED),
    answer(NAME, COMMENTED),
    answer(NAME, pending() + b"\0"),
    answer(NAME, pending(0xFF00, {Tag.MESSAGE_ID_BEING_RESPONDED_TO: b""})),
    (COMMAND, data_pdu((False, False, NAME)), DATA),
    (COMMAND, data_pdu((False, False, NAME), (False, True, NAME))),
    (COMMAND, COMMAND, DATA),
    (DATA,),
    (data_pdu((True, True, pending()), (False, True, NAME)),),
    (data_pdu((True, True, pending()), (False, True, NAME), (True, True, pending())), DATA),
    (COMMAND, FINAL, DATA, FINAL, DATA),
    (COMMAND, data_pdu((False, True, NAME), (False, True, NAME))),
    (b"\4\1" + COMMAND[2:], DATA),
    (COMMAND, b"\4\1" + DATA[2:]),
    (COMMAND, data_pdu((False, True, NAME), context_id=3)),
    (FINAL,),
    (FINAL, DATA),
)
"""What may follow upon each other. Messages of the first kind are alike, and so are those of some others."""

LAST_SAID: tuple[tuple[bytes, ...], ...] = ((), (COMMAND, b"\x0a" + DATA[1:]))
"""A PDU of no known type ends the association."""


class InPieces(Transport):
    """Hands out what a peer said in pieces of these lengths, as no system can be made to, and as large as it may.

    What is written is kept.
    """

    said = b""
    lengths: Iterator[int] = iter(())
    written = b""
    writes = 0

    def _receive(self, buffer: memoryview, deadline: Deadline) -> int:
        piece = self.said[: min(next(self.lengths, RECEIVE_BUFFER), len(buffer))]
        self.said = self.said[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)

    def write(self, buffers: Sequence[bytes | memoryview], stall: float) -> None:
        self.written += b"".join(buffers)
        self.writes += 1


@contextmanager
def standing() -> Iterator[tuple[Association, InPieces]]:
    """An association, and what is beneath it."""
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as ours:
        transport, machine = InPieces(ours), Machine(requestor=True)
        machine.state = State.STA6
        trace = Trace("peer:104", "US", "PEER", Role.REQUESTOR)
        association = Association(trace, Timeouts())
        contexts = {number: NegotiatedContext(number, MODEL, IMPLICIT_VR_LE) for number in (1, 3)}
        association.establish(Wire(transport, machine, trace, 1.0), contexts, MAXIMUM)
        yield association, transport


def heard(
    said: bytes, lengths: Iterable[int] = (), *, full: bool = False, open_sink: OpenSink | None = None
) -> tuple[Association, list[Message]]:
    """An association in which a peer says this and closes, and all messages of it."""
    with standing() as (association, transport):
        transport.said, transport.lengths = said, iter(lengths)
        association.trace.wire.full = full
        association.open_sink = open_sink
        messages = []
        with suppress(AssociationEnded):
            while True:
                messages.append(association.receive())
        return association, messages


def everything(association: Association, messages: list[Message]) -> list[object]:
    """All that is known afterwards, but for the times."""
    trace = association.trace
    return [
        messages,
        [(fact.direction, fact.name, fact.length, fact.summary, fact.count) for fact in trace.pdus],
        trace.pdus_left_out,
        trace.deviations,
        [(entry.sent, bytes(entry.head), entry.zeros, entry.omitted) for entry in trace.wire.entries],
    ]


def one_by_one(pdus: list[bytes], *, full: bool = False) -> tuple[Association, list[Message]]:
    return heard(b"".join(pdus), [len(pdu) for pdu in pdus], full=full)


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.tuples(st.sampled_from(SAID), st.integers(1, 4)), max_size=6),
    st.sampled_from(LAST_SAID),
    st.lists(st.integers(1, 3000), max_size=8),
    st.booleans(),
)
def test_in_whatever_pieces_they_come_all_is_known_as_if_one_by_one(
    said: list[tuple[tuple[bytes, ...], int]], last: tuple[bytes, ...], cuts: list[int], full: bool
) -> None:
    pdus = [*(pdu for message, times in said for pdu in message * times), *last]
    octets = b"".join(pdus)
    assert everything(*heard(octets, cuts, full=full)) == everything(*one_by_one(pdus, full=full))


@pytest.mark.parametrize("before", [0, 1])
@pytest.mark.parametrize("number", [650, 1500])
def test_of_very_many_the_same_is_kept_as_if_one_by_one(number: int, before: int) -> None:
    """Whether or not the first of those that are kept end within a message."""
    values = [bytes(index % 5 * 2 + 2) for index in range(number)]
    pdus = [FINAL] * before + [pdu for value in values for pdu in answer(value)]
    association, messages = heard(b"".join(pdus))
    assert [message.data for message in messages[before:]] == values
    assert association.trace.pdus_left_out == 2 * number + before - FIRST_PDUS_KEPT - LAST_PDUS_KEPT
    assert everything(association, messages) == everything(*one_by_one(pdus))


def test_they_are_taken_at_once() -> None:
    """Or nothing of this would be worth it."""
    association, messages = heard(b"".join(answer(NAME) * 5))
    assert len(messages) == 5
    assert len({fact.seconds for fact in association.trace.pdus[2:]}) == 1


@pytest.mark.parametrize("full", [False, True])
def test_no_value_is_kept_of_them_unless_all_is(full: bool) -> None:
    association, messages = heard(b"".join(answer(NAME, COMMENTED) * 5), full=full)
    assert len(messages) == 5
    kept = b"".join(bytes(entry.head) for entry in association.trace.wire.entries)
    assert kept.count(NAME) == (10 if full else 0)


def test_a_sink_gets_each_by_itself() -> None:
    sinks: list[io.BytesIO] = []

    def open_sink(_context_id: int, _command: CommandSet) -> io.BytesIO:
        sinks.append(io.BytesIO())
        return sinks[-1]

    heard(b"".join(answer(NAME) * 3), open_sink=open_sink)
    assert [sink.getvalue() for sink in sinks] == [NAME] * 3


def test_a_record_without_room_counts_them() -> None:
    command, data_set = answer(NAME)
    fits = MASKED_RECORD_LIMIT // (len(command) + p.LONE_HEADERS_LENGTH + 2 * ENTRY_OVERHEAD)
    at_once = RECEIVE_BUFFER // len(command + data_set)
    association, messages = heard((command + data_set) * (fits + 2 * at_once))
    record = association.trace.wire
    assert 2 * fits <= len(record.entries) <= 2 * (fits + at_once + 1)
    assert len(record.entries) + record.entries_left_out == 2 * len(messages)


@pytest.mark.parametrize("full", [False, True])
@pytest.mark.parametrize("longest", [8, 103, 104, 105, 250])
@pytest.mark.parametrize("fragment", [104, 102])
def test_many_that_are_sent_are_as_if_sent_one_by_one(fragment: int, longest: int, full: bool) -> None:
    """To a peer that takes fragments just long enough for the command, or not quite."""
    response = response_to(REQUEST, 0xFF00, data_set=True, more={Tag.ERROR_COMMENT: "Doe^Jane"})
    assert len(encode_command(response)) == 104
    data_sets = [NAME, bytes(longest), NAME + b"!", b"", NAME]

    def one_by_one(association: Association) -> None:
        for data in data_sets:
            association.send(1, response, data)

    said = []
    for send in (one_by_one, lambda association: association.send_each(1, response, data_sets)):
        with standing() as (association, transport):
            association.trace.wire.full = full
            association.trace.peer_max_pdu_length = fragment + PDV_OVERHEAD
            send(association)
        said.append((transport.written, everything(association, [])))
    assert said[0] == said[1]


def test_many_leave_in_one_write() -> None:
    """Or nothing of this would be worth it."""
    with standing() as (association, transport):
        association.send_each(1, response_to(REQUEST, 0xFF00, data_set=True), [NAME] * 5)
    assert transport.writes == 1
