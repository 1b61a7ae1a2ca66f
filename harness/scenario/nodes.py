"""YAML to a plain tree of mappings, lists and texts, with the place of every node.

Nothing is guessed: every scalar stays the text that was typed. Duplicate keys and tags are refused, and aliases
may not blow the document up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader, ReaderError
from yaml.resolver import BaseResolver
from yaml.scanner import Scanner

from harness.scenario.problems import Mark, Problem
from harness.scenario.syntax import TooMuch, syntax_problem
from harness.scenario.variables import ENVIRONMENT, Node, NodePath, child, names_in

LARGEST_FILE = 1 << 20
"""Bytes of the largest scenario file that is read."""

MOST_NODES = 100_000
"""Nodes after the expansion of aliases."""

DEEPEST = 64
"""Levels of nesting, aliases expanded."""

_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
"""What YAML 1.1 ends a line with, so that lines are counted as the parser counts them."""

_TAGS = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))
"""What nodes without a tag have."""


@dataclass(slots=True)
class Document:
    """A parsed file. `marks` has the place of each value, `key_marks` that of each key.

    Unless `is_parsed`, it could not be read or has a syntax error, and `root` is nothing.
    `hidden` are names of variables whose values no message may show, beside those of the environment.
    """

    file: str
    path: Path
    root: Node = ""
    is_parsed: bool = False
    lines: list[str] = field(default_factory=list)
    marks: dict[NodePath, Mark] = field(default_factory=dict)
    key_marks: dict[NodePath, Mark] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    hidden: frozenset[str] = frozenset()

    def at(self, path: NodePath) -> Node | None:
        """What was typed at a path, variables and all; None when there is no such node."""
        node: Node | None = self.root
        for part in path:
            node = child(node, part)
        return node

    def note(self, path: NodePath, message: str, *, at_key: bool = False) -> None:
        """Add a problem at a node, or at its key; at its parent when the node itself is not there.

        The message quotes nothing but what was typed.
        """
        mark = self.key_marks.get(path) if at_key else None
        while mark is None:
            mark = self.marks.get(path) or (None if path else Mark(1, 1))
            path = path[:-1]
        self.note_at(mark, message)

    def note_value(self, path: NodePath, message: str, *, at_key: bool = False, expected: str = "") -> None:
        """Add a problem whose message may quote values.

        Where one of them is hidden, the message only tells its name, and what is expected.
        """
        hidden = [] if at_key else self._hidden_names(path)
        if hidden:
            names = " and ".join(f"`${{{name}}}`" for name in hidden)
            message = f"the value of {names} does not fit here" + (f"; expected: {expected}" if expected else "")
        self.note(path, message, at_key=at_key)

    def note_at(self, mark: Mark, message: str) -> None:
        """Add a problem at a place."""
        self.problems.append(Problem(self.file, mark.line, mark.column, message))

    def _hidden_names(self, path: NodePath) -> list[str]:
        node = self.at(path)
        names = names_in(node) if node is not None else ()
        return sorted(name for name in names if name.startswith(ENVIRONMENT) or name in self.hidden)


class _Loader(Reader, Scanner, Parser, Composer, BaseResolver):
    """Composes nodes; the base resolver leaves every plain scalar a text."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)
        BaseResolver.__init__(self)
        self._depth = 0
        self._count = 0

    def compose_node(self, parent: yaml.Node | None, index: object) -> yaml.Node | None:
        """The next node, within the limits."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # the stubs leave it out
        self._depth += 1
        self._count += 1
        _check_limits(self._depth, self._count, mark)
        node = Composer.compose_node(self, parent, index)  # type: ignore[arg-type]  # the stubs know no lists
        self._depth -= 1
        return node


def _check_limits(depth: int, count: int, mark: yaml.Mark) -> None:
    if depth > DEEPEST:
        raise TooMuch(None, None, f"the file is nested more than {DEEPEST} levels deep", mark)
    if count > MOST_NODES:
        raise TooMuch(None, None, f"the file has more than {MOST_NODES} values, aliases expanded", mark)


def parse(path: Path, file: str) -> Document:
    """Read and parse a file; all mistakes are in `problems`, a syntax error alone."""
    document = Document(file, path)
    text = read_text(document)
    if text is None:
        return document
    _take(document, text)
    return document


def parse_text(text: str, file: str, path: Path) -> Document:
    """Parse a text as if it were in a file at `path`, which need not be there."""
    document = Document(file, path)
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST_FILE:
        document.note((), f"the text is larger than 1 MiB ({LARGEST_FILE} bytes), the most that is read")
    else:
        _take(document, text)
    return document


def _take(document: Document, text: str) -> None:
    document.lines = _LINE_BREAK.split(text)
    _compose(document, text)


def read_text(document: Document) -> str | None:
    """The text of the file of a document; None where it cannot be read, which is noted."""
    try:
        with document.path.open("rb") as stream:
            data = stream.read(LARGEST_FILE + 1)
    except OSError as error:
        document.note((), f"the file cannot be read: {error.strerror}")
        return None
    if len(data) > LARGEST_FILE:
        document.note((), f"the file is larger than 1 MiB ({LARGEST_FILE} bytes), the most that is read")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        _note_not_utf8(document, data, error.start)
        return None


def _note_not_utf8(document: Document, data: bytes, position: int) -> None:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        document.note((), "the file is UTF-16; save it as UTF-8")
        return
    document.lines = _LINE_BREAK.split(data.decode("utf-8", "replace"))
    mark = _mark_after(data[:position].decode("utf-8"))
    document.note_at(mark, f"the file is not UTF-8: it has the byte {data[position]:02X}H here; save it as UTF-8")


def _mark_after(text: str) -> Mark:
    lines = _LINE_BREAK.split(text)
    return Mark(len(lines), len(lines[-1]) + 1)


def _compose(document: Document, text: str) -> None:
    loader = None
    try:
        loader = _Loader(text)
        root = loader.get_single_node()
        if root is None:
            document.note((), "the file is empty")
            return
        document.root = _Converter(document).convert(root, ())
        document.is_parsed = True
    except yaml.MarkedYAMLError as error:
        document.problems = []
        document.note_at(*syntax_problem(error, document.lines))
    except ReaderError as error:
        message = f"not valid YAML: the character U+{ord(text[error.position]):04X} is not allowed"
        document.note_at(_mark_after(text[: error.position]), message)
    except (ValueError, OverflowError):
        # PyYAML lets through what int() and chr() raise on absurd versions and escapes.
        mark = Mark(loader.line + 1, loader.column + 1) if loader is not None else Mark(1, 1)
        document.note_at(mark, "not valid YAML: a number in an escape or a directive is out of range")


class _Converter:
    """Nodes to the plain tree, aliases expanded within the limits."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.count = 0
        self._inside: set[int] = set()

    def convert(self, node: yaml.Node, path: NodePath) -> Node:
        """The tree below a node; notes marks and problems in the document."""
        self.count += 1
        _check_limits(len(path), self.count, node.start_mark)
        if id(node) in self._inside:
            raise TooMuch(None, None, "an alias to this stands inside it, which makes it endless", node.start_mark)
        self.document.marks[path] = _mark(node)
        if node.tag not in _TAGS:
            self.document.note(path, f"tags such as `{node.tag}` are not allowed; every value is plain text")
        if isinstance(node, yaml.ScalarNode):
            return self._text(node, path)
        self._inside.add(id(node))
        result = self._list(node, path) if isinstance(node, yaml.SequenceNode) else self._mapping(node, path)
        self._inside.discard(id(node))
        return result

    def _list(self, node: yaml.SequenceNode, path: NodePath) -> Node:
        return [self.convert(entry, (*path, index)) for index, entry in enumerate(node.value)]

    def _text(self, node: yaml.ScalarNode, path: NodePath) -> str:
        text = str(node.value)
        try:
            # Escapes may give a character beyond U+FFFF as two surrogates, as JSON does.
            return text.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            self.document.note(path, "the text has half a character: a surrogate without its other half")
            return "\N{REPLACEMENT CHARACTER}"

    def _mapping(self, node: yaml.Node, path: NodePath) -> Node:
        result: dict[str, Node] = {}
        for key_node, value_node in node.value:
            mark = _mark(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self.document.note_at(mark, "a key is one word, not a list or a mapping; does `${…}` lack its quotes?")
                continue
            key = self._text(key_node, path)
            if key in result:
                first = self.document.key_marks[(*path, key)].line
                self.document.note_at(mark, f"the key `{key}` occurs twice; the first is in line {first}")
                continue
            self.document.key_marks[(*path, key)] = mark
            result[key] = self.convert(value_node, (*path, key))
        return result


def _mark(node: yaml.Node) -> Mark:
    return Mark(node.start_mark.line + 1, node.start_mark.column + 1)
