"""Passive checks of one association: of what the peer sent, and of what we sent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.checks.lint.catalogue import RULES
from harness.checks.lint.data import data_deviations
from harness.checks.lint.elements import command_deviations
from harness.checks.lint.messages import Side
from harness.checks.lint.model import Finding
from harness.checks.lint.negotiation import Negotiation
from harness.checks.lint.octets import of_command, of_pdu
from harness.checks.lint.operations import Operations
from harness.checks.lint.reading import Reader, SeenPdu
from harness.checks.lint.repeated import Repeated
from harness.checks.lint.reserved import reserved_fields
from harness.checks.lint.sequence import Sequence
from harness.observe.trace import Role
from harness.observe.wire import WireRecord
from harness.ul import pdu as p
from harness.ul.deviation import Deviation

FINDINGS_KEPT = 1000
"""Findings of one association; a peer that gets everything wrong must not fill the memory."""


class Linter:
    """Follows one association, as a record of it grows."""

    def __init__(self, role: Role) -> None:
        self._reader = Reader(we_requested=role is Role.REQUESTOR)
        self._next = 0
        self._negotiation = Negotiation()
        self._sequence = Sequence()
        self._operations = Operations(self._negotiation)
        self._repeated = Repeated()
        self._sides = {True: Side(), False: Side()}
        self._findings = 0

    def take(self, record: WireRecord) -> list[Finding]:
        """What is found in the entries that came to the record since the last call."""
        found: list[Finding] = []
        for seen in self._reader.read(record.entries, self._next):
            found += self._pdu(seen)
        self._next = len(record.entries)
        room = FINDINGS_KEPT - self._findings
        self._findings += len(found)
        return found[: max(0, room)]

    def _pdu(self, seen: SeenPdu) -> Iterator[Finding]:
        yield from _found(seen, seen.deviations)
        yield from _found(seen, reserved_fields(seen))
        yield from _found(seen, self._sequence.pdu(seen))
        if isinstance(seen.pdu, p.PDataTF):
            yield from _found(seen, data_deviations(seen, seen.pdu, self._negotiation))
            yield from self._data(seen, seen.pdu)
        elif isinstance(seen.pdu, p.ReleaseRQ):
            yield from _found(seen, self._release(seen))
        else:
            yield from _found(seen, self._negotiation.pdu(seen))

    def _data(self, seen: SeenPdu, pdu: p.PDataTF) -> Iterator[Finding]:
        side = self._sides[seen.by_requestor]
        for found in side.take(seen, pdu):
            yield from _found_in_command(seen, side, command_deviations(found.command))
            yield from _found_in_command(seen, side, self._operations.command(found))
        if side.complete:
            self._operations.whole(seen.by_requestor)
        deviations, side.deviations = side.deviations, []
        own = self._repeated.own(seen.by_requestor, side.latest, deviations)
        yield from _found_in_command(seen, side, own)

    def _release(self, seen: SeenPdu) -> Iterator[Deviation]:
        if seen.by_requestor:
            yield from self._operations.release()
        if not self._sides[seen.by_requestor].complete:
            text = "A-RELEASE-RQ comes before the end of the message that was begun"
            yield Deviation("data-set-announced", "PS3.7 E.1", text)


def lint(record: WireRecord, role: Role) -> list[Finding]:
    """Everything that is found in the record of one association; `role` is ours."""
    return Linter(role).take(record)


def _found(seen: SeenPdu, deviations: Iterable[Deviation]) -> Iterator[Finding]:
    for deviation in deviations:
        rule = RULES[deviation.rule]
        octets = of_pdu(seen, deviation.offset)
        yield Finding(rule, seen.by_us, deviation.clause, deviation.text, seen.entry, octets)


def _found_in_command(seen: SeenPdu, side: Side, deviations: Iterable[Deviation]) -> Iterator[Finding]:
    for deviation in deviations:
        rule = RULES[deviation.rule]
        octets = of_command(side.octets, deviation.offset)
        yield Finding(rule, seen.by_us, deviation.clause, deviation.text, seen.entry, octets)
