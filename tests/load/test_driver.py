"""A load against peers that hang, fail, die and refuse: what it says of them."""

from __future__ import annotations

import threading
import time

import pytest

from harness.dimse.messages import response_to
from harness.load.driver import run_load
from harness.load.open import NOT_BEGUN
from harness.load.operations import EchoWork
from harness.load.plan import LoadPlan, Progress
from harness.load.shape import Shape, Stage
from harness.load.work import Mix
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.load import ASSOCIATION, LoadModel, LoadObservation
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from tests.support.accepting import accepting
from tests.support.paced import after

ECHO = Mix([(EchoWork(), 1)], "seed")
QUIET = Stage(4, 0, 0)
"""Behind a load that ends by its time: what a machine that stood still was late with is made up for."""

pytestmark = pytest.mark.slow


def asking(address: AEAddress, seconds: float = 30.0) -> Association:
    """An association on which each response may take so long."""
    proposal = Proposal("HARNESS", address.ae_title, ((VERIFICATION, (IMPLICIT_VR_LE,)),))
    return request_association(address, proposal, Timeouts(connect=30, response=seconds, release=30))


def plan(model: LoadModel, *stages: Stage, **more: object) -> LoadPlan:
    return LoadPlan(model, Shape(stages), ECHO, **more)  # type: ignore[arg-type]


def loaded(address: AEAddress, made: LoadPlan, seconds: float = 30.0) -> LoadObservation:
    return run_load(made, lambda: asking(address, seconds))


def test_a_closed_load_keeps_its_associations() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = loaded(scp.address, plan(LoadModel.CLOSED, Stage(5, 3, 3)))
    by_name = {one.name: one for one in found.operations}
    assert by_name[ASSOCIATION].succeeded == 3
    assert by_name["echo"].succeeded == found.overall.succeeded == sum(one.succeeded for one in found.windows) > 10
    assert found.failures == []
    assert len(found.traces) == 3
    assert all(trace.ending is not None and trace.ending.kind == "released" for trace in found.traces)
    assert found.own.cores > 0


def test_an_association_for_each_operation() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = loaded(scp.address, plan(LoadModel.CLOSED, Stage(60, 2, 2), per_association=1, most_operations=60))
    by_name = {one.name: one.succeeded for one in found.operations}
    assert by_name[ASSOCIATION] == by_name["echo"] == 60
    assert found.stopped == "60 operations were begun, as many as are allowed"
    assert found.seconds < 60
    assert 10 <= len(found.traces) < by_name[ASSOCIATION], "a sample is kept"


def test_an_open_load_does_as_much_as_it_says() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = loaded(scp.address, plan(LoadModel.OPEN, Stage(3, 10, 10), QUIET))
    assert found.overall.succeeded == 30
    assert found.failures == []


def test_a_peer_that_hangs_shows_it_in_all_that_was_due_meanwhile() -> None:
    """What a closed load hides: there one operation of a hundred is slow."""
    hang = 1.0
    slow = after(lambda number: hang if number == 20 else 0.0)
    with accepting(slow) as address:
        closed = loaded(address, plan(LoadModel.CLOSED, Stage(60, 1, 1), most_operations=60, patience=30))
    with accepting(slow) as address:
        opened = loaded(address, plan(LoadModel.OPEN, Stage(2, 30, 30), QUIET, associations=1))
    assert opened.overall.succeeded == 60
    assert closed.overall.latency.p95 < hang / 2 < closed.overall.latency.longest
    assert opened.overall.latency.p95 > hang / 2
    assert opened.overall.service.p50 < opened.overall.latency.p95


def test_what_could_not_begin_has_failed() -> None:
    with accepting(after(lambda _: 0.4)) as address:
        found = loaded(address, plan(LoadModel.OPEN, Stage(1, 30, 30), QUIET, associations=1))
    kinds = {one.kind: one.count for one in found.failures}
    assert kinds.keys() == {NOT_BEGUN}
    assert found.overall.succeeded + kinds[NOT_BEGUN] == 30


def test_a_peer_that_dies_ends_the_load_when_patience_is_over() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        killer = threading.Thread(target=scp.stop)

        def kill(now: Progress) -> None:
            if now.succeeded and killer.ident is None:
                killer.start()

        made = plan(LoadModel.CLOSED, Stage(120, 1, 1), patience=5)
        found = run_load(made, lambda: asking(scp.address), progress=kill)
        killer.join()
    assert found.stopped == "nothing succeeded for 5 s"
    assert found.last_success is not None
    assert 0 < found.last_success < found.seconds
    assert found.overall.succeeded > 0
    assert "no association: connection refused" in {one.kind for one in found.failures}
    assert all(one.first >= found.last_success for one in found.failures)


@pytest.mark.parametrize("model", LoadModel)
def test_a_peer_that_falls_silent_has_failed_though_the_time_is_over(model: LoadModel) -> None:
    over = threading.Event()

    def serve(association: Association) -> None:
        message = association.receive(30)
        association.send(message.context_id, response_to(message.command, 0))
        association.receive(30)
        over.wait(60)

    with accepting(serve) as address:
        level = 1 if model is LoadModel.CLOSED else 10
        found = loaded(address, plan(model, Stage(3, level, level), associations=1), 6.0)
        over.set()
    assert found.overall.succeeded == 1
    assert "timed out" in {one.kind for one in found.failures}


def test_nobody_there() -> None:
    found = loaded(AEAddress("PEER", "127.0.0.1", free_port()), plan(LoadModel.CLOSED, Stage(60, 1, 1), patience=0.3))
    assert found.overall.succeeded == 0
    assert found.last_success is None
    # A peer in trouble is not kept there by asking without a pause.
    assert found.overall.failed < 10


def test_progress_is_told_and_a_level_of_none_is_kept() -> None:
    told: list[Progress] = []
    with ReferenceSCP(ReferenceSettings()) as scp:
        run_load(
            plan(LoadModel.CLOSED, Stage(3, 2, 2), QUIET),
            lambda: asking(scp.address),
            progress=told.append,
        )
    assert [one.seconds for one in told] == sorted(one.seconds for one in told)
    assert {one.associations for one in told if one.seconds < 0.5} <= {0, 1, 2}
    assert told[-1].associations == 0
    assert told[-1].succeeded > 0


def test_an_interruption_is_observed_and_ends_what_waits() -> None:
    """The peer takes requests and never answers."""
    begun, over = time.monotonic(), threading.Event()

    def hang(association: Association) -> None:
        association.receive(60)
        over.wait(60)

    def interrupt(now: Progress) -> None:
        if now.seconds > 0.3:
            raise KeyboardInterrupt

    with accepting(hang) as address:
        found = run_load(plan(LoadModel.CLOSED, Stage(60, 3, 3)), lambda: asking(address, 60), progress=interrupt)
        over.set()
    assert found.interrupted
    assert found.failures == [], "what was cut by us is no failure of the peer"
    assert time.monotonic() - begun < 20


def test_an_error_of_ours_is_not_lost() -> None:
    class Broken:
        name = "echo"

        def perform(self, _association: Association) -> object:
            raise ZeroDivisionError

    broken = LoadPlan(LoadModel.CLOSED, Shape((Stage(60, 1, 1),)), Mix([(Broken(), 1)], ""))  # type: ignore[list-item]
    with ReferenceSCP(ReferenceSettings()) as scp, pytest.raises(ZeroDivisionError):
        run_load(broken, lambda: asking(scp.address))
