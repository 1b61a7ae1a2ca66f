"""The state table of PS3.8 9.2 against pynetdicom's, and what each of its actions does in every transition."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from pynetdicom.fsm import ACTIONS, TRANSITION_TABLE

from harness.errors import InternalError
from harness.ul import pdu as p
from harness.ul.machine import Machine
from harness.ul.states import NEXT_STATE, TRANSITIONS, Action, Event, State

REQUEST = p.AssociateRQ(bytes(16), bytes(16), ())
ACCEPTANCE = p.AssociateAC(bytes(16), bytes(16), ())
DATA = p.PDataTF((p.PDV(1, False, True, b"ab"),))

LOCAL: dict[Event, p.PDU | None] = {
    Event.EVT1: None,
    Event.EVT2: REQUEST,
    Event.EVT5: None,
    Event.EVT7: ACCEPTANCE,
    Event.EVT8: p.AssociateRJ(1, 1, 7),
    Event.EVT9: DATA,
    Event.EVT11: None,
    Event.EVT14: None,
    Event.EVT15: p.AAbort(0, 0),
    Event.EVT17: None,
    Event.EVT18: None,
}
RECEIVED: dict[Event, p.PDU] = {
    Event.EVT3: ACCEPTANCE,
    Event.EVT4: p.AssociateRJ(1, 1, 7),
    Event.EVT6: REQUEST,
    Event.EVT10: DATA,
    Event.EVT12: p.ReleaseRQ(),
    Event.EVT13: p.ReleaseRP(),
    Event.EVT16: p.AAbort(0, 0),
    Event.EVT19: p.RawPDU(0x09, b""),
}


@dataclass(frozen=True)
class Does:
    """What the text of an action says (PS3.8 Tables 9-6 to 9-9)."""

    sends: type | None = None
    indicates: bool = False
    starts: bool = False
    stops: bool = False
    closes: bool = False


DOES = {
    Action.AE_1: Does(),
    Action.AE_2: Does(sends=p.AssociateRQ),
    Action.AE_3: Does(indicates=True),
    Action.AE_4: Does(indicates=True, closes=True),
    Action.AE_5: Does(starts=True),
    Action.AE_6: Does(indicates=True, stops=True),
    Action.AE_7: Does(sends=p.AssociateAC),
    Action.AE_8: Does(sends=p.AssociateRJ, starts=True),
    Action.DT_1: Does(sends=p.PDataTF),
    Action.DT_2: Does(indicates=True),
    Action.AR_1: Does(sends=p.ReleaseRQ),
    Action.AR_2: Does(indicates=True),
    Action.AR_3: Does(indicates=True, closes=True),
    Action.AR_4: Does(sends=p.ReleaseRP, starts=True),
    Action.AR_5: Does(stops=True),
    Action.AR_6: Does(indicates=True),
    Action.AR_7: Does(sends=p.PDataTF),
    Action.AR_8: Does(indicates=True),
    Action.AR_9: Does(sends=p.ReleaseRP),
    Action.AR_10: Does(indicates=True),
    Action.AA_1: Does(sends=p.AAbort, starts=True),
    Action.AA_2: Does(stops=True, closes=True),
    Action.AA_3: Does(indicates=True, closes=True),
    Action.AA_4: Does(),
    Action.AA_5: Does(stops=True),
    Action.AA_6: Does(),
    Action.AA_7: Does(sends=p.AAbort),
    Action.AA_8: Does(sends=p.AAbort, starts=True),
}


def at(state: State, *, requestor: bool) -> Machine:
    machine = Machine(requestor=requestor)
    machine.state = state
    return machine


def test_the_table_is_that_of_pynetdicom() -> None:
    ours = {
        (event.name.replace("EVT", "Evt"), state.name.replace("STA", "Sta")): action.value
        for (event, state), action in TRANSITIONS.items()
    }
    assert len(ours) == 123
    assert ours == {key: action.replace("_", "-") for key, action in TRANSITION_TABLE.items()}


def test_every_action_leads_where_that_of_pynetdicom_does() -> None:
    theirs = {name.replace("_", "-"): state for name, (_, _, state) in ACTIONS.items()}
    # AE-6 and AR-8 lead to one of two states.
    assert (theirs.pop("AE-6"), theirs.pop("AR-8")) == (("Sta3", "Sta13"), ("Sta9", "Sta10"))
    ours = {action.value: state.name.replace("STA", "Sta") for action, state in NEXT_STATE.items()}
    assert (ours.pop("AE-6"), ours.pop("AR-8")) == ("Sta3", "Sta9")
    assert ours == theirs


@pytest.mark.parametrize("requestor", [True, False])
@pytest.mark.parametrize(("event", "state"), TRANSITIONS)
def test_every_transition(event: Event, state: State, requestor: bool) -> None:
    machine, action = at(state, requestor=requestor), TRANSITIONS[event, state]
    pdu = RECEIVED.get(event, LOCAL.get(event))
    effects = machine.received(RECEIVED[event]) if event in RECEIVED else machine.local(event, LOCAL[event])
    assert effects.action is action
    assert machine.state is (State.STA10 if action is Action.AR_8 and not requestor else NEXT_STATE[action])
    sent = type(effects.send) if effects.send is not None else None
    does = Does(sent, effects.indicate is not None, effects.start_artim, effects.stop_artim, effects.close)
    assert does == DOES[action]
    assert effects.indicate in (None, pdu)
    assert effects.aborted is (event in RECEIVED and action in (Action.AA_1, Action.AA_8))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("event", LOCAL)
def test_what_the_table_does_not_have_is_our_defect(event: Event, state: State) -> None:
    machine = at(state, requestor=True)
    assert machine.can(event) is ((event, state) in TRANSITIONS)
    if not machine.can(event):
        with pytest.raises(InternalError, match="is impossible in Sta"):
            machine.local(event, LOCAL[event])
        assert machine.state is state


@pytest.mark.parametrize("event", RECEIVED)
@pytest.mark.parametrize("state", [State.STA1, State.STA4])
def test_a_pdu_without_a_connection_only_closes(event: Event, state: State) -> None:
    machine = at(state, requestor=True)
    effects = machine.received(RECEIVED[event])
    assert (effects.send, effects.indicate, effects.close, machine.state) == (None, None, True, State.STA1)
