"""The scenarios of a file, one for each combination of their parameters."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from harness.scenario.model import ExpectedFailure, Scenario, Step
from harness.scenario.problems import did_you_mean
from harness.scenario.scope import Scope
from harness.scenario.spec import ScenarioSpec
from harness.scenario.step_checks import check_peer
from harness.scenario.step_reader import StepReader
from harness.scenario.variables import ENVIRONMENT, NAME, Node, NodePath, names_in, references

MOST_COMBINATIONS = 1000
"""Combinations of parameters of one scenario."""

MOST_STEPS = 10_000
"""Steps of one file, each combination counted."""

Parameters = Mapping[str, Sequence[str]]


def read_scenarios(scope: Scope, peers: Sequence[str]) -> list[Scenario]:
    """The scenarios of a file; the mistakes are noted, and what has any is left out or incomplete."""
    nodes = scope.document.at(("scenarios",))
    if nodes is None:
        return []  # told as a missing key
    if not isinstance(nodes, list) or not nodes:
        scope.document.note(("scenarios",), "`scenarios` is a list with at least one scenario")
        return []
    scenarios: list[Scenario] = []
    lines: dict[str, int] = {}
    steps = 0
    for index, node in enumerate(nodes):
        path: NodePath = ("scenarios", index)
        if not isinstance(node, dict):
            scope.document.note(path, "a scenario is a mapping with `id`, `peer` and `steps`")
            continue
        _check_id(scope, path, node, lines)
        reader = _ScenarioReader(scope, path, node, peers)
        steps += reader.number_of_steps
        if steps > MOST_STEPS:
            text = f"the file has more than {MOST_STEPS} steps, each combination of parameters counted"
            scope.document.note(path, text)
            return []
        scenarios += reader.read()
    return scenarios


def _check_id(scope: Scope, path: NodePath, node: Mapping[str, Node], lines: dict[str, int]) -> None:
    slug = node.get("id")
    if not isinstance(slug, str):
        return
    if names_in(slug):
        scope.document.note((*path, "id"), "an id is always the same; it cannot hold a `${…}`")
    elif slug in lines:
        scope.document.note((*path, "id"), f"the id `{slug}` is taken by the scenario in line {lines[slug]}")
    else:
        lines[slug] = scope.document.marks[path].line


def _steps_in(node: Node) -> int:
    """How many steps an entry of `steps` stands for."""
    group = node.get("parallel") if isinstance(node, dict) else None
    return len(group) if isinstance(group, list) else 1


@dataclass
class _ScenarioReader:
    scope: Scope
    path: NodePath
    node: dict[str, Node]
    peers: Sequence[str]

    def __post_init__(self) -> None:
        self.parameters = self._parameters()

    @property
    def number_of_steps(self) -> int:
        """Steps of all combinations."""
        steps = self.node.get("steps")
        number = sum(_steps_in(node) for node in steps) if isinstance(steps, list) else 1
        return number * math.prod(map(len, self.parameters.values()))

    def read(self) -> list[Scenario]:
        """One scenario for each combination."""
        self._check_references()
        read = (
            self._combination(dict(zip(self.parameters, values, strict=True)))
            for values in itertools.product(*self.parameters.values())
        )
        return [scenario for scenario in read if scenario is not None]

    def _combination(self, values: Mapping[str, str]) -> Scenario | None:
        scope = replace(self.scope, values={**self.scope.values, **values})
        spec = scope.model(ScenarioSpec, self.path)
        peer = scope.text((*self.path, "peer")) or ""
        if peer:
            check_peer(scope, (*self.path, "peer"), peer, self.peers)
        steps = self._steps(scope, peer)
        if spec is None or scope.document.problems:
            return None
        brackets = f"[{','.join(values.values())}]" if values else ""
        failure = spec.expected_failure
        return Scenario(
            f"{scope.document.path.stem}/{spec.id}{brackets}",
            spec.id,
            spec.name or spec.id,
            spec.peer,
            tuple(steps),
            f"{scope.document.file}:{scope.document.marks[self.path].line}",
            values,
            tuple(spec.tags),
            spec.level,
            tuple(requirement.model_dump() for requirement in spec.requires),
            tuple(spec.verifies),
            ExpectedFailure(failure.reason, failure.owner, failure.expires, failure.matches) if failure else None,
        )

    def _steps(self, scope: Scope, peer: str) -> list[Step]:
        nodes = self.node.get("steps")
        reader = StepReader(scope, peer, self.peers, self._declared())
        if isinstance(nodes, list):
            for index in range(len(nodes)):
                reader.read((*self.path, "steps", index))
        return reader.steps

    # Parameters

    def _declared(self) -> frozenset[str]:
        """The names of all parameters, usable or not."""
        node = self.node.get("parameters")
        return frozenset(node) if isinstance(node, dict) else frozenset()

    def _parameters(self) -> Parameters:
        """The parameters as far as they are usable; what is wrong in their form the model of the scenario tells."""
        node = self.node.get("parameters")
        if not isinstance(node, dict):
            return {}
        found = {}
        for name, values in node.items():
            texts = [value for value in values if isinstance(value, str)] if isinstance(values, list) else []
            if values == []:
                self._note(("parameters", name), f"the parameter `{name}` has no values")
            self._check_parameter(name, texts)
            usable = [text for text in texts if not names_in(text)]
            if usable:
                found[name] = usable
        combinations = math.prod(map(len, found.values()))
        if combinations > MOST_COMBINATIONS:
            text = f"these are {combinations} combinations; at most {MOST_COMBINATIONS} are allowed"
            self._note(("parameters",), text)
            return {name: texts[:1] for name, texts in found.items()}
        return found

    def _check_parameter(self, name: str, values: list[str]) -> None:
        where = ("parameters", name)
        for index, value in enumerate(values):
            if names_in(value):
                self._note((*where, index), "a parameter's value is part of the ids of checks; it cannot hold a `${…}`")
            if value in values[:index]:
                self._note((*where, index), f"the value `{value}` occurs twice")
        if NAME.fullmatch(name) and name not in names_in({k: v for k, v in self.node.items() if k != "parameters"}):
            message = f"the parameter `{name}` is never used; write `${{{name}}}` where its values belong"
            self.scope.document.note((*self.path, *where), message, at_key=True)

    def _check_references(self) -> None:
        """Outside the steps, only parameters and the environment can be referred to."""
        outside = {key: value for key, value in self.node.items() if key not in ("id", "steps", "parameters")}
        for where, name in references(outside, self.path):
            if name not in self._declared() and not name.startswith(ENVIRONMENT):
                hint = did_you_mean(name, self._declared())
                self.scope.document.note(where, f"`${{{name}}}` is not a parameter of this scenario{hint}")

    def _note(self, where: NodePath, message: str) -> None:
        self.scope.document.note((*self.path, *where), message)
