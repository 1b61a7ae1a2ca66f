"""The order of PDUs (PS3.8 9.2).

Both sides may have PDUs on their way at once, so nothing is held against a PDU because of what the other side sent
*before* it: its sender need not have read that. What came before its own cause was sent too early for certain.
"""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.lint.reading import SeenPdu
from harness.ul import pdu as p
from harness.ul.deviation import Deviation

_CLAUSE = "PS3.8 9.2.3"
_ANSWERS = (p.ASSOCIATE_AC, p.ASSOCIATE_RJ)
_LAST = {
    p.RELEASE_RQ: ("release-requested", "PS3.8 7.2.2", (p.RELEASE_RP, p.ABORT)),
    p.RELEASE_RP: ("release-last", "PS3.8 7.2.2", (p.ABORT,)),
    p.ASSOCIATE_RJ: ("rejection-last", _CLAUSE, (p.ABORT,)),
    # In Sta13 an A-ABORT may answer what comes even then (AA-7).
    p.ABORT: ("abort-last", "PS3.8 7.3.2", (p.ABORT,)),
}
"""What may still follow from the same side: the rule, its clause, and the PDUs."""


class Sequence:
    """Follows both sides of one association."""

    def __init__(self) -> None:
        self._said: dict[bool, set[int]] = {True: set(), False: set()}
        self._last: dict[bool, int | None] = {True: None, False: None}

    def pdu(self, seen: SeenPdu) -> Iterator[Deviation]:
        """Take a PDU; one of unknown type is the matter of another rule."""
        kind, side = seen.head[0], seen.by_requestor
        if kind not in p.PDU_NAMES:
            return
        if side and not self._said[True] and kind not in (p.ASSOCIATE_RQ, p.ABORT):
            text = f"{p.PDU_NAMES[kind]} comes in place of A-ASSOCIATE-RQ"
            yield Deviation("request-first", "PS3.8 9.1.2", text, 0)
        else:
            yield from self._of_association(kind, side)
            yield from self._of_release(kind, side)
            yield from self._after_the_last(kind, side)
        self._said[side].add(kind)
        if kind in _LAST:
            self._last[side] = kind

    def _of_association(self, kind: int, side: bool) -> Iterator[Deviation]:
        name = p.PDU_NAMES[kind]
        if (kind == p.ASSOCIATE_RQ and not side) or (kind in _ANSWERS and side):
            who = "requestor" if side else "acceptor"
            yield Deviation("pdu-of-role", _CLAUSE, f"the {who} of the association sends {name}", 0)
        elif kind == p.ASSOCIATE_RQ and p.ASSOCIATE_RQ in self._said[True]:
            yield Deviation("request-first", "PS3.8 9.1.1", "a second A-ASSOCIATE-RQ comes on the connection", 0)
        elif kind in _ANSWERS and p.ASSOCIATE_RQ not in self._said[True]:
            yield Deviation("answer-once", _CLAUSE, f"{name} comes before A-ASSOCIATE-RQ", 0)
        elif kind in _ANSWERS and self._said[False].intersection(_ANSWERS):
            yield Deviation("answer-once", _CLAUSE, f"{name} is a second answer to A-ASSOCIATE-RQ", 0)
        elif kind == p.P_DATA_TF and not self._stands:
            yield Deviation("data-established", _CLAUSE, "P-DATA-TF comes where no association stands", 0)

    @property
    def _stands(self) -> bool:
        return p.ASSOCIATE_AC in self._said[False]

    def _of_release(self, kind: int, side: bool) -> Iterator[Deviation]:
        if kind == p.RELEASE_RQ and not self._stands:
            yield Deviation("release-established", _CLAUSE, "A-RELEASE-RQ comes where no association stands", 0)
        elif kind == p.RELEASE_RQ and not side:
            text = "the acceptor of the association sends A-RELEASE-RQ"
            yield Deviation("release-by-requestor", "PS3.7 A.5", text, 0)
        elif kind == p.RELEASE_RP and p.RELEASE_RQ not in self._said[not side]:
            yield Deviation("release-answer", _CLAUSE, "A-RELEASE-RP comes before any A-RELEASE-RQ", 0)

    def _after_the_last(self, kind: int, side: bool) -> Iterator[Deviation]:
        last = self._last[side]
        if last is None:
            return
        rule, clause, may_follow = _LAST[last]
        if kind not in may_follow:
            yield Deviation(rule, clause, f"{p.PDU_NAMES[kind]} comes after {p.PDU_NAMES[last]} of the same side", 0)
