"""One scenario file from its tree to its model; every mistake is noted, none stops the reading."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from harness.errors import ScenarioError
from harness.scenario.expect import ALLOWED, Expectation
from harness.scenario.fields import SavePath, Slug, SOPClass, TextList, TransferSyntax
from harness.scenario.model import ExpectedFailure, ResolvedStep, Scenario, ScenarioFile, Step
from harness.scenario.nodes import Document, Node, NodePath
from harness.scenario.peers import KINDS, LocalSpec, PeerSpec
from harness.scenario.problems import did_you_mean, render
from harness.scenario.steps import LOCAL, PARAMS, MoveParams, Params, PeerDestination, ServiceName, StoreParams
from harness.scenario.validate import validated
from harness.scenario.variables import ENVIRONMENT, has_reference, references, substitute, texts
from harness.standard.ae import AEAddress


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RequiresSpec(_Strict):
    """A capability without which the scenario is skipped: the peer must accept this SOP class (and syntax)."""

    sop_class: SOPClass = Field(description="SOP class.")
    transfer_syntax: TransferSyntax = Field("1.2.840.10008.1.2", description="Transfer syntax.")


def _date(value: object) -> object:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise ValueError(f"`{value}` is not a date; write YYYY-MM-DD") from None


class ExpectedFailureSpec(_Strict):
    """A known failure: seen as described it passes and is marked; gone, changed or expired it fails."""

    reason: str = Field(description="Why it is accepted for now.")
    owner: str = Field(description="Who sees to it.")
    expires: Annotated[date, BeforeValidator(_date)] = Field(description="Last day, YYYY-MM-DD.")
    matches: str = Field(description="Text that the failure must contain.")


class ScenarioSpec(_Strict):
    """A scenario: steps against a peer."""

    id: Slug = Field(description="Stable id, unique in the file.")
    name: str = Field("", description="What is checked, in words.")
    peer: str = Field(description="Name of the peer.")
    tags: TextList = Field([], description="For --tag.")
    level: Literal["required", "recommended", "informational"] = Field(
        "required", description="required, recommended (unmet: warning) or informational (never fails)."
    )
    requires: list[RequiresSpec] = Field([], description="Capabilities without which it is skipped.")
    verifies: TextList = Field([], description="Clauses of the standard.")
    expected_failure: ExpectedFailureSpec | None = Field(None, description="A known failure.")
    parameters: dict[str, list[str]] = Field({}, description="Values for `${…}`; each combination runs by itself.")
    steps: list[dict[str, object]] = Field(description="The steps, in order.", min_length=1)


class StepSpec(_Strict):
    """What a step may say beside its service."""

    id: Slug | None = Field(None, description="Stable id; its number from 1 by default.")
    title: str | None = Field(None, description="What the step does, in words.")
    peer: str | None = Field(None, description="Another peer than the scenario's.")
    association: str | None = Field(None, description="Steps that name the same association share it.")
    save: dict[str, SavePath] = Field({}, description="Names for values that later steps use as `${name}`.")


class FileSpec(_Strict):
    """The top of a scenario file."""

    version: Literal["1"] = Field(description="Version of the file format: 1.")
    name: str = Field("", description="Title of the report.")
    local: object = Field(None, description="Ourselves.")
    peers: object = Field(None, description="The peers, by name.")
    scenarios: object = Field(None, description="The scenarios.")


class FileReader:
    """Reads one document; `problems` of the document tell what is wrong."""

    def __init__(self, document: Document, shared_peers: Mapping[str, PeerSpec]) -> None:
        self.document = document
        self.shared_peers = shared_peers
        self.secrets: set[str] = set()

    def read(self) -> ScenarioFile | None:
        """The file, or None when something is wrong."""
        document = self.document
        root = document.root
        if not isinstance(root, dict):
            document.note((), "a scenario file is a mapping with `version`, `peers` and `scenarios`")
            return None
        root = self._with_environment(root)
        spec = validated(document, FileSpec, root, ())
        local = validated(document, LocalSpec, root.get("local", ""), ("local",)) or LocalSpec()
        peers = {**self.read_peers(root.get("peers", "")), **self.shared_peers}
        self._check_peers(peers)
        scenarios = self._scenarios(root.get("scenarios", ""), peers)
        if document.problems or spec is None:
            return None
        return ScenarioFile(
            document.file,
            document.path,
            spec.name or document.path.stem,
            local,
            peers,
            tuple(scenarios),
            frozenset(self.secrets),
            frozenset(texts(document.root)),
        )

    def _with_environment(self, root: dict[str, Node]) -> dict[str, Node]:
        values = {}
        for path, name in references(root, ()):
            if name.startswith(ENVIRONMENT):
                value = os.environ.get(name.removeprefix(ENVIRONMENT))
                if value is None:
                    self.document.note(path, f"the environment has no variable `{name.removeprefix(ENVIRONMENT)}`")
                else:
                    values[name] = value
                    self.secrets.add(value)
        replaced = substitute(root, values)
        return replaced if isinstance(replaced, dict) else root

    # Peers

    def read_peers(self, node: Node) -> dict[str, PeerSpec]:
        """The peers of a file, by name."""
        if node == "":
            return {}
        if not isinstance(node, dict):
            self.document.note(("peers",), "`peers` is a mapping from names to peers")
            return {}
        peers = {}
        for name, value in node.items():
            path = ("peers", name)
            spec = validated(self.document, PeerSpec, value, path)
            if spec is None:
                continue
            if not spec.kind:
                self.document.note(path, f"a peer has just one of {', '.join(KINDS)}", at_key=True)
            if spec.address is None and spec.environment not in (None, "test"):
                text = "a peer that the run starts is a test peer; `environment` belongs to an address"
                self.document.note((*path, "environment"), text)
            peers[name] = spec
        return peers

    def _check_peers(self, peers: Mapping[str, PeerSpec]) -> None:
        for name, spec in peers.items():
            for index, known in enumerate(spec.knows):
                if known in (LOCAL, *peers) or name in self.shared_peers:
                    continue
                try:
                    AEAddress.parse(known)
                except ValueError:
                    hint = did_you_mean(known, [LOCAL, *peers])
                    message = f"`{known}` is neither `local`, a peer nor an address TITLE@host:port{hint}"
                    self.document.note(("peers", name, spec.kind, "knows", index), message)

    # Scenarios

    def _scenarios(self, node: Node, peers: Mapping[str, PeerSpec]) -> Iterator[Scenario]:
        if not isinstance(node, list):
            what = "`scenarios` is missing" if node == "" else "`scenarios` is a list"
            self.document.note(("scenarios",) if node else (), what)
            return iter(())
        scenarios: list[Scenario] = []
        seen: set[str] = set()
        for index, value in enumerate(node):
            path: NodePath = ("scenarios", index)
            spec = validated(self.document, ScenarioSpec, value, path)
            if not isinstance(value, dict):
                continue
            slug = value.get("id")
            if isinstance(slug, str) and slug in seen:
                self.document.note((*path, "id"), f"the scenario id `{slug}` occurs twice")
            seen.add(slug if isinstance(slug, str) else "")
            self._check_peer_name(value.get("peer"), (*path, "peer"), peers)
            scenarios += self._expanded(value, spec, path, peers)
        return iter(scenarios)

    def _check_peer_name(self, name: Node | None, path: NodePath, peers: Mapping[str, PeerSpec]) -> None:
        if isinstance(name, str) and name not in peers and not has_reference(name):
            known = f"the file has {', '.join(peers)}" if peers else "the file has no peers"
            self.document.note(path, f"there is no peer `{name}`{did_you_mean(name, peers)} ({known})")

    def _expanded(
        self, node: dict[str, Node], spec: ScenarioSpec | None, path: NodePath, peers: Mapping[str, PeerSpec]
    ) -> list[Scenario]:
        """One scenario per combination of parameters; the mistakes of later combinations repeat the first's."""
        parameters = spec.parameters if spec is not None else _parameters(node)
        for name, values in parameters.items():
            if not values:
                self.document.note((*path, "parameters", name), f"the parameter `{name}` has no values")
        scenarios = []
        for combination in itertools.product(*parameters.values()):
            chosen = dict(zip(parameters, combination, strict=True))
            steps = self._steps(node, chosen, path, peers)
            if spec is not None and not self.document.problems:
                scenarios.append(self._scenario(spec, chosen, steps, path))
        return scenarios

    def _scenario(self, spec: ScenarioSpec, values: Mapping[str, str], steps: list[Step], path: NodePath) -> Scenario:
        brackets = f"[{','.join(values.values())}]" if values else ""
        failure = spec.expected_failure
        return Scenario(
            f"{self._stem}/{spec.id}{brackets}",
            spec.id,
            spec.name or spec.id,
            spec.peer,
            tuple(steps),
            self._source(path),
            values,
            tuple(spec.tags),
            spec.level,
            tuple(requirement.model_dump() for requirement in spec.requires),
            tuple(spec.verifies),
            ExpectedFailure(failure.reason, failure.owner, failure.expires, failure.matches) if failure else None,
        )

    @property
    def _stem(self) -> str:
        return self.document.path.stem

    def _source(self, path: NodePath) -> str:
        return f"{self.document.file}:{self.document.marks[path].line}"

    # Steps

    def _steps(
        self, node: dict[str, Node], values: Mapping[str, str], path: NodePath, peers: Mapping[str, PeerSpec]
    ) -> list[Step]:
        raw_steps = node.get("steps", [])
        if not isinstance(raw_steps, list):
            return []
        known = set(values)
        steps: list[Step] = []
        for index, raw in enumerate(raw_steps):
            step_path = (*path, "steps", index)
            replaced = substitute(raw, values)
            if not isinstance(replaced, dict):
                self.document.note(step_path, "a step is a mapping such as `- echo: {}`")
                continue
            self._check_references(replaced, step_path, known)
            step = self._step(replaced, step_path, index + 1, node, peers)
            saved = replaced.get("save")
            if isinstance(saved, dict):
                known |= set(saved)
            if step is not None:
                self._check_step(step, steps, peers)
                steps.append(step)
        return steps

    def _check_references(self, node: Node, path: NodePath, known: set[str]) -> None:
        for where, name in references(node, path):
            if name not in known and not name.startswith(ENVIRONMENT):
                there = f"; known here: {', '.join(sorted(known))}" if known else ""
                message = f"`${{{name}}}` is neither a parameter nor saved by an earlier step"
                self.document.note(where, f"{message}{did_you_mean(name, known)}{there}")

    def _step(
        self, node: dict[str, Node], path: NodePath, number: int, scenario: dict[str, Node], peers: Mapping[str, PeerSpec]
    ) -> Step | None:
        names = [name.value for name in ServiceName]
        services = [key for key in node if key in names]
        rest: dict[str, Node] = {key: value for key, value in node.items() if key not in (*services, "expect")}
        for key in [key for key in rest if key not in StepSpec.model_fields]:
            hint = did_you_mean(key, [*names, *StepSpec.model_fields, "expect"])
            allowed = ", ".join([*names, "expect", *StepSpec.model_fields])
            self.document.note((*path, key), f"unknown key `{key}` in a step{hint} (allowed: {allowed})", at_key=True)
            del rest[key]
        if len(services) != 1:
            what = f"this one has {' and '.join(services)}" if services else "this one has none"
            self.document.note(path, f"a step has just one service; {what} (services: {', '.join(names)})")
            return None
        spec = validated(self.document, StepSpec, rest, path)
        if spec is None:
            return None
        peer = spec.peer or str(scenario.get("peer", ""))
        if spec.peer is not None:
            self._check_peer_name(spec.peer, (*path, "peer"), peers)
        service = ServiceName(services[0])
        return Step(
            spec.id or str(number),
            spec.title or service.value,
            service,
            peer,
            spec.association,
            spec.save,
            self._source(path),
            node,
            path,
            self,
        )

    def _check_step(self, step: Step, earlier: list[Step], peers: Mapping[str, PeerSpec]) -> None:
        if any(other.id == step.id for other in earlier):
            self.document.note((*step.path, "id"), f"the step id `{step.id}` occurs twice in this scenario")
        for other in earlier:
            if step.association is not None and other.association == step.association and other.peer != step.peer:
                text = f"association `{step.association}` was opened to `{other.peer}`, this step is for `{step.peer}`"
                self.document.note((*step.path, "association"), text)
                break
        resolved = self._resolved(step, step.node, later=True)
        if resolved is None:
            return
        if isinstance(resolved.params, MoveParams) and isinstance(resolved.params.destination, PeerDestination):
            path = (*step.path, step.service.value, "destination", "peer")
            self._check_peer_name(resolved.params.destination.peer, path, peers)

    def resolve_step(self, step: Step, variables: Mapping[str, str]) -> ResolvedStep:
        """A step with saved values put in. Raises `ScenarioError` when one does not fit its place."""
        node = substitute(step.node, variables)
        resolved = self._resolved(step, node if isinstance(node, dict) else step.node, later=False)
        problems, self.document.problems = self.document.problems, []
        if resolved is None:
            raise ScenarioError("\n".join(render(problem, self.document.lines) for problem in problems))
        return resolved

    def _resolved(self, step: Step, node: dict[str, Node], *, later: bool) -> ResolvedStep | None:
        before = len(self.document.problems)
        params_path = (*step.path, step.service.value)
        params = validated(
            self.document, PARAMS[step.service], node[step.service.value], params_path, later=later
        )
        expect = self._expectation(step, node, later=later)
        if params is None or len(self.document.problems) > before:
            return None
        self._check_files(params, params_path)
        self._check_generate(params, params_path)
        if len(self.document.problems) > before:
            return None
        return ResolvedStep(params, expect)

    def _expectation(self, step: Step, node: dict[str, Node], *, later: bool) -> Expectation | None:
        raw = node.get("expect")
        if raw is None:
            return None
        path = (*step.path, "expect")
        self._check_allowed(step.service, raw, path)
        expectation = validated(self.document, Expectation, raw, path, later=later)
        if raw in ("", {}):
            self.document.note(path, "`expect` is empty; leave it out to require success")
        return expectation

    def _check_allowed(self, service: ServiceName, raw: Node, path: NodePath) -> None:
        if not isinstance(raw, dict):
            return
        allowed = ALLOWED[service]
        for key, value in raw.items():
            if key in Expectation.model_fields and key not in allowed:
                text = f"`{key}` cannot be expected of {service.value} (allowed: {', '.join(sorted(allowed))})"
                self.document.note((*path, key), text, at_key=True)
            if key == "any_of" and isinstance(value, list):
                for index, alternative in enumerate(value):
                    self._check_allowed(service, alternative, (*path, key, index))

    def _check_files(self, params: Params, path: NodePath) -> None:
        if not isinstance(params, StoreParams):
            return
        for index, name in enumerate(params.files):
            if not has_reference(name) and not (self.document.path.parent / name).exists():
                self.document.note((*path, "files", index), f"there is no file or folder `{name}`")

    def _check_generate(self, params: Params, path: NodePath) -> None:
        if not isinstance(params, StoreParams) or params.generate is None:
            return
        modalities = ("CT", "MR", "CR", "US", "SC")
        modality = params.generate.modality
        if modality not in modalities and not has_reference(modality):
            hint = did_you_mean(modality, modalities)
            text = f"modality `{modality}` cannot be generated{hint} (allowed: {', '.join(modalities)})"
            self.document.note((*path, "generate", "modality"), text)


def _parameters(node: dict[str, Node]) -> dict[str, list[str]]:
    """The parameters of a scenario that has mistakes elsewhere, as far as they can be used to look for more."""
    raw = node.get("parameters")
    if not isinstance(raw, dict):
        return {}
    return {name: [text for text in values if isinstance(text, str)] for name, values in raw.items() if isinstance(values, list)}


def folder_of(file: ScenarioFile) -> Path:
    """The folder that relative paths of a scenario file start from."""
    return file.path.parent
