"""PDUs are noted after what the peer waits for: in order nevertheless, as they were, and none forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

import pytest

from harness.dimse.fragment import Message
from harness.dimse.messages import VERIFICATION_SOP_CLASS, c_echo_rq, c_store_rq, response_to
from harness.net.acceptor import Serve
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.trace import Trace
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE
from tests.support.accepting import accepting

PROPOSAL = Proposal(
    "HARNESS", "PEER", tuple((one, (IMPLICIT_VR_LE,)) for one in (VERIFICATION_SOP_CLASS, CT_IMAGE_STORAGE))
)
ECHO, STORE = 1, 3
ECHOED = ["C-ECHO-RQ 1", "C-ECHO-RSP 1, status 0000H"]


def requested(address: AEAddress) -> Association:
    return request_association(address, PROPOSAL, Timeouts())


def answer(association: Association, message: Message) -> None:
    association.send(message.context_id, response_to(message.command, 0))


def noted(trace: Trace) -> list[str]:
    """The messages of an association so far, as the trace names their PDUs."""
    return [fact.summary for fact in trace.pdus[2:]]


def asked_once(serve: Serve) -> Trace:
    """What the acceptor noted of one C-ECHO-RQ that it served in its own way."""
    traces: list[Trace] = []
    with accepting(serve, finished=traces.append) as address, requested(address) as association:
        association.send(ECHO, c_echo_rq(1))
        with suppress(AssociationEnded):
            association.receive(30)
    (trace,) = traces
    return trace


def test_an_acceptor_answers_before_it_notes_what_it_answers() -> None:
    seen: list[list[str]] = []

    def serve(association: Association) -> None:
        message = association.receive(30)
        seen.append(noted(association.trace))
        answer(association, message)
        seen.append(noted(association.trace))

    traces: list[Trace] = []
    with accepting(serve, finished=traces.append) as address, requested(address) as association:
        association.send(ECHO, c_echo_rq(1))
        association.receive(30)
        assert noted(association.trace) == ECHOED, "a requestor is through with it, and may be asked"
    assert seen == [[], ECHOED]
    (trace,) = traces
    assert [fact.seconds for fact in trace.pdus] == sorted(fact.seconds for fact in trace.pdus)


@pytest.mark.parametrize(
    ("end", "last"), [(Association.abort, ["A-ABORT by us"]), (Association.release, ["", ""])], ids=["abort", "release"]
)
def test_what_came_last_is_noted_though_nobody_answers_it(
    end: Callable[[Association], object], last: list[str]
) -> None:
    def serve(association: Association) -> None:
        association.receive(30)
        end(association)

    assert noted(asked_once(serve)) == ["C-ECHO-RQ 1", *last]


def test_what_could_not_be_sent_is_noted_before_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_: object) -> None:
        raise ConnectionResetError

    def serve(association: Association) -> None:
        message = association.receive(30)
        assert association._wire is not None
        monkeypatch.setattr(association._wire.transport, "write", cut)
        association.drop()
        with suppress(AssociationEnded):
            answer(association, message)

    trace = asked_once(serve)
    assert noted(trace) == ECHOED
    assert trace.ending is not None


def test_a_full_record_has_each_byte_though_the_buffer_is_used_again() -> None:
    data = os.urandom(3 << 20)

    def serve(association: Association) -> None:
        answer(association, association.receive(30))
        association.receive(30)

    traces: list[Trace] = []
    with accepting(serve, finished=traces.append, full_capture=True) as address, requested(address) as association:
        association.send(STORE, c_store_rq(1, CT_IMAGE_STORAGE, "1.2.3"), data)
        association.receive(30)
    (trace,) = traces
    received = [bytes(entry.head) for entry in trace.wire.entries if not entry.sent and entry.head[0] == 4]
    assert b"".join(pdu[12:] for pdu in received[1:]) == data
    assert noted(trace)[:3] == ["C-STORE-RQ 1", "data set", "C-STORE-RSP 1, status 0000H"]
    assert trace.pdus[3].count == len(received) - 1
