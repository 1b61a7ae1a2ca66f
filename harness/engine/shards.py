"""A part of the scenarios for each of several jobs. Those of one peer stay together: peers are visited serially."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.engine.plan import Selection, planned
from harness.errors import UsageError
from harness.scenario.model import Scenario, ScenarioFile

_FORM = "write which one of how many, as `1/4`"
MOST = 1000


@dataclass(frozen=True, slots=True)
class Shard:
    """The part that is run: `number` from 1, of `count`."""

    number: int
    count: int

    @classmethod
    def parse(cls, text: str) -> Shard:
        """From `1/4`. Raises `UsageError`."""
        number, _, count = text.partition("/")
        if not (number.isascii() and number.isdigit() and count.isascii() and count.isdigit()):
            raise UsageError(f"--shard {text}: {_FORM}")
        shard = cls(int(number), int(count))
        if not 1 <= shard.number <= shard.count <= MOST:
            raise UsageError(f"--shard {text}: there is no such part; {_FORM}")
        return shard


@dataclass(slots=True)
class _Group:
    """Scenarios that share peers, directly or by way of each other."""

    peers: set[str]
    scenarios: list[Scenario]

    @property
    def steps(self) -> int:
        return sum(len(scenario.steps) for scenario in self.scenarios)


def narrowed(files: Sequence[ScenarioFile], selection: Selection, shard: Shard | None) -> Selection:
    """The selection of one part. The same files, selection and count are always divided alike, by number of steps."""
    if shard is None:
        return selection
    shares: list[list[_Group]] = [[] for _ in range(shard.count)]
    for group in sorted(_groups(files, selection), key=lambda group: (-group.steps, group.scenarios[0].id)):
        min(shares, key=lambda share: sum(one.steps for one in share)).append(group)
    mine = [scenario.id for group in shares[shard.number - 1] for scenario in group.scenarios]
    return replace(selection, ids=frozenset(mine))


def _groups(files: Sequence[ScenarioFile], selection: Selection) -> list[_Group]:
    groups: list[_Group] = []
    for file in files:
        for scenario in planned(file, selection):
            new = _Group(_peers_of(file, scenario), [scenario])
            shared = [group for group in groups if group.peers & new.peers]
            groups = [group for group in groups if group not in shared]
            merged = [one for group in (*shared, new) for one in group.scenarios]
            groups.append(_Group(new.peers.union(*(group.peers for group in shared)), merged))
    return groups


def _peers_of(file: ScenarioFile, scenario: Scenario) -> set[str]:
    """Where its peers are; those that a run starts itself are started anew for each file."""
    found = set()
    for name in {scenario.peer, *(step.peer for step in scenario.steps)}:
        address = file.peers[name].address
        found.add(f"{file.path}: {name}" if address is None else f"{address.host}:{address.port}")
    return found
