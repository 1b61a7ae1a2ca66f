"""The PDUs of an association as a reader wants them: what repeats is folded, and very long ones are cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from harness.observe.trace import FIRST_PDUS_KEPT
from harness.reporting.text import number_of
from harness.results.model import AssociationRecord, PduRecord

FIRST_ROWS = 60
LAST_ROWS = 20
LONGEST_PATTERN = 4
"""PDUs that may make up what repeats: C-STORE has three (request, data set, response)."""
FEWEST_REPEATS = 4

_MESSAGE_ID = re.compile(r"(-R(?:Q|SP)) \d+")
_RUN_LENGTH = re.compile(r"^\d+ x ")


@dataclass(frozen=True, slots=True)
class Gap:
    """So many PDUs that are not shown, and why; `kept` tells whether the results have them."""

    text: str
    pdus: int
    kept: bool = True


@dataclass(frozen=True, slots=True)
class Ladder:
    """The AE titles of both ends, ours first, and the rows between them."""

    us: str
    peer: str
    rows: tuple[PduRecord | Gap, ...]


def ladder(association: AssociationRecord) -> Ladder:
    """The PDUs of an association as the report shows them."""
    ours, theirs = association.calling_ae_title, association.called_ae_title
    if association.role == "acceptor":
        ours, theirs = theirs, ours
    rows = _rows(association)
    if len(rows) > FIRST_ROWS + LAST_ROWS:
        rows = [*rows[:FIRST_ROWS], _cut(rows[FIRST_ROWS:-LAST_ROWS]), *rows[-LAST_ROWS:]]
    return Ladder(ours, theirs, tuple(rows))


def _rows(association: AssociationRecord) -> list[PduRecord | Gap]:
    unkept = association.pdus_left_out
    if not unkept:
        return _folded(association.pdus)
    gap = Gap(f"{number_of(unkept, 'PDU')} of which nothing is kept", unkept, kept=False)
    return [*_folded(association.pdus[:FIRST_PDUS_KEPT]), gap, *_folded(association.pdus[FIRST_PDUS_KEPT:])]


def _cut(rows: Sequence[PduRecord | Gap]) -> Gap:
    """In place of these rows."""
    gaps = [row for row in rows if isinstance(row, Gap)]
    pdus = len(rows) - len(gaps) + sum(gap.pdus for gap in gaps)
    unkept = sum(gap.pdus for gap in gaps if not gap.kept)
    has = f"has {pdus - unkept:,} of them" if unkept else "has them"
    return Gap(f"{number_of(pdus, 'PDU')} not shown here, results.json {has}", pdus)


def _folded(pdus: Sequence[PduRecord]) -> list[PduRecord | Gap]:
    kinds = [_kind(pdu) for pdu in pdus]
    rows: list[PduRecord | Gap] = []
    position = 0
    while position < len(pdus):
        length, repeats = _repetition(kinds, position)
        block = list(pdus[position : position + length])
        position += length * repeats
        rows += block
        if repeats > 1:
            what = "the same" if length == 1 else f"the same {length} PDUs"
            rows.append(Gap(f"{what} {number_of(repeats - 2, 'more time')}", length * (repeats - 2)))
            rows += pdus[position - length : position]
    return rows


def _repetition(kinds: Sequence[tuple[str, ...]], start: int) -> tuple[int, int]:
    """The length of the pattern that begins here and how often it stands in a row; (1, 1) when it does not repeat."""
    for length in range(1, LONGEST_PATTERN + 1):
        pattern = kinds[start : start + length]
        repeats = 1
        while kinds[start + length * repeats : start + length * (repeats + 1)] == pattern:
            repeats += 1
        if repeats >= FEWEST_REPEATS:
            return length, repeats
    return 1, 1


def _kind(pdu: PduRecord) -> tuple[str, ...]:
    """What makes two PDUs the same for a reader: message IDs and sizes do not."""
    return pdu.direction, _RUN_LENGTH.sub("", pdu.name), _MESSAGE_ID.sub(r"\1", pdu.summary)
