"""P-DATA-TF against what was negotiated, and fragments put together to messages (PS3.8 D.1, E.1)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.lint.negotiation import Negotiation
from harness.checks.lint.reading import SeenPdu
from harness.ul import pdu as p
from harness.ul.deviation import Deviation


def data_deviations(seen: SeenPdu, pdu: p.PDataTF, negotiation: Negotiation) -> Iterator[Deviation]:
    """What of a P-DATA-TF was not agreed on; nothing is said where the negotiation was not seen."""
    limit = negotiation.maximum_length_for(seen.by_requestor)
    if limit and seen.length > limit:
        text = f"a P-DATA-TF of {seen.length} bytes exceeds the maximum length of {limit}"
        yield Deviation("maximum-length", "PS3.8 D.1", text, 2)
    if negotiation.answer is None:
        return
    for context_id in dict.fromkeys(pdv.context_id for pdv in pdu.pdvs):
        if context_id not in negotiation.contexts:
            text = f"a PDV names presentation context {context_id}, which was not accepted"
            yield Deviation("pdv-context", "PS3.8 9.3.5.1", text, p.HEADER_LENGTH)
