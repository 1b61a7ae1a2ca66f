"""YAML to a plain tree of dicts, lists and texts, with the place of every node.

Nothing is guessed: every scalar stays the text that was typed. Duplicate keys and tags are refused, and aliases
may not blow the document up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from harness.scenario.problems import Mark, Problem

LARGEST_FILE = 1 << 20
"""Bytes of the largest scenario file that is read."""

MOST_NODES = 200_000
"""Nodes after the expansion of aliases."""

Node = str | list["Node"] | dict[str, "Node"]
NodePath = tuple[str | int, ...]

_STRING_TAG = "tag:yaml.org,2002:str"


@dataclass(slots=True)
class Document:
    """A parsed file. `marks` has the place of each value, `key_marks` that of each key."""

    file: str
    path: Path
    root: Node = ""
    lines: list[str] = field(default_factory=list)
    marks: dict[NodePath, Mark] = field(default_factory=dict)
    key_marks: dict[NodePath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def note(self, path: NodePath, message: str, *, at_key: bool = False) -> None:
        """Add a problem at a node, or at its key; at its parent when the node itself is not there."""
        mark = self.key_marks.get(path) if at_key else None
        while mark is None:
            mark = self.marks.get(path)
            if mark is None and not path:
                mark = Mark(1, 1)
            path = path[:-1]
        self.problems.append(Problem(self.file, mark.line, mark.column, message))


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes; the base resolver leaves every plain scalar a text."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)


def parse(path: Path, file: str) -> Document:
    """Read and parse a file; all mistakes are in `problems`, a syntax error alone."""
    document = Document(file, path)
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            return _hopeless(document, f"the file has {size} bytes; at most {LARGEST_FILE} (1 MiB) are read")
        data = path.read_bytes()
    except OSError as error:
        return _hopeless(document, f"the file cannot be read: {error.strerror}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        column = error.start - data.rfind(b"\n", 0, error.start)
        message = f"the file is not UTF-8: byte {data[error.start]:02X}H"
        document.problems.append(Problem(file, line, column, message))
        return document
    document.lines = text.splitlines()
    _compose(document, text)
    return document


def _hopeless(document: Document, message: str) -> Document:
    document.problems.append(Problem(document.file, 1, 1, message))
    return document


def _compose(document: Document, text: str) -> None:
    try:
        root = _Loader(text).get_single_node()
        if root is None:
            document.note((), "the file is empty")
            return
        document.root = _Converter(document).convert(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = error.problem or error.context or "cannot be parsed"
        document.problems = [Problem(document.file, line, column, f"not valid YAML: {what}")]
    except ReaderError as error:
        before = text[: error.position]
        line, column = before.count("\n") + 1, error.position - before.rfind("\n")
        message = f"not valid YAML: the character {chr(error.character)!a} is not allowed"
        document.problems = [Problem(document.file, line, column, message)]
    except RecursionError:
        document.problems = [Problem(document.file, 1, 1, "the file is nested too deeply")]
    except _TooManyNodes:
        message = f"aliases expand to more than {MOST_NODES} nodes"
        document.problems = [Problem(document.file, 1, 1, message)]


class _TooManyNodes(Exception):
    pass


class _Converter:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0

    def convert(self, node: yaml.Node, path: NodePath) -> Node:
        self.count += 1
        if self.count > MOST_NODES:
            raise _TooManyNodes
        self.document.marks[path] = Mark(node.start_mark.line + 1, node.start_mark.column + 1)
        if isinstance(node, yaml.ScalarNode):
            if node.tag != _STRING_TAG:
                self.document.note(path, f"tags such as `{node.tag}` are not allowed; values are plain text")
            return str(node.value)
        if isinstance(node, yaml.SequenceNode):
            return [self.convert(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._mapping(node, path)

    def _mapping(self, node: yaml.Node, path: NodePath) -> dict[str, Node]:
        result: dict[str, Node] = {}
        for key_node, value_node in node.value:
            mark = Mark(key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.problems.append(
                    Problem(self.document.file, mark.line, mark.column, "a key must be plain text")
                )
                continue
            key = str(key_node.value)
            if key in result:
                first = self.document.key_marks[(*path, key)].line
                message = f"the key `{key}` occurs twice; the first is in line {first}"
                self.document.problems.append(Problem(self.document.file, mark.line, mark.column, message))
                continue
            self.document.key_marks[(*path, key)] = mark
            result[key] = self.convert(value_node, (*path, key))
        return result
