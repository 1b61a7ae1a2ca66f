"""Two runs or probes side by side: what changed from the former to the later one. Facts and what they mean; no text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from harness.errors import UsageError
from harness.results.capabilities import (
    Capabilities,
    CapabilityChange,
    CapabilityKind,
    capabilities_of,
    capability_changes,
    known_alike,
)
from harness.results.check_changes import CheckChange, check_changes, steps_of
from harness.results.model import RunResult
from harness.results.time_changes import SlowStep, TimeChange, slow_steps, time_changes


class SideKind(StrEnum):
    """What is compared."""

    RUN = "run"
    PROBE = "probe"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a run with its checks, or a probe, which has none. `name` is the run's id or the address."""

    kind: SideKind
    name: str
    started: datetime
    peers: Mapping[str, Capabilities]
    tool: str = ""
    run: RunResult | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from `before` to `after`. `notes` are what a reader must know of how well the two compare."""

    before: Side
    after: Side
    checks: tuple[CheckChange, ...] = ()
    capabilities: tuple[CapabilityChange, ...] = ()
    times: tuple[TimeChange, ...] = ()
    slow_steps: tuple[SlowStep, ...] = ()
    same_checks: int = 0
    same_contexts: int = 0
    notes: tuple[str, ...] = field(default=())

    @property
    def worse_checks(self) -> tuple[CheckChange, ...]:
        """New failures, new warnings, and what is no longer tested."""
        return tuple(change for change in self.checks if change.is_worse)

    @property
    def lost(self) -> tuple[CapabilityChange, ...]:
        """What is no longer accepted."""
        return tuple(change for change in self.capabilities if change.kind is CapabilityKind.LOST)

    @property
    def slower(self) -> tuple[TimeChange, ...]:
        """What became slower, by more than chance and so that it is felt."""
        return tuple(change for change in self.times if change.is_slower)

    @property
    def is_worse(self) -> bool:
        """Whether anything got worse, times included."""
        return self.is_worse_but_for_times or bool(self.slower)

    @property
    def is_worse_but_for_times(self) -> bool:
        """Whether a check got worse or a capability is lost."""
        return bool(self.worse_checks or self.lost)


def side_of(run: RunResult) -> Side:
    """A run as a side."""
    return Side(SideKind.RUN, run.run_id, run.started, capabilities_of(run), run.tool, run)


def compare_runs(before: RunResult, after: RunResult) -> Comparison:
    """Two runs. Raises `UsageError` where they are one, or have nothing in common."""
    return compare(side_of(before), side_of(after))


def compare(before: Side, after: Side) -> Comparison:
    """Two sides, whatever they are. Raises `UsageError` where they are one, or have nothing in common."""
    if (before.kind, before.name, before.started) == (after.kind, after.name, after.started):
        raise UsageError(f"both are the same {before.kind.value}, {before.name}: there is nothing to compare")
    peers = list(_pairs_of_peers(before.peers, after.peers))
    capabilities = tuple(change for was, now in peers for change in capability_changes(was, now))
    same_contexts = sum(known_alike(was, now) for was, now in peers)
    notes = [*_notes(before, after), *_notes_of_peers(peers)]
    if before.run is None or after.run is None:
        if not peers:
            raise UsageError(f"{before.name} and {after.name} have no peer in common: there is nothing to compare")
        return Comparison(before, after, capabilities=capabilities, same_contexts=same_contexts, notes=tuple(notes))
    if not peers and not steps_of(before.run).keys() & steps_of(after.run).keys():
        raise UsageError(f"the runs {before.name} and {after.name} share no step and no peer: nothing can be compared")
    checks = tuple(check_changes(before.run, after.run))
    changed = {change.check.id for change in checks}
    return Comparison(
        before,
        after,
        checks,
        capabilities,
        tuple(time_changes(before.run, after.run)),
        tuple(slow_steps(before.run, after.run)),
        sum(check.id not in changed for check in after.run.checks),
        same_contexts,
        tuple(notes),
    )


def _pairs_of_peers(
    before: Mapping[str, Capabilities], after: Mapping[str, Capabilities]
) -> Iterator[tuple[Capabilities, Capabilities]]:
    """Peers of the same name; else of the same address; a single one on both sides is compared whatever its name."""
    if len(before) == len(after) == 1:
        yield from zip(before.values(), after.values(), strict=True)
        return
    by_address = {peer.address: peer for peer in before.values() if peer.address}
    for name, peer in after.items():
        former = before.get(name) or by_address.get(peer.address)
        if former is not None:
            yield former, peer


def _notes(before: Side, after: Side) -> Iterator[str]:
    if before.started > after.started:
        yield "the run that is given first is the later one; here it is taken for the former"
    if before.tool and after.tool and before.tool != after.tool:
        yield f"they were made by {before.tool} and {after.tool}, which may test otherwise"
    if before.run is None or after.run is None:
        return
    for words, run in (("former", before.run), ("later", after.run)):
        if run.interrupted or run.internal_error or run.ended is None:
            yield f"the {words} run did not come to its end: what it has not is not gone"
    if before.run.strict != after.run.strict:
        yield f"only one of them was strict; both are judged as the later one was ({_strictness(after.run)})"


def _strictness(run: RunResult) -> str:
    return "a warning fails" if run.strict else "a warning does not fail"


def _notes_of_peers(peers: Iterable[tuple[Capabilities, Capabilities]]) -> Iterator[str]:
    for was, now in peers:
        if was.address != now.address and was.address and now.address:
            yield f"{_title(was)} is compared with {_title(now)}"


def _title(peer: Capabilities) -> str:
    return peer.name if peer.name == peer.address else f"{peer.name} at {peer.address}"
