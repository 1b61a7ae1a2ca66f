"""A scenario file with one step, made from a command line.

Its tree is read by the same reader as that of any scenario file. The command line is its source: a mistake is told with
its place there. As YAML it is a scenario file that does the same.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from yaml.emitter import Emitter
from yaml.representer import SafeRepresenter
from yaml.resolver import BaseResolver
from yaml.serializer import Serializer

from harness.scenario.load import load_document
from harness.scenario.model import ScenarioFile
from harness.scenario.nodes import Document
from harness.scenario.problems import Mark
from harness.scenario.service_names import ServiceName
from harness.scenario.variables import Node, NodePath

PEER_NAME = "peer"
"""What the one peer is called."""

_FILE = "command line"
_STEP: NodePath = ("scenarios", 0, "steps", 0)


class OneStep:
    """A step that grows option by option. `line` is the command line; marks are places in it."""

    def __init__(self, service: ServiceName, line: str) -> None:
        self.service = service
        self._step: dict[str, Node] = {service.value: {}}
        self._root: dict[str, Node] = {
            "version": "1",
            "local": {},
            "peers": {PEER_NAME: {}},
            "scenarios": [{"id": service.value, "peer": PEER_NAME, "steps": [self._step]}],
        }
        self._document = Document(_FILE, Path("adhoc.yaml"), is_parsed=True, lines=[line])
        self._document.marks.update(dict.fromkeys([(), ("scenarios", 0), _STEP], Mark(1, 1)))

    def local(self, key: str, value: str, mark: Mark) -> None:
        """Say something of ourselves."""
        self._put(("local", key), value, mark)

    def peer(self, key: str, value: str | list[str], mark: Mark) -> None:
        """Say something of the peer."""
        self._put(("peers", PEER_NAME, key), list(value) if isinstance(value, list) else value, mark)

    def peer_part(self, path: NodePath, value: str, mark: Mark) -> None:
        """Say something of the peer that stands deeper."""
        self._put(("peers", PEER_NAME, *path), value, mark)

    def param(self, path: NodePath, value: str, mark: Mark, key_mark: Mark | None = None) -> None:
        """Set a parameter of the step; a position just beyond the end of a list adds to the list."""
        self._put((*_STEP, self.service.value, *path), value, mark)
        if key_mark is not None:
            self._document.key_marks[(*_STEP, self.service.value, *path)] = key_mark

    def expect(self, key: str, value: str, mark: Mark) -> None:
        """Expect something of the step."""
        self._put((*_STEP, "expect", key), value, mark)

    def given(self, path: NodePath) -> Node | None:
        """What a parameter of the step is so far."""
        self._document.root = self._root
        return self._document.at((*_STEP, self.service.value, *path))

    def mistake(self, mark: Mark, message: str) -> None:
        """Note what is wrong with the command line itself."""
        self._document.note_at(mark, message)

    def _put(self, path: NodePath, value: Node, mark: Mark) -> None:
        node: Node = self._root
        where: NodePath = ()
        for part, following in zip(path, [*path[1:], None], strict=True):
            new: Node = value if following is None else [] if isinstance(following, int) else {}
            where = (*where, part)
            self._document.marks.setdefault(where, mark)
            if isinstance(node, list) and isinstance(part, int):
                if part == len(node):
                    node.append(new)
                node = node[part]
            else:
                assert isinstance(node, dict)
                assert isinstance(part, str)
                if following is None or not isinstance(node.get(part), list | dict):
                    node[part] = new
                node = node[part]
        self._document.marks[path] = mark

    @property
    def tree(self) -> dict[str, Node]:
        """The whole file; what says nothing is left out."""
        return {key: value for key, value in self._root.items() if value != {}}

    def load(self) -> ScenarioFile:
        """The scenario file. Raises `ScenarioError` with every mistake."""
        self._document.root = self.tree
        return load_document(self._document)

    def to_yaml(self) -> str:
        """The text of a scenario file that does the same."""
        return yaml_text(self.tree)


def yaml_text(tree: Node) -> str:
    """A tree as the text of a file, as a person would write it."""
    return yaml.dump(tree, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


class _Dumper(Emitter, Serializer, SafeRepresenter, BaseResolver):
    """Writes texts without quotes unless the syntax needs them: scenario files take every plain scalar as text."""

    def __init__(self, stream: Any, **options: Any) -> None:
        Emitter.__init__(self, stream, width=options["width"], allow_unicode=options["allow_unicode"])
        Serializer.__init__(self)
        SafeRepresenter.__init__(self, sort_keys=False)
        BaseResolver.__init__(self)

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Lists are indented below their keys, as in the documentation."""
        Emitter.increase_indent(self, flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Nothing is shared."""
        return True
