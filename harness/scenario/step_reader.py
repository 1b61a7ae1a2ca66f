"""The steps of a scenario, each checked against those before it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from harness.scenario.expect import ALLOWED, Expectation
from harness.scenario.model import Step
from harness.scenario.params.base import Params, ServiceName
from harness.scenario.params.querying import LOCAL
from harness.scenario.problems import allowed, did_you_mean
from harness.scenario.saving import ROOTS, root_of, roots_of
from harness.scenario.scope import Scope, unknown_key
from harness.scenario.spec import StepSpec
from harness.scenario.steps import PARAMS
from harness.scenario.variables import ENVIRONMENT, Node, NodePath, references

SERVICES = tuple(service.value for service in ServiceName)
_OF_STEP = frozenset({*SERVICES, "expect"})
_TITLES = ("called_ae_title", "calling_ae_title")


def read_parts(scope: Scope, path: NodePath, service: ServiceName) -> tuple[Params | None, Expectation | None]:
    """Parameters and expectation of a step; None where there are problems, or where nothing is expected."""

    def unknown(_path: NodePath, key: str, keys: list[str]) -> str:
        if key in _OF_STEP or key in StepSpec.model_fields:
            return f"`{key}` belongs to the step: write it in line with `{service.value}`, not inside"
        return unknown_key(path, key, keys)

    params = scope.model(PARAMS[service], (*path, service.value), unknown=unknown)
    return params, _expectation(scope, (*path, "expect"), service)


def _expectation(scope: Scope, path: NodePath, service: ServiceName) -> Expectation | None:
    node = scope.document.at(path)
    if node is None:
        return None
    if node in ("", {}):
        scope.document.note(path, "`expect` is empty; leave it out to require success")
        return None
    _check_expectations(scope, path, service)

    def unknown(where: NodePath, key: str, keys: list[str]) -> str:
        if where[-2] == "expect" or where[-3] == "any_of":
            return f"unknown expectation `{key}`{allowed(key, ALLOWED[service])}"
        return unknown_key(where, key, keys)

    return scope.model(Expectation, path, unknown=unknown)


def _check_expectations(scope: Scope, path: NodePath, service: ServiceName) -> None:
    """Note what cannot be expected of a service, and what contradicts itself; alternatives included."""
    node = scope.document.at(path)
    if not isinstance(node, dict):
        return
    for key in node:
        if key in Expectation.model_fields and key not in ALLOWED[service]:
            text = f"`{key}` cannot be expected of {service.value}{allowed('', ALLOWED[service])}"
            scope.document.note((*path, key), text, at_key=True)
    if service is ServiceName.ASSOCIATE and isinstance(node.get("accepted"), list):
        text = "`accepted` of associate is `true` or `false`; transfer syntaxes are for negotiate"
        scope.document.note((*path, "accepted"), text)
    endings = [key for key in ("rejected", "aborted", "closed") if node.get(key) not in (None, "false")]
    others = [key for key in node if key in ALLOWED[service] and key not in (*endings, "within", "any_of")]
    if "rejected" in endings and others:
        text = f"`{others[0]}` says nothing of an association that is rejected"
        scope.document.note((*path, others[0]), text, at_key=True)
    if len(endings) > 1:
        text = f"an association ends in one way: `{endings[0]}` or `{endings[1]}`"
        scope.document.note((*path, endings[1]), text, at_key=True)
    alternatives = node.get("any_of")
    for index in range(len(alternatives) if isinstance(alternatives, list) else 0):
        _check_expectations(scope, (*path, "any_of", index), service)


class StepReader:
    """Reads the steps of one combination of parameters in order; `steps` are those read so far."""

    def __init__(self, scope: Scope, peer: str, peers: Sequence[str], parameters: frozenset[str]) -> None:
        self.steps: list[Step] = []
        self._scope = scope
        self._peer = peer
        self._peers = peers
        self._parameters = parameters
        self._saved: set[str] = set()
        self._number = 0
        self._ids: dict[str, int] = {}

    def read(self, path: NodePath) -> None:
        """Read one more step."""
        self._number += 1
        node = self._scope.document.at(path)
        if not isinstance(node, dict):
            self._scope.document.note(path, _no_step(node))
            return
        self._check_references(node, path)
        spec = self._scope.model(StepSpec, path, without=_OF_STEP, unknown=partial(_unknown_of_step, node))
        service = self._service(node, path)
        step = self._step(spec or StepSpec(), service, path) if service is not None else None
        if step is not None:
            read_parts(self._scope, path, step.service)
            self._check_files(step)
            self._check_destination(step)
            self._check_association(step)
            self.steps.append(step)
        elif "expect" in node:
            self._scope.model(Expectation, (*path, "expect"))
        self._note_saved(node, path, service)

    def _service(self, node: dict[str, Node], path: NodePath) -> ServiceName | None:
        services = [key for key in node if key in SERVICES]
        if len(services) == 1:
            return ServiceName(services[0])
        if not services and any(key not in (*StepSpec.model_fields, "expect") for key in node):
            return None  # told as an unknown key, which is most often a service that was mistyped
        what = f"this one has {' and '.join(services)}" if services else "this one has none"
        self._scope.document.note(path, f"a step has just one service; {what}. Services: {', '.join(SERVICES)}")
        return None

    def _step(self, spec: StepSpec, service: ServiceName, path: NodePath) -> Step:
        document = self._scope.document
        identifier = spec.id or str(self._number)
        if spec.id is not None and self._scope.document.at((*path, "id")) != spec.id:
            document.note((*path, "id"), "an id is always the same; it cannot hold a `${…}`")
        elif spec.id is not None and spec.id.isdigit():
            document.note((*path, "id"), "an id of digits looks like the number of another step; use a word")
        elif identifier in self._ids:
            document.note((*path, "id"), f"the id `{identifier}` is taken by step {self._ids[identifier]}")
        self._ids.setdefault(identifier, self._number)
        peer = self._scope.text((*path, "peer"))
        if peer:
            check_peer(self._scope, (*path, "peer"), peer, self._peers)
        return Step(
            identifier,
            spec.title or service.value,
            service,
            spec.peer or self._peer,
            spec.association,
            spec.save,
            f"{document.file}:{document.marks[path].line}",
            path,
            self._scope,
        )

    # Variables

    def _check_references(self, node: dict[str, Node], path: NodePath) -> None:
        for key, value in node.items():
            can_be_saved = key in _OF_STEP
            for where, name in references(value, (*path, key)):
                if name in self._parameters or name.startswith(ENVIRONMENT):
                    continue
                if name not in self._saved:
                    self._scope.document.note(where, self._unknown_variable(name))
                elif not can_be_saved:
                    text = f"`{key}` must be known before the run, when `${{{name}}}` has no value yet"
                    self._scope.document.note(where, text)

    def _unknown_variable(self, name: str) -> str:
        known = sorted(self._parameters | self._saved)
        message = f"`${{{name}}}` is neither a parameter nor saved by an earlier step"
        if not known:
            return message
        return message + (did_you_mean(name, known) or f"; known here: {', '.join(known)}")

    def _note_saved(self, node: dict[str, Node], path: NodePath, service: ServiceName | None) -> None:
        saved = node.get("save")
        if not isinstance(saved, dict):
            return
        for name, written in saved.items():
            where = (*path, "save", name)
            if name in self._parameters:
                text = f"`{name}` is already a parameter; save the value by another name"
                self._scope.document.note(where, text, at_key=True)
            root = root_of(written.strip()) if isinstance(written, str) else ""
            if service is not None and root in ROOTS and root not in roots_of(service):
                possible = ", ".join(roots_of(service))
                self._scope.document.note(where, f"{service.value} brings no `{root}`; it brings {possible}")
        self._saved |= saved.keys()

    # What names something outside the step

    def _check_files(self, step: Step) -> None:
        if step.service is not ServiceName.STORE:
            return
        document = self._scope.document
        for path in self._entries((*step.path, "store", "files")):
            name = self._scope.text(path)
            if name and not os.path.exists(document.path.parent / name):  # noqa: PTH110 - never raises, whatever the name
                beside = "" if Path(name).is_absolute() else " beside the scenario file"
                document.note_value(path, f"there is no file or folder `{name}`{beside}")

    def _entries(self, path: NodePath) -> Iterator[NodePath]:
        """The paths of the entries of a list, or of the text that stands for a list of one."""
        node = self._scope.document.at(path)
        if isinstance(node, str):
            yield path
        elif isinstance(node, list):
            for index in range(len(node)):
                yield (*path, index)

    def _check_destination(self, step: Step) -> None:
        destination = (*step.path, "move", "destination")
        node = self._scope.document.at(destination)
        if step.service is not ServiceName.MOVE or node in (None, "", LOCAL):
            return
        name = self._scope.text((*destination, "peer"))
        if name:
            check_peer(self._scope, (*destination, "peer"), name, self._peers)
        for key in ("received", "unchanged"):
            path = (*step.path, "expect", key)
            if self._scope.document.at(path) is not None:
                text = f"`{key}` needs `destination: local`: what is sent elsewhere cannot be seen from here"
                self._scope.document.note(path, text, at_key=True)

    def _check_association(self, step: Step) -> None:
        opener = next((other for other in self.steps if other.association == step.association), None)
        if step.association is None or opener is None:
            return
        path = (*step.path, "association")
        if opener.peer != step.peer:
            self._scope.document.note(
                path, f"this association is to the peer of step {opener.id}; this step has another"
            )
        for title in _TITLES:
            here = self._scope.text((*step.path, step.service.value, title))
            there = self._scope.text((*opener.path, opener.service.value, title))
            if here is not None and here != there:
                text = f"this association stands already; its AE titles are those of step {opener.id}"
                self._scope.document.note((*step.path, step.service.value, title), text)


def check_peer(scope: Scope, path: NodePath, name: str, peers: Sequence[str]) -> None:
    """Note a name that is no peer's."""
    if name not in peers:
        there = f"; there are {', '.join(peers)}" if peers else "; the file has no peers"
        scope.document.note_value(path, f"there is no peer `{name}`{did_you_mean(name, peers) or there}")


def _no_step(node: Node | None) -> str:
    """What to say of a step that is no mapping."""
    text = node.strip() if isinstance(node, str) else ""
    if text in SERVICES:
        return f"a step is a mapping; write `{text}: {{}}`"
    service, colon, _ = text.partition(":")
    if colon and service in SERVICES:
        return f"a step is a mapping; a space is missing after `{service}:`"
    return "a step is a mapping, such as `echo: {}`"


def _unknown_of_step(node: dict[str, Node], path: NodePath, key: str, keys: list[str]) -> str:
    """What to say of an unknown key of a step: most often it belongs one level deeper."""
    for service in (ServiceName(name) for name in SERVICES if name in node):
        inside = {field.alias or name for name, field in PARAMS[service].model_fields.items()}
        if key in inside:
            return f"`{key}` belongs to the service: write `{service.value}: {{{key}: …}}`, or indent it below"
        if key in ALLOWED[service]:
            return f"`{key}` is an expectation: write `expect: {{{key}: …}}`, or indent it below `expect`"
    return unknown_key(path, key, keys)
