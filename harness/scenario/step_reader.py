"""The steps of a scenario, each checked against those before it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from harness.scenario.expect import ALLOWED, Expectation
from harness.scenario.model import Eventually, Step
from harness.scenario.params.base import Params, ServiceName
from harness.scenario.problems import allowed, did_you_mean
from harness.scenario.saving import ROOTS, root_of, roots_of
from harness.scenario.scope import Scope, unknown_key
from harness.scenario.spec import ParallelSpec, StepSpec
from harness.scenario.step_checks import check_parallel, check_peer, check_step
from harness.scenario.steps import params_of
from harness.scenario.variables import ENVIRONMENT, Node, NodePath, references

SERVICES = tuple(service.value for service in ServiceName)
_ENDINGS = ("rejected", "aborted", "closed", "tls_failed")
_NEVER_STOOD = {"rejected": "is rejected", "tls_failed": "never stood"}
_OF_STEP = frozenset({*SERVICES, "expect"})


def read_parts(scope: Scope, path: NodePath, service: ServiceName) -> tuple[Params | None, Expectation | None]:
    """Parameters and expectation of a step; None where there are problems, or where nothing is expected."""

    def unknown(_path: NodePath, key: str, keys: list[str]) -> str:
        if key in _OF_STEP or key in StepSpec.model_fields:
            return f"`{key}` belongs to the step: write it in line with `{service.value}`, not inside"
        return unknown_key(path, key, keys)

    where = (*path, service.value)
    params = scope.model(params_of(service), where, unknown=unknown)
    if service is ServiceName.POLICY:
        from harness.scenario.policy_file import with_file

        params = with_file(scope, where, params)
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
    endings = [key for key in _ENDINGS if node.get(key) not in (None, "false")]
    others = [key for key in node if key in ALLOWED[service] and key not in (*endings, "within", "any_of")]
    never = next((key for key in _NEVER_STOOD if key in endings), None)
    if never is not None and others:
        text = f"`{others[0]}` says nothing of an association that {_NEVER_STOOD[never]}"
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
        self._ids: dict[str, str] = {}

    def read(self, path: NodePath) -> None:
        """Read one more step, or the steps of one more `parallel`."""
        self._number += 1
        node = self._scope.document.at(path)
        if isinstance(node, dict) and "parallel" in node:
            self._read_parallel(node, path)
            return
        saved = self._read_step(node, path, str(self._number))
        self._saved |= saved

    def _read_parallel(self, node: dict[str, Node], path: NodePath) -> None:
        spec = self._scope.model(ParallelSpec, path)
        group = self._id(spec.id if spec is not None else None, path, str(self._number))
        listed = node.get("parallel")
        saved: set[str] = set()
        before = len(self.steps)
        for index in range(len(listed) if isinstance(listed, list) else 0):
            where: NodePath = (*path, "parallel", index)
            saved |= self._read_step(self._scope.document.at(where), where, f"{group}.{index + 1}", group)
        # Nobody knows which of them ends first, so what they save is there only for the steps after all of them.
        self._saved |= saved
        check_parallel(self._scope, self.steps[before:])

    def _read_step(self, node: Node | None, path: NodePath, number: str, group: str | None = None) -> set[str]:
        """Read a step; the names that it saves."""
        if not isinstance(node, dict):
            self._scope.document.note(path, _no_step(node))
            return set()
        if "parallel" in node:
            self._scope.document.note((*path, "parallel"), "a `parallel` cannot stand within another", at_key=True)
            return set()
        self._check_references(node, path)
        spec = self._scope.model(StepSpec, path, without=_OF_STEP, unknown=partial(_unknown_of_step, node))
        service = self._service(node, path)
        step = self._step(spec or StepSpec(), service, path, number, group) if service is not None else None
        if step is not None:
            read_parts(self._scope, path, step.service)
            check_step(self._scope, step, self.steps, self._peers)
            self.steps.append(step)
        elif "expect" in node:
            self._scope.model(Expectation, (*path, "expect"))
        return self._names_saved(node, path, service)

    def _service(self, node: dict[str, Node], path: NodePath) -> ServiceName | None:
        services = [key for key in node if key in SERVICES]
        if len(services) == 1:
            return ServiceName(services[0])
        if not services and any(key not in (*StepSpec.model_fields, "expect") for key in node):
            return None  # told as an unknown key, which is most often a service that was mistyped
        what = f"this one has {' and '.join(services)}" if services else "this one has none"
        self._scope.document.note(path, f"a step has just one service; {what}. Services: {', '.join(SERVICES)}")
        return None

    def _id(self, stated: str | None, path: NodePath, number: str) -> str:
        """The id of a step or a group: the stated one, or its number."""
        document = self._scope.document
        identifier = stated or number
        if stated is not None and document.at((*path, "id")) != stated:
            document.note((*path, "id"), "an id is always the same; it cannot hold a `${…}`")
        elif stated is not None and not stated.strip("0123456789."):
            document.note((*path, "id"), "an id of digits looks like the number of another step; use a word")
        elif identifier in self._ids:
            document.note((*path, "id"), f"the id `{identifier}` is taken by step {self._ids[identifier]}")
        self._ids.setdefault(identifier, number)
        return identifier

    def _step(self, spec: StepSpec, service: ServiceName, path: NodePath, number: str, group: str | None) -> Step:
        document = self._scope.document
        identifier = self._id(spec.id, path, number)
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
            Eventually(spec.eventually.within, spec.eventually.every) if spec.eventually is not None else None,
            group,
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

    def _names_saved(self, node: dict[str, Node], path: NodePath, service: ServiceName | None) -> set[str]:
        saved = node.get("save")
        if not isinstance(saved, dict):
            return set()
        for name, written in saved.items():
            where = (*path, "save", name)
            if name in self._parameters:
                text = f"`{name}` is already a parameter; save the value by another name"
                self._scope.document.note(where, text, at_key=True)
            root = root_of(written.strip()) if isinstance(written, str) else ""
            if service is not None and root in ROOTS and root not in roots_of(service):
                possible = ", ".join(roots_of(service))
                self._scope.document.note(where, f"{service.value} brings no `{root}`; it brings {possible}")
        return set(saved)


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
        inside = {field.alias or name for name, field in params_of(service).model_fields.items()}
        if key in inside:
            return f"`{key}` belongs to the service: write `{service.value}: {{{key}: …}}`, or indent it below"
        if key in ALLOWED[service]:
            return f"`{key}` is an expectation: write `expect: {{{key}: …}}`, or indent it below `expect`"
    return unknown_key(path, key, keys)
