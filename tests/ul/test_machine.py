"""The ways an association goes, and who aborts it with which words."""

from __future__ import annotations

import pytest

from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.machine import Machine
from harness.ul.states import Action, Event, State

REQUEST = p.AssociateRQ(bytes(16), bytes(16), ())
ACCEPTANCE = p.AssociateAC(bytes(16), bytes(16), ())
REJECTION = p.AssociateRJ(1, 1, 7)
DATA = p.PDataTF((p.PDV(1, False, True, b"ab"),))


def state_of(machine: Machine) -> State:
    """The state, which a type checker must not believe to be what it was before an event."""
    return machine.state


def established(*, requestor: bool) -> Machine:
    machine = Machine(requestor=requestor)
    if requestor:
        machine.local(Event.EVT1)
        assert machine.local(Event.EVT2, REQUEST).send is REQUEST
        assert machine.received(ACCEPTANCE).indicate is ACCEPTANCE
    else:
        assert machine.local(Event.EVT5).start_artim
        effects = machine.received(REQUEST)
        assert effects.indicate is REQUEST
        assert effects.stop_artim
        assert machine.local(Event.EVT7, ACCEPTANCE).send is ACCEPTANCE
    assert state_of(machine) is State.STA6
    return machine


@pytest.mark.parametrize("requestor", [True, False])
def test_data_both_ways(requestor: bool) -> None:
    machine = established(requestor=requestor)
    assert machine.local(Event.EVT9, DATA).send is DATA
    assert machine.received(DATA).indicate is DATA
    assert state_of(machine) is State.STA6


def test_release_by_the_requestor() -> None:
    machine = established(requestor=True)
    assert machine.local(Event.EVT11).send == p.ReleaseRQ()
    # Responses that were under way are still for the user.
    assert machine.received(DATA).indicate is DATA
    effects = machine.received(p.ReleaseRP())
    assert effects.close
    assert effects.indicate == p.ReleaseRP()
    assert state_of(machine) is State.STA1


def test_release_as_acceptor() -> None:
    machine = established(requestor=False)
    assert machine.received(p.ReleaseRQ()).indicate == p.ReleaseRQ()
    # The acceptor may finish what it is sending before it agrees.
    assert machine.local(Event.EVT9, DATA).send is DATA
    effects = machine.local(Event.EVT14)
    assert effects.send == p.ReleaseRP()
    assert effects.start_artim
    assert state_of(machine) is State.STA13
    effects = machine.local(Event.EVT17)
    assert effects.stop_artim
    assert state_of(machine) is State.STA1


def test_a_peer_that_does_not_close_after_release_is_closed() -> None:
    machine = established(requestor=False)
    machine.received(p.ReleaseRQ())
    machine.local(Event.EVT14)
    assert machine.received(DATA).action is Action.AA_6
    assert machine.local(Event.EVT18).close
    assert state_of(machine) is State.STA1


def test_release_collision_as_requestor() -> None:
    machine = established(requestor=True)
    machine.local(Event.EVT11)
    assert machine.received(p.ReleaseRQ()).indicate == p.ReleaseRQ()
    assert state_of(machine) is State.STA9
    effects = machine.local(Event.EVT14)
    assert effects.send == p.ReleaseRP()
    assert not effects.start_artim
    assert state_of(machine) is State.STA11
    assert machine.received(p.ReleaseRP()).close
    assert state_of(machine) is State.STA1


def test_release_collision_as_acceptor() -> None:
    machine = established(requestor=False)
    machine.local(Event.EVT11)
    assert machine.received(p.ReleaseRQ()).indicate == p.ReleaseRQ()
    assert state_of(machine) is State.STA10
    assert not machine.can(Event.EVT14)
    effects = machine.received(p.ReleaseRP())
    assert effects.indicate == p.ReleaseRP()
    assert not effects.close
    assert state_of(machine) is State.STA12
    effects = machine.local(Event.EVT14)
    assert effects.send == p.ReleaseRP()
    assert effects.start_artim
    assert state_of(machine) is State.STA13


def test_two_machines_collide_and_agree() -> None:
    requestor, acceptor = established(requestor=True), established(requestor=False)
    first, second = requestor.local(Event.EVT11).send, acceptor.local(Event.EVT11).send
    assert first is not None
    assert second is not None
    requestor.received(second)
    acceptor.received(first)
    answer = requestor.local(Event.EVT14).send
    assert answer is not None
    acceptor.received(answer)
    answer = acceptor.local(Event.EVT14).send
    assert answer is not None
    assert requestor.received(answer).close
    assert acceptor.local(Event.EVT17).stop_artim
    assert (requestor.state, acceptor.state) == (State.STA1, State.STA1)


def test_a_rejected_request() -> None:
    machine = Machine(requestor=True)
    machine.local(Event.EVT1)
    machine.local(Event.EVT2, REQUEST)
    effects = machine.received(REJECTION)
    assert effects.indicate is REJECTION
    assert effects.close
    assert not effects.aborted
    assert state_of(machine) is State.STA1


def test_rejecting() -> None:
    machine = Machine(requestor=False)
    machine.local(Event.EVT5)
    machine.received(REQUEST)
    effects = machine.local(Event.EVT8, REJECTION)
    assert effects.send is REJECTION
    assert effects.start_artim
    assert state_of(machine) is State.STA13


def test_a_peer_that_says_nothing_after_connecting_is_closed_without_a_word() -> None:
    machine = Machine(requestor=False)
    machine.local(Event.EVT5)
    effects = machine.local(Event.EVT18)
    assert (effects.send, effects.close, machine.state) == (None, True, State.STA1)


@pytest.mark.parametrize(
    "pdu", [ACCEPTANCE, REJECTION, DATA, p.ReleaseRQ(), p.ReleaseRP(), p.RawPDU(0x48, b"TTP"), p.RawPDU(0x01, b"")]
)
def test_before_the_request_the_abort_comes_from_the_user(pdu: p.PDU) -> None:
    """AA-1 says `service-user source` also where no user has spoken yet."""
    machine = Machine(requestor=False)
    machine.local(Event.EVT5)
    effects = machine.received(pdu)
    assert effects.send == p.AAbort(0, 0)
    assert effects.aborted
    assert state_of(machine) is State.STA13


@pytest.mark.parametrize(
    ("pdu", "reason"),
    [
        (ACCEPTANCE, 2),
        (REQUEST, 2),
        (p.ReleaseRP(), 2),
        (decode_pdu(0x09, b"abc")[0], 1),
        (decode_pdu(0x04, b"\0\0\0\1\1\3")[0], 6),
        (decode_pdu(0x02, b"short")[0], 6),
    ],
)
@pytest.mark.parametrize("requestor", [True, False])
def test_once_it_stands_the_provider_aborts_and_says_why(pdu: p.PDU, reason: int, requestor: bool) -> None:
    machine = established(requestor=requestor)
    effects = machine.received(pdu)
    assert effects.send == p.AAbort(2, reason)
    assert effects.aborted
    assert effects.indicate is None
    assert effects.start_artim
    assert state_of(machine) is State.STA13


def test_a_second_request_after_the_end_is_aborted_again() -> None:
    machine = established(requestor=False)
    machine.local(Event.EVT15)
    effects = machine.received(REQUEST)
    assert effects.send == p.AAbort(2, 2)
    assert not effects.aborted
    assert machine.received(p.RawPDU(0x99, b"")).send == p.AAbort(2, 1)


@pytest.mark.parametrize("source", [0, 2])
def test_an_abort_of_the_peer_is_indicated_and_closes(source: int) -> None:
    machine = established(requestor=True)
    effects = machine.received(p.AAbort(source, 0))
    assert effects.indicate == p.AAbort(source, 0)
    assert effects.close
    assert effects.send is None
    assert not effects.aborted


def test_the_user_aborts() -> None:
    machine = established(requestor=True)
    effects = machine.local(Event.EVT15)
    assert effects.send == p.AAbort(0, 0)
    assert not effects.aborted
    assert state_of(machine) is State.STA13


def test_another_abort_can_be_sent_on_purpose() -> None:
    assert established(requestor=True).local(Event.EVT15, p.AAbort(2, 5)).send == p.AAbort(2, 5)


def test_the_peer_goes_away() -> None:
    machine = established(requestor=True)
    effects = machine.local(Event.EVT17)
    assert (effects.send, effects.close, machine.state) == (None, False, State.STA1)


def test_giving_up_while_connecting_only_closes() -> None:
    machine = Machine(requestor=True)
    machine.local(Event.EVT1)
    effects = machine.local(Event.EVT15)
    assert (effects.send, effects.close, machine.state) == (None, True, State.STA1)
