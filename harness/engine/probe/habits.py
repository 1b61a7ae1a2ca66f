"""What shows how far the matrix can be believed: UIDs that mean nothing, and cells that are asked for once more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.engine.probe.offering import Offering
from harness.engine.probe.preferences import preferences
from harness.observe.habits import Again, Habits
from harness.observe.probe import Cell, Matrix
from harness.standard.families import Family, family_of
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION, new_uid

SAMPLES = 4
"""Cells of each kind (accepted, refused, not answered) that are asked for once more."""


def habits(matrix: Matrix, offering: Offering) -> Habits:
    """Everything of it. Raises TimeoutError when the time of the whole probe is up."""
    sop_class, syntax = _made_up(matrix, offering)
    return Habits(preferences(matrix, offering), sop_class, syntax, tuple(_again(matrix, offering)))


def _made_up(matrix: Matrix, offering: Offering) -> tuple[int | None, int | None]:
    """The results of contexts with a SOP class and with a transfer syntax that were made up just now."""
    private = (new_uid(), (IMPLICIT_VR_LE,))
    unreadable = (_known(matrix), (new_uid(),))
    answers = offering.answers([private, unreadable])
    results = [answers[offer].result if offer in answers else None for offer in (private, unreadable)]
    return results[0], results[1]


def _known(matrix: Matrix) -> str:
    """A SOP class that the peer knows: a transfer syntax is refused anyhow where the SOP class is."""
    accepted = [uid for uid in matrix.sop_classes if matrix.accepted(uid)]
    storage = [uid for uid in accepted if family_of(uid) is Family.STORAGE]
    return next(iter([*storage, *accepted]), VERIFICATION)


def _again(matrix: Matrix, offering: Offering) -> Iterator[Again]:
    """Samples of every kind of answer, each in an association of hardly more than itself."""
    for cell in _samples(matrix):
        sop_class, syntax = cell
        answers = offering.answers([(sop_class, (syntax,))])
        if offering.gone:
            return
        outcome = answers.get((sop_class, (syntax,)))
        yield Again(cell, matrix.results.get(cell), outcome.result if outcome is not None else None)


def _samples(matrix: Matrix) -> Iterator[Cell]:
    cells = [(sop_class, syntax) for sop_class in matrix.sop_classes for syntax in matrix.transfer_syntaxes]
    results = [(cell, matrix.results.get(cell)) for cell in cells]
    yield from _spread([cell for cell, result in results if result == 0])
    yield from _spread([cell for cell, result in results if result])
    yield from _spread([cell for cell, result in results if result is None])


def _spread(cells: Sequence[Cell]) -> Sequence[Cell]:
    """A few of them, from all over."""
    return cells if len(cells) <= SAMPLES else [cells[at * (len(cells) - 1) // (SAMPLES - 1)] for at in range(SAMPLES)]
