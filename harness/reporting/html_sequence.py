"""The PDUs of an association as a sequence diagram: where each arrow is drawn, in CSS pixels.

The width is that of the reader's screen, so only heights are decided here. The diagram comes in parts, which are
never cut by the end of a printed page.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from harness.reporting.ladder import Gap, ladder
from harness.reporting.text import duration
from harness.results.model import AssociationRecord, PduRecord

ROWS_OF_PART = 8
NOTICED_WAIT = 0.1
"""Seconds between two PDUs from which the wait is written down."""

_LINE = 17
_LINE_LETTERS = 30
"""Letters that fit into a line of a telephone."""
_MOST_LINES = 3
_AROUND = 9
"""Room above and below the text on an arrow."""
_LONGEST_REST = 34
"""Room for the longest wait; it grows with the logarithm of the time."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A PDU at height `y`, with its text in the `above` pixels over it. `wait` is told when it was long."""

    pdu: PduRecord
    y: int
    above: int
    wait: str
    wait_y: int

    @property
    def sent(self) -> bool:
        """Whether it goes from us to the peer."""
        return self.pdu.direction == "sent"


@dataclass(frozen=True, slots=True)
class Pause:
    """PDUs that are not drawn, and why."""

    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows that stay together on paper."""

    height: int
    rows: tuple[Arrow | Pause, ...]


@dataclass(frozen=True, slots=True)
class Sequence:
    """The AE titles of both ends, ours first, and the parts of the diagram."""

    us: str
    peer: str
    parts: tuple[Part, ...]


def sequence(association: AssociationRecord) -> Sequence:
    """The diagram of an association."""
    drawn = ladder(association)
    return Sequence(drawn.us, drawn.peer, tuple(_parts(drawn.rows)))


def _parts(rows: tuple[PduRecord | Gap, ...]) -> Iterator[Part]:
    before: PduRecord | None = None
    for start in range(0, len(rows), ROWS_OF_PART):
        height, placed = 0, list[Arrow | Pause]()
        for row in rows[start : start + ROWS_OF_PART]:
            if isinstance(row, Gap):
                placed.append(Pause(row.text, height + _LINE + _AROUND))
                height += _LINE + 2 * _AROUND
                before = None
                continue
            arrow = _arrow(row, before, height)
            placed.append(arrow)
            height, before = arrow.y + _AROUND, row
        yield Part(height, tuple(placed))


def _arrow(pdu: PduRecord, before: PduRecord | None, top: int) -> Arrow:
    waited = max(0.0, pdu.seconds - before.seconds) if before is not None else 0.0
    rest = _rest(waited)
    told = waited >= NOTICED_WAIT
    above = _LINE * min(_MOST_LINES, math.ceil((len(pdu.name) + len(pdu.summary) + 8) / _LINE_LETTERS))
    if told:
        rest = max(rest, _LINE + _AROUND)
    return Arrow(pdu, top + rest + above, above, f"{duration(waited)} later" if told else "", top + rest // 2 + 4)


def _rest(waited: float) -> int:
    """Room for a wait in seconds: hardly any for milliseconds, much for seconds."""
    return min(_LONGEST_REST, round(12 * math.log10(1 + waited / 0.005)))
