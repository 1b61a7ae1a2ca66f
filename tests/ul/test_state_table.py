"""The state table against pynetdicom's, entry by entry, and the machine on the ways an association goes."""

from __future__ import annotations

import re

import pytest
from pynetdicom.fsm import TRANSITION_TABLE

from harness.errors import InternalError
from harness.ul import pdu as p
from harness.ul.machine import Machine
from harness.ul.states import NEXT_STATE, TRANSITIONS, Action, Event, State


def test_the_table_is_that_of_pynetdicom() -> None:
    ours = {
        (event.name.replace("EVT", "Evt"), state.name.replace("STA", "Sta")): action.value
        for (event, state), action in TRANSITIONS.items()
    }
    theirs = {key: re.sub(r"_", "-", action) for key, action in TRANSITION_TABLE.items()}
    assert ours == theirs


def test_every_action_leads_somewhere() -> None:
    assert set(NEXT_STATE) == set(Action)


def established(*, requestor: bool) -> Machine:
    machine = Machine(requestor=requestor)
    if requestor:
        machine.local(Event.EVT1)
        machine.local(Event.EVT2, p.AssociateRQ(bytes(16), bytes(16), ()))
        machine.received(p.AssociateAC(bytes(16), bytes(16), ()))
    else:
        machine.local(Event.EVT5)
        machine.received(p.AssociateRQ(bytes(16), bytes(16), ()))
        machine.local(Event.EVT7, p.AssociateAC(bytes(16), bytes(16), ()))
    assert machine.state is State.STA6
    return machine


def test_release_by_the_requestor() -> None:
    machine = established(requestor=True)
    assert machine.local(Event.EVT11).send == p.ReleaseRQ()
    effects = machine.received(p.ReleaseRP())
    assert effects.close
    assert effects.indicate == p.ReleaseRP()
    assert machine.state is State.STA1


def test_release_as_acceptor() -> None:
    machine = established(requestor=False)
    assert machine.received(p.ReleaseRQ()).indicate == p.ReleaseRQ()
    effects = machine.local(Event.EVT14)
    assert effects.send == p.ReleaseRP()
    assert effects.start_artim
    assert machine.state is State.STA13


@pytest.mark.parametrize(
    ("requestor", "states"),
    [
        (True, [State.STA7, State.STA9, State.STA11, State.STA1]),
        (False, [State.STA7, State.STA10, State.STA12, State.STA13]),
    ],
)
def test_release_collision(requestor: bool, states: list[State]) -> None:
    machine = established(requestor=requestor)
    machine.local(Event.EVT11)
    seen = [machine.state]
    machine.received(p.ReleaseRQ())
    seen.append(machine.state)
    if requestor:
        machine.local(Event.EVT14)
    else:
        machine.received(p.ReleaseRP())
    seen.append(machine.state)
    if requestor:
        machine.received(p.ReleaseRP())
    else:
        machine.local(Event.EVT14)
    seen.append(machine.state)
    assert seen == states


def test_an_unexpected_pdu_is_aborted_by_the_provider() -> None:
    machine = established(requestor=True)
    effects = machine.received(p.AssociateAC(bytes(16), bytes(16), ()))
    assert effects.send == p.AAbort(2, 2)
    assert effects.aborted


def test_an_unknown_pdu_is_aborted_as_unrecognized() -> None:
    machine = established(requestor=True)
    assert machine.received(p.RawPDU(0x09, b"")).send == p.AAbort(2, 1)


def test_before_the_request_the_user_aborts() -> None:
    machine = Machine(requestor=False)
    machine.local(Event.EVT5)
    effects = machine.received(p.ReleaseRQ())
    assert effects.send == p.AAbort(0, 0)
    assert effects.aborted


def test_an_abort_of_the_peer_closes() -> None:
    machine = established(requestor=True)
    effects = machine.received(p.AAbort(0, 0))
    assert effects.close
    assert effects.send is None


def test_an_impossible_request_is_our_defect() -> None:
    with pytest.raises(InternalError, match="impossible in Sta1"):
        Machine(requestor=True).local(Event.EVT9)
