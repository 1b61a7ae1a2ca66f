"""What was negotiated, and what the answer makes of the request (PS3.8 7.1.1, 9.3.3; PS3.7 D.3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.lint.reading import SeenPdu
from harness.observe.contexts import join_contexts
from harness.observe.trace import ContextOutcome
from harness.ul import pdu as p
from harness.ul.deviation import Deviation

_TITLES = ((10, "called"), (26, "calling"))
_REPEATED_START, _REPEATED_END = 42, 74


class Negotiation:
    """The request and the answer of one association."""

    def __init__(self) -> None:
        self.request: p.AssociateRQ | None = None
        self.answer: p.AssociateAC | None = None
        self.contexts: dict[int, ContextOutcome] = {}
        """Accepted presentation contexts by id."""
        self._request_head = bytearray()

    def pdu(self, seen: SeenPdu) -> Iterator[Deviation]:
        """Take a PDU."""
        if isinstance(seen.pdu, p.AssociateRQ) and seen.by_requestor and self.request is None:
            self.request, self._request_head = seen.pdu, seen.head
        elif isinstance(seen.pdu, p.AssociateAC) and not seen.by_requestor and self.answer is None:
            self.answer = seen.pdu
            if self.request is not None:
                yield from self._answered(self.request, seen.pdu)
                yield from self._repeated(seen.head)

    def _answered(self, request: p.AssociateRQ, answer: p.AssociateAC) -> Iterator[Deviation]:
        outcomes, deviations = join_contexts(request, answer)
        self.contexts = {outcome.context_id: outcome for outcome in outcomes if outcome.accepted}
        yield from deviations

    def _repeated(self, head: bytearray) -> Iterator[Deviation]:
        asked = self._request_head
        for offset, name in _TITLES:
            if head[offset : offset + 16] != asked[offset : offset + 16]:
                text = f"the field of the {name} AE title is not as it was in the request"
                yield Deviation("ae-title-repeated", "PS3.8 9.3.3", text, offset)
        if head[_REPEATED_START:_REPEATED_END] != asked[_REPEATED_START:_REPEATED_END]:
            text = "bytes 43 to 74 are not as they were in the request"
            yield Deviation("reserved-repeated", "PS3.8 9.3.3", text, _REPEATED_START)

    def maximum_length_for(self, by_requestor: bool) -> int:
        """The longest variable field of a P-DATA-TF that one side may send, in bytes; 0 for no limit."""
        receiver = self.answer if by_requestor else self.request
        return (receiver.maximum_length or 0) if receiver is not None else 0
