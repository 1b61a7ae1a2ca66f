"""Scenario files as the engine sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from harness.scenario.nodes import Node, NodePath
from harness.scenario.peers import LocalSpec, PeerSpec
from harness.scenario.steps import Params, ServiceName

if TYPE_CHECKING:
    from harness.scenario.expect import Expectation
    from harness.scenario.reader import FileReader


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A failure that is known and accepted for a while. `matches` is text that the failure must contain."""

    reason: str
    owner: str
    expires: date
    matches: str


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step with all variables replaced and every value understood."""

    params: Params
    expect: Expectation | None


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `id` is its own or its number from 1; `title` is short text for people."""

    id: str
    title: str
    service: ServiceName
    peer: str
    association: str | None
    save: Mapping[str, str]
    source: str
    node: dict[str, Node]
    path: NodePath
    reader: FileReader

    def resolve(self, variables: Mapping[str, str]) -> ResolvedStep:
        """Replace `${…}` by values saved earlier. Raises `ScenarioError` when a value does not fit its place."""
        return self.reader.resolve_step(self, variables)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario with one set of parameters; `id` is FILE/SCENARIO[PARAMS]."""

    id: str
    slug: str
    name: str
    peer: str
    steps: tuple[Step, ...]
    source: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    level: str = "required"
    requires: tuple[Mapping[str, str], ...] = ()
    verifies: tuple[str, ...] = ()
    expected_failure: ExpectedFailure | None = None


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """A scenario file. `file` is its name as given, `stated` every text in it (what a report may show)."""

    file: str
    path: Path
    name: str
    local: LocalSpec
    peers: Mapping[str, PeerSpec]
    scenarios: tuple[Scenario, ...]
    secrets: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
