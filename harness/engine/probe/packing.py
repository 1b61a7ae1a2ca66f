"""The cells of a matrix packed into associations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.net.negotiation import MAXIMUM_CONTEXTS
from harness.observe.probe import Cell
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION

CONTROL: Cell = (VERIFICATION, IMPLICIT_VR_LE)
"""In every association: some peers reject one of which they support nothing, and what it answers must stay the same."""


def packed(
    sop_classes: Sequence[str], transfer_syntaxes: Sequence[str], most: int = MAXIMUM_CONTEXTS
) -> Iterator[tuple[Cell, ...]]:
    """The presentation contexts of each association, one transfer syntax in each, at most `most` in one association.

    Each association offers the default transfer syntax for every SOP class that it mentions, as a requestor shall
    (PS3.5 10.1): a SOP class that does not fit into one has it in the next one, too.
    """
    group: dict[Cell, None] = {CONTROL: None}
    for sop_class in sop_classes:
        default = (sop_class, IMPLICIT_VR_LE)
        for syntax in transfer_syntaxes:
            wanted = dict.fromkeys((default, (sop_class, syntax)))
            if len(group.keys() | wanted.keys()) > most:
                yield tuple(group)
                group = {CONTROL: None}
            group |= wanted
    if len(group) > 1 or CONTROL[0] in sop_classes:
        yield tuple(group)


def halves(group: Sequence[Cell]) -> list[tuple[Cell, ...]]:
    """An association as smaller ones, each well-formed by itself; none where nothing smaller is left."""
    with_more = {sop_class for sop_class, syntax in group if syntax != IMPLICIT_VR_LE}
    wanted = [cell for cell in group if cell != CONTROL and (cell[1] != IMPLICIT_VR_LE or cell[0] not in with_more)]
    if len(wanted) > 1:
        middle = len(wanted) // 2
        return [_with_defaults(wanted[:middle]), _with_defaults(wanted[middle:])]
    return [_with_defaults([(sop_class, IMPLICIT_VR_LE)]) for sop_class in with_more]


def _with_defaults(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    defaults = [(sop_class, IMPLICIT_VR_LE) for sop_class, _ in cells]
    return tuple(dict.fromkeys((CONTROL, *defaults, *cells)))
