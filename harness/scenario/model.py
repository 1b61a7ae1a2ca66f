"""Scenario files as the engine sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import ScenarioError
from harness.scenario.params.base import Params, ServiceName
from harness.scenario.peers import LocalSpec, PeerSpec
from harness.scenario.problems import render_all
from harness.scenario.variables import NodePath

if TYPE_CHECKING:
    from harness.scenario.expect import Expectation
    from harness.scenario.scope import Scope


@dataclass(frozen=True, slots=True)
class ExpectedFailure:
    """A failure that is known and accepted for a while. `matches` is text that the failure must contain."""

    reason: str
    owner: str
    expires: date
    matches: str


@dataclass(frozen=True, slots=True)
class ResolvedStep:
    """A step with all variables replaced and every value understood; `expect` is None when nothing was stated."""

    params: Params
    expect: Expectation | None


@dataclass(frozen=True, slots=True)
class Eventually:
    """Repeat a step until it is as expected, at most `within` seconds, with `every` seconds between attempts."""

    within: float
    every: float


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `id` is its own or its number from 1; `title` is short text for people; `save` maps names to paths.

    Steps with the same `parallel`, the id of their group, are carried out at once. `path` is where the step stands in
    the document of its `scope`.
    """

    id: str
    title: str
    service: ServiceName
    peer: str
    association: str | None
    save: Mapping[str, str]
    source: str
    path: NodePath
    scope: Scope
    eventually: Eventually | None = None
    parallel: str | None = None

    def resolve(self, variables: Mapping[str, str]) -> ResolvedStep:
        """Replace `${…}` by values saved earlier. Raises `ScenarioError` when one is missing or does not fit its place.

        The text of the error does not show the values: they came from a peer.
        """
        from harness.scenario.scope import Scope
        from harness.scenario.step_reader import read_parts

        document = replace(self.scope.document, problems=[], hidden=frozenset(variables))
        scope = Scope(document, {**self.scope.values, **variables})
        scope.note_missing(self.path)
        params, expect = read_parts(scope, self.path, self.service)
        if params is None or document.problems:
            raise ScenarioError("\n\n".join(render_all(document.problems, document.lines)))
        return ResolvedStep(params, expect)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario with one set of parameters; `id` is FILE/SCENARIO[PARAMS], `slug` the id in the file."""

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
    """A scenario file. `file` is its name as given, `text` what stands in it, `stated` every text in it (what a report
    may show).

    `attestations` are what it leaves to a person to check.
    """

    file: str
    path: Path
    name: str
    local: LocalSpec
    peers: Mapping[str, PeerSpec]
    scenarios: tuple[Scenario, ...]
    secrets: frozenset[str] = frozenset()
    stated: frozenset[str] = frozenset()
    attestations: tuple[str, ...] = ()
    text: str = ""
