"""P-DATA-TF against what was negotiated, and fragments put together to messages (PS3.8 D.1, E.1)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from harness.checks.lint.negotiation import Negotiation
from harness.checks.lint.reading import SeenPdu
from harness.ul import pdu as p
from harness.ul.deviation import Deviation


def data_deviations(seen: SeenPdu, pdu: p.PDataTF, negotiation: Negotiation) -> Iterator[Deviation]:
    """What of a P-DATA-TF was not agreed on; nothing is said where the negotiation was not seen."""
    limit = negotiation.maximum_lengths[seen.by_requestor]
    if limit and seen.length > limit:
        text = f"a P-DATA-TF of {seen.length} bytes exceeds the maximum length of {limit}"
        yield Deviation("maximum-length", "PS3.8 D.1", text, 2)
    if any(_could_be_one(before, after) for before, after in pairwise(pdu.pdvs)):
        text = "two PDVs that follow each other hold fragments of the same type of one message"
        yield Deviation("pdv-combined", "PS3.8 E.1", text, p.HEADER_LENGTH)
    if negotiation.answer is None:
        return
    for context_id in dict.fromkeys(pdv.context_id for pdv in pdu.pdvs):
        if context_id not in negotiation.contexts:
            text = f"a PDV names presentation context {context_id}, which was not accepted"
            yield Deviation("pdv-context", "PS3.8 9.3.5.1", text, p.HEADER_LENGTH)


def _could_be_one(before: p.PDV, after: p.PDV) -> bool:
    same = before.context_id == after.context_id and before.is_command == after.is_command
    return same and not before.is_last
