"""What peers accepted in the presentation contexts of a run: abstract syntaxes by transfer syntaxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.results.model import ContextRecord, RunResult
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name


class Answer(StrEnum):
    """What was answered to a transfer syntax; the first of these that was seen counts."""

    ACCEPTED = "accepted"
    PASSED_OVER = "passed-over"
    """Offered beside another one, which the peer chose."""
    REFUSED = "refused"


MARKS = {Answer.ACCEPTED: "✓", Answer.PASSED_OVER: "·", Answer.REFUSED: "✗"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What was answered, and the result of the presentation context in words."""

    answer: Answer
    result: str


@dataclass(frozen=True, slots=True)
class Matrix:
    """One peer. A cell that is None was never proposed."""

    peer: str
    transfer_syntaxes: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


def matrices(result: RunResult) -> list[Matrix]:
    """A matrix for each peer that answered any presentation context."""
    by_peer: dict[str, dict[tuple[str, str], Cell]] = {}
    for peer, context in _answered(result):
        cells = by_peer.setdefault(peer, {})
        for uid in context.transfer_syntaxes:
            cell = _cell(context, uid)
            known = cells.get((context.abstract_syntax, uid))
            if known is None or _rank(cell) < _rank(known):
                cells[context.abstract_syntax, uid] = cell
    return [_matrix(peer, cells) for peer, cells in by_peer.items()]


def _answered(result: RunResult) -> Iterator[tuple[str, ContextRecord]]:
    """The presentation contexts that we proposed and that were answered; of a rejected association none is."""
    for step in result.steps:
        for association in step.associations:
            if association.role == "requestor":
                for context in association.contexts:
                    if context.accepted_transfer_syntax or context.result != context_result_name(None):
                        yield step.peer, context


def _cell(context: ContextRecord, uid: str) -> Cell:
    if context.accepted_transfer_syntax is None:
        return Cell(Answer.REFUSED, context.result)
    if context.accepted_transfer_syntax == uid:
        return Cell(Answer.ACCEPTED, "accepted")
    return Cell(Answer.PASSED_OVER, f"offered; the peer chose {uid_name(context.accepted_transfer_syntax)}")


def _rank(cell: Cell) -> int:
    return list(Answer).index(cell.answer)


def _matrix(peer: str, cells: Mapping[tuple[str, str], Cell]) -> Matrix:
    abstract = _sorted(dict.fromkeys(uid for uid, _ in cells))
    transfer = _sorted(dict.fromkeys(uid for _, uid in cells))
    return Matrix(peer, transfer, tuple((row, tuple(cells.get((row, uid)) for uid in transfer)) for row in abstract))


def _sorted(uids: Sequence[str] | Mapping[str, None]) -> tuple[str, ...]:
    """By name, as people look for them; registered ones first."""
    return tuple(sorted(uids, key=lambda uid: (uid_name(uid) == uid, uid_name(uid))))
