"""Acceptance policies as text: what was seen, for a person to edit, and what is no longer as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from harness.checks.acceptance import Drift, DriftKind, FactDrift
from harness.observe.probe import Cell, PeerFacts, Probe
from harness.reporting.check_text import Line
from harness.reporting.folding import alike, folded
from harness.reporting.probe_facts import some_of
from harness.reporting.text import moment, number_of, one_line
from harness.scenario.acceptance import PolicySpec
from harness.scenario.declared import DeclaredSpec
from harness.standard.uids import UidKind, UnknownName, resolve_uid, uid_name

MOST_BYTES = 0xFFFFFFFF
"""The largest maximum length (PS3.8 D.1.1): no limit is no less than it."""

SHOWN = 20
"""Lines of a kind that are shown on the console."""


def policy_text(probe: Probe) -> str:
    """A policy that requires what was accepted, tolerates who the peer says it is, and says nothing of the rest."""
    lines = [
        f"# What {one_line(probe.address)} accepted on {moment(probe.started)}.",
        "# Move a transfer syntax to `tolerated:` where it does not matter, to `forbidden:` where it must be refused.",
        "version: 1",
        *_implementation(probe.peer),
        *_limits(probe),
        *_contexts(probe),
    ]
    return "\n".join(lines) + "\n"


def _implementation(peer: PeerFacts) -> Iterator[str]:
    said = {"class_uid": peer.implementation_class_uid, "version_name": peer.implementation_version_name}
    if any(said.values()):
        yield "implementation:  # another one is new, and no failure"
        yield from (f"  {key}: {{tolerated: [{_quoted(value)}]}}" for key, value in said.items() if value)


def _limits(probe: Probe) -> Iterator[str]:
    length, at_once = probe.peer.maximum_length, probe.limits.at_once
    if length is not None or at_once is not None:
        yield "limits:"
    if length is not None:
        least, words = (length, "") if length else (MOST_BYTES, "  # no limit")
        yield f'  maximum_length: ">= {least}"{words}'
    if at_once is not None:
        yield f'  associations: ">= {at_once.stood}"'


def _contexts(probe: Probe) -> Iterator[str]:
    """What is accepted is required, and so is the role where it was agreed to; what is alike shares an entry."""
    folds: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for uid in probe.matrix.sop_classes:
        if syntaxes := probe.matrix.accepted(uid):
            folds.setdefault((syntaxes, uid in probe.peer.scp_roles), []).append(uid)
    yield "contexts:" if folds else "contexts: []"
    for (syntaxes, role), classes in folds.items():
        yield from (f"  {line}" for line in _entry(classes, syntaxes))
        if role:
            yield "    requestor_as_scp: required"


def entries_of(cells: Iterable[Cell], comment: str) -> list[str]:
    """Entries that require these pairs, under a comment."""
    by_class: dict[str, tuple[str, ...]] = {}
    for uid, syntax in cells:
        by_class[uid] = (*by_class.get(uid, ()), syntax)
    entries = (line for syntaxes, classes in alike(by_class) for line in _entry(classes, syntaxes))
    return [f"# {one_line(comment)}", *entries]


def _entry(classes: Sequence[str], syntaxes: Sequence[str]) -> Iterator[str]:
    yield "- sop_classes:"
    yield from _listed(classes, UidKind.SOP_CLASS)
    yield "  required:"
    yield from _listed(syntaxes, UidKind.TRANSFER_SYNTAX)


def _listed(uids: Iterable[str], kind: UidKind) -> Iterator[str]:
    for uid in uids:
        name = uid_name(uid)
        yield f"    - {_quoted(name if _means(name, uid, kind) else uid)}"


def _quoted(text: str) -> str:
    """As YAML has it in double quotes, which JSON has, too."""
    return json.dumps(text, ensure_ascii=False)


def _means(name: str, uid: str, kind: UidKind) -> bool:
    """Whether a name stands for this UID: some that are retired share theirs with others."""
    try:
        return resolve_uid(name, kind) == uid
    except UnknownName:
        return False


def drift_lines(found: Drift, policy: PolicySpec) -> Iterator[Line]:
    """Each kind of difference with what it is about; one line where there is none."""
    is_declared = isinstance(policy, DeclaredSpec)
    kinds: tuple[tuple[str, str, DriftKind, tuple[Cell, ...]], ...] = (
        ("fail", "declared and not accepted" if is_declared else "no longer accepted", DriftKind.LOST, found.lost),
        ("fail", "accepted and forbidden", DriftKind.FORBIDDEN, found.forbidden),
        ("blocked", "not answered", DriftKind.UNANSWERED, found.unanswered),
        ("warning", "accepted and not declared" if is_declared else "new", DriftKind.NEW, found.new),
    )
    same = True
    for style, what, kind, cells in kinds:
        yield from _section(style, f"{what}: {number_of(len(cells), 'pair')}", folded(cells))
        roles = [role.sop_class for role in found.roles if role.kind is kind]
        yield from _section(style, f"{what}: the requestor as SCP", [some_of(roles)] if roles else [])
        facts = [_fact(fact) for fact in found.facts if fact.kind is kind]
        yield from _section(style, f"{what} of what the peer says of itself: {len(facts)}", facts)
        same = same and not cells and not roles and not facts
    if same:
        yield [("as declared" if is_declared else "as the policy says", "pass")]
    if isinstance(policy, DeclaredSpec) and policy.unseen:
        rows = number_of(policy.unseen, "row")
        yield [(f"{rows} about the peer as SCU: what it proposes itself, a probe does not see", "dim")]


def _section(style: str, head: str, texts: Sequence[str]) -> Iterator[Line]:
    if texts:
        yield [(head, style)]
        yield from ([(f"  {text}", "")] for text in texts[:SHOWN])
    if len(texts) > SHOWN:
        yield [(f"  and {len(texts) - SHOWN:,} more; --json has all", "dim")]


def drift_data(found: Drift) -> dict[str, Any]:
    """The same as data."""
    kinds = {"lost": found.lost, "forbidden": found.forbidden, "new": found.new, "unanswered": found.unanswered}
    cells = {
        kind: [{"sop_class": sop_class, "transfer_syntax": syntax} for sop_class, syntax in cells]
        for kind, cells in kinds.items()
    }
    return cells | {"roles": list(map(asdict, found.roles)), "facts": list(map(asdict, found.facts))}


def _fact(fact: FactDrift) -> str:
    return one_line(f"{fact.name}: {fact.observed}; the policy has {fact.expected}")
