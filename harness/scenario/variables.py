"""`${name}` in scenario files: parameters, values saved by earlier steps, and the environment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from harness.scenario.nodes import Node, NodePath

_REFERENCE = re.compile(r"\$\{([^}]*)\}")
ENVIRONMENT = "env."


def references(node: Node, path: NodePath) -> Iterator[tuple[NodePath, str]]:
    """Every `${name}` in the values of a tree, with the path of the text it stands in."""
    if isinstance(node, str):
        for name in _REFERENCE.findall(node):
            yield path, name.strip()
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from references(child, (*path, index))
    else:
        for key, child in node.items():
            yield from references(child, (*path, key))


def substitute(node: Node, values: Mapping[str, str]) -> Node:
    """A copy of a tree with the references that have a value replaced; others stay."""
    return _map(node, lambda text: _REFERENCE.sub(lambda found: values.get(found[1].strip(), found[0]), text))


def has_reference(text: object) -> bool:
    """Whether a text still holds a `${name}`."""
    return isinstance(text, str) and _REFERENCE.search(text) is not None


def texts(node: Node) -> Iterator[str]:
    """Every text in a tree, keys left out."""
    if isinstance(node, str):
        yield node
    else:
        for child in node.values() if isinstance(node, dict) else node:
            yield from texts(child)


def _map(node: Node, change: Callable[[str], str]) -> Node:
    if isinstance(node, str):
        return change(node)
    if isinstance(node, list):
        return [_map(child, change) for child in node]
    return {key: _map(child, change) for key, child in node.items()}
