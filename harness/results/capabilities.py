"""What a peer was seen to accept and to say of itself, in a run or by a probe, and what of it has changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from harness.observe.probe import Cell
from harness.results.model import AssociationRecord, PeerRecord, RunResult
from harness.standard.negotiation import CONTEXT_RESULTS
from harness.standard.uids import uid_name

Key = TypeVar("Key")

ACCEPTED = CONTEXT_RESULTS[0]
_KNOWN = frozenset(CONTEXT_RESULTS.values())
_REQUESTOR = "requestor"
_BY_ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Capabilities:
    """One peer as it was seen; what is in none of these is not known. One that the run started has no `address`.

    `contexts` has the result of each pair by its name (PS3.8 Table 9-18), `roles` whether the requestor may be SCP,
    `stored` whether an object that was sent so was stored, `facts` what the peer says of itself.
    """

    name: str
    address: str
    contexts: Mapping[Cell, str] = field(default_factory=dict)
    roles: Mapping[str, bool] = field(default_factory=dict)
    stored: Mapping[Cell, bool] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)


class CapabilityKind(StrEnum):
    """What became of a capability."""

    LOST = "lost"
    GAINED = "gained"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class CapabilityChange:
    """Something of a peer that is not as it was; only what is `lost` is worse. `uids` are those that `what` names."""

    kind: CapabilityKind
    peer: str
    what: str
    before: str
    after: str
    uids: tuple[str, ...] = ()


def capabilities_of(run: RunResult) -> dict[str, Capabilities]:
    """What each peer of a run was seen to accept, from the associations that we requested."""
    contexts: dict[str, dict[Cell, str]] = {name: {} for name in run.peers}
    lengths: dict[str, int] = {}
    for step in run.steps:
        for association in step.associations:
            if association.role == _REQUESTOR and step.peer in contexts:
                _learn(contexts[step.peer], association)
                if association.peer_max_pdu_length is not None:
                    lengths[step.peer] = association.peer_max_pdu_length
    return {
        name: Capabilities(
            name,
            peer.address if peer.kind == _BY_ADDRESS else "",
            contexts[name],
            facts=_facts(peer, lengths.get(name)),
        )
        for name, peer in run.peers.items()
    }


def _learn(contexts: dict[Cell, str], association: AssociationRecord) -> None:
    """Take what an answer tells: of several transfer syntaxes in one context, those not chosen remain unknown."""
    for context in association.contexts:
        if context.result == ACCEPTED and context.accepted_transfer_syntax is not None:
            contexts[context.abstract_syntax, context.accepted_transfer_syntax] = ACCEPTED
        elif context.result in _KNOWN:
            for syntax in context.transfer_syntaxes:
                contexts.setdefault((context.abstract_syntax, syntax), context.result)


def _facts(peer: PeerRecord, length: int | None) -> dict[str, str]:
    facts = {
        "implementation class uid": peer.implementation_class_uid,
        "implementation version name": peer.implementation_version_name,
        "version": peer.version,
        "maximum length": None if length is None else str(length),
    }
    return {name: value for name, value in facts.items() if value}


def capability_changes(before: Capabilities, after: Capabilities) -> Iterator[CapabilityChange]:
    """What is lost, then what is gained, then what is otherwise; only of what both tell something."""
    changes = [*_contexts(before, after), *_stored(before, after), *_roles(before, after)]
    yield from (change for change in changes if change.kind is CapabilityKind.LOST)
    yield from (change for change in changes if change.kind is CapabilityKind.GAINED)
    for name in _in_both(before.facts, after.facts):
        was, now = before.facts[name], after.facts[name]
        if was != now:
            yield CapabilityChange(CapabilityKind.CHANGED, after.name, name, was, now)


def known_alike(before: Capabilities, after: Capabilities) -> int:
    """Of how many pairs both know the result, and it is acceptance in both or in neither."""
    both = _in_both(before.contexts, after.contexts)
    return sum((before.contexts[cell] == ACCEPTED) == (after.contexts[cell] == ACCEPTED) for cell in both)


def _contexts(before: Capabilities, after: Capabilities) -> Iterator[CapabilityChange]:
    for cell in _in_both(before.contexts, after.contexts):
        was, now = before.contexts[cell], after.contexts[cell]
        if (was == ACCEPTED) != (now == ACCEPTED):
            kind = CapabilityKind.LOST if was == ACCEPTED else CapabilityKind.GAINED
            what = f"{uid_name(cell[0])} in {uid_name(cell[1])}"
            yield CapabilityChange(kind, after.name, what, was, now, cell)


def _stored(before: Capabilities, after: Capabilities) -> Iterator[CapabilityChange]:
    for cell in _in_both(before.stored, after.stored):
        was, now = before.stored[cell], after.stored[cell]
        if was != now:
            kind = CapabilityKind.LOST if was else CapabilityKind.GAINED
            words = ("sent and not stored", "stored")
            what = f"{uid_name(cell[0])} in {uid_name(cell[1])}"
            yield CapabilityChange(kind, after.name, what, words[was], words[now], cell)


def _roles(before: Capabilities, after: Capabilities) -> Iterator[CapabilityChange]:
    """Of SOP classes that are accepted before and after: of any other, no role is negotiated."""
    accepted = [{uid for (uid, _), result in one.contexts.items() if result == ACCEPTED} for one in (before, after)]
    for uid in _in_both(before.roles, after.roles):
        was, now = before.roles[uid], after.roles[uid]
        if was != now and all(uid in known for known in accepted):
            kind = CapabilityKind.LOST if was else CapabilityKind.GAINED
            words = ("refused", "agreed")
            what = f"requestor as SCP of {uid_name(uid)}"
            yield CapabilityChange(kind, after.name, what, words[was], words[now], (uid,))


def _in_both(before: Mapping[Key, object], after: Mapping[Key, object]) -> Iterable[Key]:
    return (key for key in before if key in after)
