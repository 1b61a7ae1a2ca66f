"""The acceptor: one thread per association, and a stop that leaves nothing behind."""

from __future__ import annotations

import resource
import socket
import threading
import time

import pytest

from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association, AssociationEnded
from harness.net.negotiation import TRANSFER_SYNTAXES_NOT_SUPPORTED, Proposal, accept
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.ending import EndingKind
from harness.observe.trace import Trace
from harness.services.echo import echo
from harness.standard.ae import AEAddress
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.ul.items import ProposedContext
from harness.ul.pdu import AssociateAC, AssociateRJ, AssociateRQ
from tests.support.archives import wait_until


def choose(context: ProposedContext) -> str | int:
    return IMPLICIT_VR_LE if IMPLICIT_VR_LE in context.transfer_syntaxes else TRANSFER_SYNTAXES_NOT_SUPPORTED


def negotiate(request: AssociateRQ, host: str) -> AssociateAC | AssociateRJ:
    assert host == "127.0.0.1"
    if request.called_ae_title == "BAD":
        return AssociateRJ(1, 1, 7)
    return accept(request, choose)


def serve(association: Association) -> None:
    while True:
        message = association.receive(30)
        association.send(message.context_id, response_to(message.command, 0))


def proposal(called: str = "GOOD", syntax: str = IMPLICIT_VR_LE) -> Proposal:
    return Proposal("HARNESS", called, ((VERIFICATION, (syntax,)),))


class Listening:
    def __init__(self, timeouts: Timeouts | None = None) -> None:
        self.traces: list[Trace] = []
        self.acceptor = Acceptor(negotiate, serve, timeouts=timeouts, finished=self.traces.append)

    def __enter__(self) -> Listening:
        self.acceptor.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.acceptor.stop()

    def associate(self, wanted: Proposal) -> Association:
        address = AEAddress("GOOD", "127.0.0.1", self.acceptor.port)
        return request_association(address, wanted, Timeouts())

    def wait_for_traces(self, count: int) -> list[Trace]:
        wait_until(lambda: len(self.traces) >= count)
        return self.traces


def test_echo_and_release() -> None:
    with Listening() as listening:
        with listening.associate(proposal()) as association:
            assert echo(association, 3).statuses == [0, 0, 0]
        (trace,) = listening.wait_for_traces(1)
    assert trace.calling_ae_title == "HARNESS"
    assert trace.ending is not None
    assert trace.ending.kind is EndingKind.RELEASED
    assert association.trace.deviations == []
    assert trace.deviations == []


def test_rejection() -> None:
    with Listening() as listening:
        association = listening.associate(proposal("BAD"))
        assert association.ending is not None
        assert association.ending.rejection is not None
        assert association.ending.rejection.reason_name == "called-ae-title-not-recognized"
        listening.wait_for_traces(1)


def test_refused_context() -> None:
    with Listening() as listening, listening.associate(proposal(syntax=EXPLICIT_VR_LE)) as association:
        assert association.trace.contexts[0].result == TRANSFER_SYNTAXES_NOT_SUPPORTED
        assert "no presentation context" in echo(association).unsent


def test_many_at_once() -> None:
    with Listening() as listening:
        associations = [listening.associate(proposal()) for _ in range(50)]
        assert all(association.established for association in associations)
        assert all(echo(association).statuses == [0] for association in associations)
        for association in associations:
            association.release()


def test_a_silent_connection_does_not_hold_up_others() -> None:
    with Listening() as listening, socket.create_connection(("127.0.0.1", listening.acceptor.port)):
        with listening.associate(proposal()) as association:
            assert echo(association).statuses == [0]
        listening.wait_for_traces(1)
        wait_until(lambda: listening.acceptor.open_associations == 1)


def test_a_silent_connection_ends_with_artim() -> None:
    listening = Listening(Timeouts(artim=0.3))
    with listening, socket.create_connection(("127.0.0.1", listening.acceptor.port), timeout=30) as silent:
        # ARTIM expiry closes the transport; an A-ABORT before is not required of a peer that said nothing.
        while silent.recv(100):
            pass
        (trace,) = listening.wait_for_traces(1)
    assert trace.ending is not None
    assert trace.ending.kind is EndingKind.TIMEOUT


def test_stop_ends_open_associations() -> None:
    listening = Listening()
    listening.acceptor.start()
    association = listening.associate(proposal())
    listening.acceptor.stop()
    observation = echo(association)
    assert observation.ending is not None
    assert listening.acceptor.open_associations == 0


def test_abort_by_the_requestor() -> None:
    with Listening() as listening:
        association = listening.associate(proposal())
        association.abort()
        (trace,) = listening.wait_for_traces(1)
    assert trace.ending is not None
    assert trace.ending.kind is EndingKind.ABORTED
    try:
        association.receive(0.1)
    except AssociationEnded as ended:
        assert ended.ending.kind is EndingKind.ABORTED_BY_US
    else:
        raise AssertionError("an aborted association received something")


def test_who_comes_while_there_is_no_thread_left_is_served_in_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with Listening() as listening:
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            for _ in range(3):
                with listening.associate(proposal()) as association:
                    assert echo(association).statuses == [0]
        with listening.associate(proposal()) as first, listening.associate(proposal()) as second:
            assert echo(first).statuses == echo(second).statuses == [0]


def test_who_comes_while_there_is_no_file_left_waits() -> None:
    """And the acceptor does not spin meanwhile."""
    allowed = resource.getrlimit(resource.RLIMIT_NOFILE)
    with Listening() as listening, socket.socket() as sock:
        echoed = threading.Event()

        def ask() -> None:
            with listening.associate(proposal()) as association:
                if echo(association).statuses == [0]:
                    echoed.set()

        # Everything above the lowest file number that is free is forbidden, so that accept finds none.
        sock.settimeout(30)
        resource.setrlimit(resource.RLIMIT_NOFILE, (sock.fileno() + 1, allowed[1]))
        try:
            sock.connect(("127.0.0.1", listening.acceptor.port))
            begun = time.process_time()
            time.sleep(0.5)
            spent = time.process_time() - begun
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, allowed)
        assert spent < 0.25, "the acceptor waits instead of trying all the time"
        asking = threading.Thread(target=ask)
        asking.start()
        asking.join(30)
        assert echoed.is_set()
