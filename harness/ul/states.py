"""The state table of PS3.8 9.2 (Tables 9-1 to 9-10), as data."""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """States of PS3.8 Tables 9-1 to 9-5."""

    STA1 = "Sta1 (idle)"
    STA2 = "Sta2 (transport open, awaiting A-ASSOCIATE-RQ)"
    STA3 = "Sta3 (awaiting local A-ASSOCIATE response)"
    STA4 = "Sta4 (awaiting transport connection)"
    STA5 = "Sta5 (awaiting A-ASSOCIATE-AC or -RJ)"
    STA6 = "Sta6 (association established)"
    STA7 = "Sta7 (awaiting A-RELEASE-RP)"
    STA8 = "Sta8 (awaiting local A-RELEASE response)"
    STA9 = "Sta9 (release collision, requestor, awaiting local A-RELEASE response)"
    STA10 = "Sta10 (release collision, acceptor, awaiting A-RELEASE-RP)"
    STA11 = "Sta11 (release collision, requestor, awaiting A-RELEASE-RP)"
    STA12 = "Sta12 (release collision, acceptor, awaiting local A-RELEASE response)"
    STA13 = "Sta13 (awaiting transport close)"


class Event(StrEnum):
    """Events of PS3.8 Table 9-10."""

    EVT1 = "A-ASSOCIATE request (local)"
    EVT2 = "transport connection confirmed"
    EVT3 = "A-ASSOCIATE-AC received"
    EVT4 = "A-ASSOCIATE-RJ received"
    EVT5 = "transport connection indication"
    EVT6 = "A-ASSOCIATE-RQ received"
    EVT7 = "A-ASSOCIATE response, accept (local)"
    EVT8 = "A-ASSOCIATE response, reject (local)"
    EVT9 = "P-DATA request (local)"
    EVT10 = "P-DATA-TF received"
    EVT11 = "A-RELEASE request (local)"
    EVT12 = "A-RELEASE-RQ received"
    EVT13 = "A-RELEASE-RP received"
    EVT14 = "A-RELEASE response (local)"
    EVT15 = "A-ABORT request (local)"
    EVT16 = "A-ABORT received"
    EVT17 = "transport connection closed"
    EVT18 = "ARTIM expired"
    EVT19 = "unrecognized or invalid PDU received"


class Action(StrEnum):
    """Actions of PS3.8 Tables 9-6 to 9-9."""

    AE_1 = "AE-1"
    AE_2 = "AE-2"
    AE_3 = "AE-3"
    AE_4 = "AE-4"
    AE_5 = "AE-5"
    AE_6 = "AE-6"
    AE_7 = "AE-7"
    AE_8 = "AE-8"
    DT_1 = "DT-1"
    DT_2 = "DT-2"
    AR_1 = "AR-1"
    AR_2 = "AR-2"
    AR_3 = "AR-3"
    AR_4 = "AR-4"
    AR_5 = "AR-5"
    AR_6 = "AR-6"
    AR_7 = "AR-7"
    AR_8 = "AR-8"
    AR_9 = "AR-9"
    AR_10 = "AR-10"
    AA_1 = "AA-1"
    AA_2 = "AA-2"
    AA_3 = "AA-3"
    AA_4 = "AA-4"
    AA_5 = "AA-5"
    AA_6 = "AA-6"
    AA_7 = "AA-7"
    AA_8 = "AA-8"


# Where an action leads. AR-8 leads the acceptor to Sta10, which the machine decides. AE-6 could also reject on its own
# and lead to Sta13; here the local user always gets to see the request and may reject it as the service provider.
NEXT_STATE: dict[Action, State] = {
    Action.AE_1: State.STA4,
    Action.AE_2: State.STA5,
    Action.AE_3: State.STA6,
    Action.AE_4: State.STA1,
    Action.AE_5: State.STA2,
    Action.AE_6: State.STA3,
    Action.AE_7: State.STA6,
    Action.AE_8: State.STA13,
    Action.DT_1: State.STA6,
    Action.DT_2: State.STA6,
    Action.AR_1: State.STA7,
    Action.AR_2: State.STA8,
    Action.AR_3: State.STA1,
    Action.AR_4: State.STA13,
    Action.AR_5: State.STA1,
    Action.AR_6: State.STA7,
    Action.AR_7: State.STA8,
    Action.AR_8: State.STA9,
    Action.AR_9: State.STA11,
    Action.AR_10: State.STA12,
    Action.AA_1: State.STA13,
    Action.AA_2: State.STA1,
    Action.AA_3: State.STA1,
    Action.AA_4: State.STA1,
    Action.AA_5: State.STA1,
    Action.AA_6: State.STA13,
    Action.AA_7: State.STA13,
    Action.AA_8: State.STA13,
}

_A = Action

# One row per event: the action in each state (Sta1 … Sta13); None where the event cannot happen (PS3.8 Table 9-10).
_ROWS: dict[Event, tuple[Action | None, ...]] = {
    Event.EVT1: (_A.AE_1,) + (None,) * 12,
    Event.EVT2: (None, None, None, _A.AE_2) + (None,) * 9,
    Event.EVT3: (None, _A.AA_1, _A.AA_8, None, _A.AE_3) + (_A.AA_8,) * 7 + (_A.AA_6,),
    Event.EVT4: (None, _A.AA_1, _A.AA_8, None, _A.AE_4) + (_A.AA_8,) * 7 + (_A.AA_6,),
    Event.EVT5: (_A.AE_5,) + (None,) * 12,
    Event.EVT6: (None, _A.AE_6, _A.AA_8, None) + (_A.AA_8,) * 8 + (_A.AA_7,),
    Event.EVT7: (None, None, _A.AE_7) + (None,) * 10,
    Event.EVT8: (None, None, _A.AE_8) + (None,) * 10,
    Event.EVT9: (None,) * 5 + (_A.DT_1, None, _A.AR_7) + (None,) * 5,
    Event.EVT10: (None, _A.AA_1, _A.AA_8, None, _A.AA_8, _A.DT_2, _A.AR_6) + (_A.AA_8,) * 5 + (_A.AA_6,),
    Event.EVT11: (None,) * 5 + (_A.AR_1,) + (None,) * 7,
    Event.EVT12: (None, _A.AA_1, _A.AA_8, None, _A.AA_8, _A.AR_2, _A.AR_8) + (_A.AA_8,) * 5 + (_A.AA_6,),
    Event.EVT13: (None, _A.AA_1, _A.AA_8, None, _A.AA_8, _A.AA_8, _A.AR_3)
    + (_A.AA_8, _A.AA_8, _A.AR_10, _A.AR_3, _A.AA_8, _A.AA_6),
    Event.EVT14: (None,) * 7 + (_A.AR_4, _A.AR_9, None, None, _A.AR_4, None),
    Event.EVT15: (None, None, _A.AA_1, _A.AA_2) + (_A.AA_1,) * 8 + (None,),
    Event.EVT16: (None, _A.AA_2, _A.AA_3, None) + (_A.AA_3,) * 8 + (_A.AA_2,),
    Event.EVT17: (None, _A.AA_5) + (_A.AA_4,) * 10 + (_A.AR_5,),
    Event.EVT18: (None, _A.AA_2) + (None,) * 10 + (_A.AA_2,),
    Event.EVT19: (None, _A.AA_1, _A.AA_8, None) + (_A.AA_8,) * 8 + (_A.AA_7,),
}

TRANSITIONS: dict[tuple[Event, State], Action] = {
    (event, state): action
    for event, row in _ROWS.items()
    for state, action in zip(State, row, strict=True)
    if action is not None
}
