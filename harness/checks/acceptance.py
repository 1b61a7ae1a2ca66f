"""What a peer accepts and says of itself, held against an acceptance policy."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from harness.observe.limits import AtOnce
from harness.observe.probe import Cell, Matrix, PeerFacts
from harness.scenario.acceptance import PolicySpec, Standing, ValuesSpec

IMPLEMENTATION = ("implementation class UID", "implementation version name")
MAXIMUM_LENGTH = "maximum length"
ASSOCIATIONS = "associations at once"
"""Names of facts."""

_ACCEPTED = 0
_NO_LIMIT = 1 << 40
"""More than any number that a policy can name."""


class DriftKind(StrEnum):
    """How something is not as the policy says."""

    LOST = "lost"
    FORBIDDEN = "forbidden"
    NEW = "new"
    UNANSWERED = "unanswered"


FAILING = (DriftKind.LOST, DriftKind.FORBIDDEN)


@dataclass(frozen=True, slots=True)
class RoleDrift:
    """A SOP class of which the requestor may not be SCP though it should, or the other way."""

    kind: DriftKind
    sop_class: str


@dataclass(frozen=True, slots=True)
class FactDrift:
    """Something that the peer says of itself, and what the policy wants instead."""

    kind: DriftKind
    name: str
    expected: str
    observed: str


@dataclass(frozen=True, slots=True)
class Drift:
    """Cells, roles and facts that are not as the policy says; only what is new is in order.

    `unanswered` cells are those the policy says something of, and nothing is known of them.
    """

    lost: tuple[Cell, ...]
    forbidden: tuple[Cell, ...]
    new: tuple[Cell, ...]
    unanswered: tuple[Cell, ...]
    roles: tuple[RoleDrift, ...] = ()
    facts: tuple[FactDrift, ...] = ()

    @property
    def fails(self) -> bool:
        """Whether anything is lost or forbidden."""
        kinds = [*(role.kind for role in self.roles), *(fact.kind for fact in self.facts)]
        return bool(self.lost or self.forbidden or any(kind in FAILING for kind in kinds))


def drift(matrix: Matrix, peer: PeerFacts, policy: PolicySpec, at_once: AtOnce | None = None) -> Drift:
    """Compare, of the policy only what was asked for: a probe of a few SOP classes has lost none of the others."""
    required, tolerated, forbidden = map(policy.cells, Standing)
    binding, named = required | forbidden, required | tolerated | forbidden
    asked = [(sop_class, syntax) for sop_class in matrix.sop_classes for syntax in matrix.transfer_syntaxes]
    results = matrix.results
    accepted = [cell for cell in asked if results.get(cell) == _ACCEPTED]
    return Drift(
        tuple(cell for cell in asked if cell in required and results.get(cell, _ACCEPTED) != _ACCEPTED),
        tuple(cell for cell in accepted if cell in forbidden),
        tuple(cell for cell in accepted if cell not in named),
        tuple(cell for cell in asked if cell in binding and cell not in results),
        tuple(_roles(matrix, peer, policy)),
        (*_facts(peer, policy), *_associations(at_once, policy)),
    )


def _roles(matrix: Matrix, peer: PeerFacts, policy: PolicySpec) -> Iterator[RoleDrift]:
    """Roles are negotiated for accepted SOP classes: of one that is not accepted the role is lost, too."""
    for uid, standing in policy.roles().items():
        if uid not in matrix.sop_classes:
            continue
        agreed = uid in peer.scp_roles
        if standing is Standing.REQUIRED and not agreed:
            yield RoleDrift(DriftKind.LOST if peer.asked_window is not None else DriftKind.UNANSWERED, uid)
        elif standing is Standing.FORBIDDEN and agreed:
            yield RoleDrift(DriftKind.FORBIDDEN, uid)


def _facts(peer: PeerFacts, policy: PolicySpec) -> Iterator[FactDrift]:
    announced = (
        (IMPLEMENTATION[0], peer.implementation_class_uid, policy.implementation.class_uid),
        (IMPLEMENTATION[1], peer.implementation_version_name, policy.implementation.version_name),
    )
    for name, value, values in announced:
        kind = _kind_of_value(value, values)
        if kind is not None:
            yield FactDrift(kind, name, _wanted(kind, values), value or "not told")
    wanted = policy.limits.maximum_length
    length = peer.maximum_length
    if wanted is not None and (length is None or not wanted.accepts(length or _NO_LIMIT)):
        observed = "not told" if length is None else f"{length} bytes" if length else "no limit"
        yield FactDrift(DriftKind.LOST, MAXIMUM_LENGTH, f"{wanted} bytes", observed)


def _associations(at_once: AtOnce | None, policy: PolicySpec) -> Iterator[FactDrift]:
    """How many stood at once: where none was refused, there could have been more."""
    wanted = policy.limits.associations
    if wanted is None:
        return
    expected = str(wanted)
    if at_once is None:
        yield FactDrift(DriftKind.UNANSWERED, ASSOCIATIONS, expected, "not counted")
    elif at_once.refused is None and not wanted.accepts(at_once.stood):
        above = wanted.minimum is not None and wanted.minimum > at_once.stood
        kind = DriftKind.UNANSWERED if above else DriftKind.LOST
        yield FactDrift(kind, ASSOCIATIONS, expected, f"{at_once.stood} or more")
    elif not wanted.accepts(at_once.stood):
        yield FactDrift(DriftKind.LOST, ASSOCIATIONS, expected, str(at_once.stood))


def _kind_of_value(value: str | None, values: ValuesSpec) -> DriftKind | None:
    """How a value is not as the policy says; None where it is, or nothing is said."""
    if value in values.forbidden:
        return DriftKind.FORBIDDEN
    if value in (*values.required, *values.tolerated):
        return None
    if values.required:
        return DriftKind.LOST
    return DriftKind.NEW if values.tolerated or values.forbidden else None


def _wanted(kind: DriftKind, values: ValuesSpec) -> str:
    if kind is DriftKind.FORBIDDEN:
        return f"not {' or '.join(values.forbidden)}"
    known = (*values.required, *values.tolerated)
    return " or ".join(known) if known else f"not {' or '.join(values.forbidden)}"
