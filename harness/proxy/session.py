"""What both directions of one proxied association know of it."""

from __future__ import annotations

from harness.dimse.fragment import DEFAULT_FRAGMENT_LENGTH, PduTooSmall, fragment_length
from harness.observe.contexts import join_contexts
from harness.observe.trace import ContextOutcome
from harness.proxy.pieces import Side
from harness.ul import pdu as p


class Session:
    """The negotiation as it was before any sabotage; None and empty until it took place."""

    def __init__(self) -> None:
        self.request: p.AssociateRQ | None = None
        self.answer: p.AssociateAC | None = None
        self.contexts: dict[int, ContextOutcome] = {}

    def note(self, pdu: p.PDU) -> None:
        """Learn from an A-ASSOCIATE-RQ or -AC."""
        if isinstance(pdu, p.AssociateRQ):
            self.request = pdu
        elif isinstance(pdu, p.AssociateAC) and self.request is not None:
            self.answer = pdu
            outcomes, _ = join_contexts(self.request, pdu)
            self.contexts = {outcome.context_id: outcome for outcome in outcomes}

    def has_heard(self, side: Side) -> bool:
        """Whether this side has said what it negotiates."""
        return (self.request if side is Side.REQUESTOR else self.answer) is not None

    def fragment_towards(self, side: Side) -> int:
        """The longest fragment that a side takes, in bytes."""
        told = self.request if side is Side.REQUESTOR else self.answer
        try:
            return fragment_length(told.maximum_length if told is not None else None)
        except PduTooSmall:
            return DEFAULT_FRAGMENT_LENGTH
