"""`${name}` in scenario files: parameters, values saved by earlier steps, and the environment."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

Node = str | list["Node"] | dict[str, "Node"]
"""A part of a scenario file: nothing but texts in lists and mappings."""

NodePath = tuple[str | int, ...]
"""Where a node stands: the keys and positions that lead to it."""

ENVIRONMENT = "env."
"""What the name of an environment variable begins with."""

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""What parameters and saved values may be called."""

_REFERENCE = re.compile(r"\$\{([^{}]*)\}")


def child(node: Node | None, part: str | int) -> Node | None:
    """The part of a mapping or list; None when there is none."""
    if isinstance(node, dict) and isinstance(part, str):
        return node.get(part)
    if isinstance(node, list) and isinstance(part, int) and part < len(node):
        return node[part]
    return None


def references(node: Node, path: NodePath = ()) -> Iterator[tuple[NodePath, str]]:
    """Every `${name}` in the values of a tree, with the path of the text it stands in."""
    for where, text in _texts_at(node, path):
        for name in _REFERENCE.findall(text):
            yield where, name.strip()


def names_in(node: Node) -> set[str]:
    """The names of every `${name}` in the values of a tree."""
    return {name for _, name in references(node)}


def unfinished(node: Node, path: NodePath) -> Iterator[NodePath]:
    """Where a text has a `${` that no `}` ends."""
    for where, text in _texts_at(node, path):
        if "${" in _REFERENCE.sub("", text):
            yield where


def substitute(node: Node, values: Mapping[str, str]) -> Node:
    """A copy of a tree, its texts substituted."""
    if isinstance(node, str):
        return substitute_text(node, values)
    if isinstance(node, list):
        return [substitute(child, values) for child in node]
    return {key: substitute(child, values) for key, child in node.items()}


def substitute_text(text: str, values: Mapping[str, str]) -> str:
    """A text with the references that have a value replaced, once; others stay."""
    return _REFERENCE.sub(lambda found: values.get(found[1].strip(), found[0]), text)


def texts(node: Node) -> Iterator[str]:
    """Every text in a tree, keys left out."""
    for _, text in _texts_at(node, ()):
        yield text


def texts_under(node: Node, keys: frozenset[str]) -> Iterator[str]:
    """Every text that stands under one of these keys, wherever in a tree."""
    for where, text in _texts_at(node, ()):
        if not keys.isdisjoint(where):
            yield text


def _texts_at(node: Node, path: NodePath) -> Iterator[tuple[NodePath, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from _texts_at(child, (*path, index))
    else:
        for key, child in node.items():
            yield from _texts_at(child, (*path, key))
