"""What was negotiated, and what the answer makes of the request (PS3.8 7.1.1, 9.3.3; PS3.7 D.3.3)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.lint.reading import SeenPdu
from harness.checks.lint.syntaxes import offered_deviations
from harness.observe.contexts import join_contexts
from harness.observe.trace import ContextOutcome
from harness.ul import pdu as p
from harness.ul.deviation import Deviation

_TITLES = ((10, "called"), (26, "calling"))
_FIRST_ITEM = 74
_REPEATED_START, _REPEATED_END = 42, 74
_DICOM_ROOT = "1.2.840.10008."


class Negotiation:
    """The request and the answer of one association."""

    def __init__(self) -> None:
        self.request: p.AssociateRQ | None = None
        self.answer: p.AssociateAC | None = None
        self.contexts: dict[int, ContextOutcome] = {}
        """Accepted presentation contexts by id."""
        self.maximum_lengths = {True: 0, False: 0}
        """The longest variable field of a P-DATA-TF that the requestor (True) or the acceptor may send; 0: no limit."""
        self._request_head: bytes | bytearray = b""

    def pdu(self, seen: SeenPdu) -> Iterator[Deviation]:
        """Take a PDU."""
        if isinstance(seen.pdu, p.AssociateRQ) and seen.by_requestor and self.request is None:
            self.request, self._request_head = seen.pdu, seen.head
            self.maximum_lengths[False] = seen.pdu.maximum_length or 0
            yield from _application_context(seen.pdu.application_context)
            yield from offered_deviations(seen.pdu)
        elif isinstance(seen.pdu, p.AssociateAC) and not seen.by_requestor and self.answer is None:
            self.answer = seen.pdu
            self.maximum_lengths[True] = seen.pdu.maximum_length or 0
            if self.request is not None:
                yield from self._answered(self.request, seen.pdu)
                yield from self._repeated(seen.head)

    def _answered(self, request: p.AssociateRQ, answer: p.AssociateAC) -> Iterator[Deviation]:
        outcomes, deviations = join_contexts(request, answer)
        self.contexts = {outcome.context_id: outcome for outcome in outcomes if outcome.accepted}
        yield from deviations

    def _repeated(self, head: bytes | bytearray) -> Iterator[Deviation]:
        asked = self._request_head
        for offset, name in _TITLES:
            if head[offset : offset + 16] != asked[offset : offset + 16]:
                text = f"the field of the {name} AE title is not as it was in the request"
                yield Deviation("ae-title-repeated", "PS3.8 9.3.3", text, offset)
        if head[_REPEATED_START:_REPEATED_END] != asked[_REPEATED_START:_REPEATED_END]:
            text = "bytes 43 to 74 are not as they were in the request"
            yield Deviation("reserved-repeated", "PS3.8 9.3.3", text, _REPEATED_START)

    def window_of(self, by_requestor: bool) -> int:
        """How many requests of one side may be under way at once (PS3.7 D.3.3.3); 0 for any number."""
        if self.answer is None:
            return 0
        window = self.answer.asynchronous_operations
        if window is None:
            return 1
        return window.maximum_invoked if by_requestor else window.maximum_performed


def _application_context(name: str | None) -> Iterator[Deviation]:
    if name is not None and name.startswith(_DICOM_ROOT) and name != p.DICOM_APPLICATION_CONTEXT:
        text = "the application context name is none that DICOM defines, and not a private one"
        yield Deviation("application-context-name", "PS3.7 A.2.1", text, _FIRST_ITEM)
