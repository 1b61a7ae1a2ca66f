"""The Upper Layer state machine (PS3.8 9.2), without clock and socket: events in, effects out.

The table in `states` decides; this file only knows what each action does. It is used by both roles.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from harness.errors import InternalError
from harness.ul import pdu as p
from harness.ul.states import NEXT_STATE, TRANSITIONS, Action, Event, State

SERVICE_USER = 0
SERVICE_PROVIDER = 2
UNRECOGNIZED_PDU = 1
UNEXPECTED_PDU = 2
INVALID_PARAMETER = 6

_RECEIVED: dict[type, Event] = {
    p.AssociateAC: Event.EVT3,
    p.AssociateRJ: Event.EVT4,
    p.AssociateRQ: Event.EVT6,
    p.PDataTF: Event.EVT10,
    p.ReleaseRQ: Event.EVT12,
    p.ReleaseRP: Event.EVT13,
    p.AAbort: Event.EVT16,
    p.RawPDU: Event.EVT19,
}

_INDICATING = {
    Action.AE_3,
    Action.AE_4,
    Action.AE_6,
    Action.DT_2,
    Action.AR_2,
    Action.AR_3,
    Action.AR_6,
    Action.AR_8,
    Action.AR_10,
    Action.AA_3,
}
_STARTING_ARTIM = {Action.AE_5, Action.AE_8, Action.AR_4, Action.AA_1, Action.AA_8}
_STOPPING_ARTIM = {Action.AE_6, Action.AR_5, Action.AA_2, Action.AA_5}
_CLOSING = {Action.AE_4, Action.AR_3, Action.AA_2, Action.AA_3}


class Effects(NamedTuple):
    """What the transport has to do after an event.

    `send` is a PDU to write, `indicate` a PDU that the user of the association gets to see, `aborted` says that the
    machine itself ends the association because of what the peer did.
    """

    action: Action
    send: p.PDU | None = None
    indicate: p.PDU | None = None
    aborted: bool = False

    @property
    def start_artim(self) -> bool:
        """Whether the ARTIM timer starts."""
        return self.action in _STARTING_ARTIM

    @property
    def stop_artim(self) -> bool:
        """Whether the ARTIM timer stops."""
        return self.action in _STOPPING_ARTIM

    @property
    def close(self) -> bool:
        """Whether the transport connection is to be closed."""
        return self.action in _CLOSING


class Machine:
    """The state of one association as requestor or acceptor."""

    def __init__(self, *, requestor: bool) -> None:
        self.requestor = requestor
        self.state = State.STA1

    def can(self, event: Event) -> bool:
        """Whether a local event is possible now."""
        return (event, self.state) in TRANSITIONS

    @property
    def passes_data(self) -> bool:
        """Whether P-DATA-TF just passes, in and out: DT-1 and DT-2 in Sta6, which change nothing."""
        return self.state is State.STA6

    def local(self, event: Event, pdu: p.PDU | None = None) -> Effects:
        """A request or response of the local user, or an event of the transport; `pdu` is what it wants to send.

        Raises `InternalError` when the state table has no such transition: a defect of the caller.
        """
        action = TRANSITIONS.get((event, self.state))
        if action is None:
            raise InternalError(f"{event.value} is impossible in {self.state.value}")
        return self._apply(action, event, pdu)

    def received(self, pdu: p.PDU) -> Effects:
        """A PDU of the peer. Where none can come (Sta1 and Sta4 have no connection to bring it), it closes."""
        event = _RECEIVED[type(pdu)]
        action = TRANSITIONS.get((event, self.state), Action.AA_2)
        return self._apply(action, event, pdu)

    def _apply(self, action: Action, event: Event, pdu: p.PDU | None) -> Effects:
        next_state = NEXT_STATE[action]
        if action is Action.AR_8 and not self.requestor:
            next_state = State.STA10
        self.state = next_state
        sends = _SENDING.get(action)
        return Effects(
            action,
            None if sends is None else sends(event, pdu),
            pdu if action in _INDICATING else None,
            action is Action.AA_8 or (action is Action.AA_1 and event is not Event.EVT15),
        )


def _reason(pdu: p.PDU | None) -> int:
    """Why the service provider aborts on a received PDU (PS3.8 Table 9-26)."""
    if not isinstance(pdu, p.RawPDU):
        return UNEXPECTED_PDU
    return INVALID_PARAMETER if pdu.pdu_type in p.PDU_NAMES else UNRECOGNIZED_PDU


def _local_abort(event: Event, pdu: p.PDU | None) -> p.PDU:
    return pdu if isinstance(pdu, p.AAbort) and event is Event.EVT15 else p.AAbort(SERVICE_USER, 0)


_SENDING: dict[Action, Callable[[Event, p.PDU | None], p.PDU | None]] = {
    **dict.fromkeys((Action.AE_2, Action.AE_7, Action.AE_8, Action.DT_1, Action.AR_7), lambda event, pdu: pdu),
    Action.AR_1: lambda event, pdu: p.ReleaseRQ(),
    **dict.fromkeys((Action.AR_4, Action.AR_9), lambda event, pdu: p.ReleaseRP()),
    Action.AA_1: _local_abort,
    **dict.fromkeys((Action.AA_7, Action.AA_8), lambda event, pdu: p.AAbort(SERVICE_PROVIDER, _reason(pdu))),
}
"""What an action sends, given the event and the PDU that came with it (PS3.8 Tables 9-6 to 9-9)."""
