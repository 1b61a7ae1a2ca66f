"""The Upper Layer state machine (PS3.8 9.2), without clock and socket: events in, effects out.

The table in `states` decides; this file only knows what each action does. It is used by both roles.
"""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Effects:
    """What the transport has to do after an event.

    `send` is a PDU to write, `indicate` a PDU that the user of the association gets to see, `aborted` says that the
    machine itself ends the association because of what the peer did.
    """

    action: Action
    send: p.PDU | None = None
    indicate: p.PDU | None = None
    start_artim: bool = False
    stop_artim: bool = False
    close: bool = False
    aborted: bool = False


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
        return Effects(
            action,
            send=self._to_send(action, event, pdu),
            indicate=pdu if action in _INDICATING else None,
            start_artim=action in _STARTING_ARTIM,
            stop_artim=action in _STOPPING_ARTIM,
            close=action in _CLOSING,
            aborted=action is Action.AA_8 or (action is Action.AA_1 and event is not Event.EVT15),
        )

    @staticmethod
    def _to_send(action: Action, event: Event, pdu: p.PDU | None) -> p.PDU | None:
        if action in (Action.AE_2, Action.AE_7, Action.AE_8, Action.DT_1, Action.AR_7):
            return pdu
        if action is Action.AR_1:
            return p.ReleaseRQ()
        if action in (Action.AR_4, Action.AR_9):
            return p.ReleaseRP()
        if action is Action.AA_1:
            local_abort = pdu if isinstance(pdu, p.AAbort) and event is Event.EVT15 else None
            return local_abort or p.AAbort(SERVICE_USER, 0)
        if action in (Action.AA_7, Action.AA_8):
            return p.AAbort(SERVICE_PROVIDER, _reason(pdu))
        return None


def _reason(pdu: p.PDU | None) -> int:
    """Why the service provider aborts on a received PDU (PS3.8 Table 9-26)."""
    if not isinstance(pdu, p.RawPDU):
        return UNEXPECTED_PDU
    return INVALID_PARAMETER if pdu.pdu_type in p.PDU_NAMES else UNRECOGNIZED_PDU
