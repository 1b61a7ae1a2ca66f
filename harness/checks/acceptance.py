"""What a peer accepts, held against an acceptance policy."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.probe import Cell, Matrix
from harness.scenario.acceptance import AcceptanceSpec

_ACCEPTED = 0


@dataclass(frozen=True, slots=True)
class Drift:
    """Cells that are not as the policy says; only `new` ones are in order.

    `unanswered` ones the policy says something of, and nothing is known of them.
    """

    lost: tuple[Cell, ...]
    forbidden: tuple[Cell, ...]
    new: tuple[Cell, ...]
    unanswered: tuple[Cell, ...]


def drift(matrix: Matrix, policy: AcceptanceSpec) -> Drift:
    """Compare, of the policy only what was asked for: a probe of a few SOP classes has lost none of the others."""
    required, tolerated, forbidden = (_cells(policy, kind) for kind in ("required", "tolerated", "forbidden"))
    asked = [(sop_class, syntax) for sop_class in matrix.sop_classes for syntax in matrix.transfer_syntaxes]
    results = matrix.results
    accepted = [cell for cell in asked if results.get(cell) == _ACCEPTED]
    return Drift(
        tuple(cell for cell in asked if cell in required and results.get(cell, _ACCEPTED) != _ACCEPTED),
        tuple(cell for cell in accepted if cell in forbidden),
        tuple(cell for cell in accepted if cell not in required | tolerated | forbidden),
        tuple(cell for cell in asked if cell in required | forbidden and cell not in results),
    )


def _cells(policy: AcceptanceSpec, kind: str) -> set[Cell]:
    return {
        (sop_class, syntax)
        for line in policy.contexts
        for sop_class in line.sop_classes
        for syntax in getattr(line, kind)
    }
