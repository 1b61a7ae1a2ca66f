"""What a step found that a peer accepts, held against the policy of the step: a check for each part of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.checks.acceptance import (
    FAILING,
    IMPLEMENTATION,
    MAXIMUM_LENGTH,
    Drift,
    DriftKind,
    FactDrift,
    drift,
)
from harness.checks.outcome import Outcome
from harness.observe.probe import Cell, PolicyObservation
from harness.scenario.acceptance import PolicySpec, Standing
from harness.standard.uids import uid_name

AS_SAID = "as the policy says"
NAMED = 10
"""Pairs that a check names."""


def check_policy(policy: PolicySpec, observation: PolicyObservation) -> list[Outcome]:
    """An outcome for each part that the policy has, at least one; what is new is one aside, if there is any."""
    if observation.ending is not None:
        return [Outcome("accepted", False, "the peer is as the policy says", observation.ending.text)]
    found = drift(observation.matrix, observation.peer, policy)
    outcomes = list(_parts(policy, found)) or [Outcome("accepted", True, "the peer can be asked", "it answers")]
    if found.new:
        text = f"{len(found.new)}: {_named(found.new)}"
        outcomes.append(Outcome("new", False, "nothing is accepted that the policy does not name", text, aside=True))
    return outcomes


def _parts(policy: PolicySpec, found: Drift) -> Iterator[Outcome]:
    required, forbidden = policy.cells(Standing.REQUIRED), policy.cells(Standing.FORBIDDEN)
    if required:
        yield _required(required, found)
    if forbidden:
        yield _forbidden(forbidden, found)
    yield from _roles(policy, found)
    yield from _facts(policy, found)


def _required(required: frozenset[Cell], found: Drift) -> Outcome:
    silent = [cell for cell in found.unanswered if cell in required]
    missing = [
        f"{len(cells)} {word}: {_named(cells)}"
        for word, cells in (("refused", found.lost), ("not answered", silent))
        if cells
    ]
    return Outcome("accepted", not missing, f"{_pairs(len(required))} accepted", "; ".join(missing) or "all of them")


def _forbidden(forbidden: frozenset[Cell], found: Drift) -> Outcome:
    expected = f"{_pairs(len(forbidden))} not accepted"
    if not found.forbidden:
        return Outcome("forbidden", True, expected, "none of them")
    return Outcome("forbidden", False, expected, f"{len(found.forbidden)} accepted: {_named(found.forbidden)}")


def _roles(policy: PolicySpec, found: Drift) -> Iterator[Outcome]:
    """Of which SOP classes the requestor has to be let be SCP, and of which it must not."""
    stated = list(policy.roles().values())
    for standing, name, expected, observed in (
        (Standing.REQUIRED, "requestor_as_scp", "agreed to", "not agreed to for"),
        (Standing.FORBIDDEN, "requestor_not_scp", "not agreed to", "agreed to for"),
    ):
        number = stated.count(standing)
        forbidden = standing is Standing.FORBIDDEN
        wrong = [uid_name(role.sop_class) for role in found.roles if (role.kind is DriftKind.FORBIDDEN) is forbidden]
        if number:
            classes = "1 SOP class" if number == 1 else f"{number} SOP classes"
            text = f"{observed} {len(wrong)}: {_some(wrong)}" if wrong else AS_SAID
            yield Outcome(name, not wrong, f"the requestor as SCP of {classes} is {expected}", text)


def _facts(policy: PolicySpec, found: Drift) -> Iterator[Outcome]:
    """Who the peer says it is, and its limits; a value that the policy does not know is one that is new."""
    for name, part, labels in (
        ("implementation", policy.implementation, IMPLEMENTATION),
        ("limits", policy.limits, (MAXIMUM_LENGTH,)),
    ):
        if part.model_fields_set - {"associations"}:
            yield _part(name, [fact for fact in found.facts if fact.name in labels])


def _part(name: str, wrong: Sequence[FactDrift]) -> Outcome:
    if not wrong:
        return Outcome(name, True, AS_SAID, AS_SAID)
    expected = "; ".join(f"{fact.name} {fact.expected}" for fact in wrong)
    observed = "; ".join(f"{fact.name} {fact.observed}" for fact in wrong)
    return Outcome(name, False, expected, observed, aside=not any(fact.kind in FAILING for fact in wrong))


def _pairs(number: int) -> str:
    return "1 pair of SOP class and transfer syntax is" if number == 1 else f"{number} pairs are"


def _named(cells: Sequence[Cell]) -> str:
    return _some([f"{uid_name(sop_class)} in {uid_name(syntax)}" for sop_class, syntax in cells])


def _some(texts: Sequence[str]) -> str:
    more = f", and {len(texts) - NAMED} more" if len(texts) > NAMED else ""
    return ", ".join(texts[:NAMED]) + more
