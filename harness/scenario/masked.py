"""The text of a scenario or peers file for others to read: as it is written, but for the secrets in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from harness.scenario.params.association import SECRET_KEYS

MASK = "<secret>"

_AROUND = re.compile(r"\A(?P<anchor>(?:&\S+\s+)?).*?(?P<end>\s*)\Z", re.DOTALL)
"""What belongs to the place of a scalar and is none of its value: an anchor, and the line break that ends a block."""


def text_without_secrets(text: str) -> str:
    """The text of a file with whatever stands below a secret key masked.

    A file that is no YAML is masked as a whole, for nobody knows what is in it.
    """
    try:
        root = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError:
        return MASK + "\n"
    for start, end in sorted(set(_secret_places(root)), reverse=True):
        text = text[:start] + _AROUND.sub(rf"\g<anchor>{MASK}\g<end>", text[start:end]) + text[end:]
    return text


def _secret_places(root: Node | None) -> Iterator[tuple[int, int]]:
    """Where secrets begin and end. A node that aliases lead to is looked at once."""
    waiting: list[tuple[Node | None, bool]] = [(root, False)]
    seen: set[tuple[int, bool]] = set()
    while waiting:
        node, secret = waiting.pop()
        if node is None or (id(node), secret) in seen:
            continue
        seen.add((id(node), secret))
        if isinstance(node, ScalarNode) and secret:
            yield node.start_mark.index, node.end_mark.index
        waiting += _below(node, secret)


def _below(node: Node, secret: bool) -> list[tuple[Node | None, bool]]:
    if isinstance(node, SequenceNode):
        return [(part, secret) for part in node.value]
    if isinstance(node, MappingNode):
        return [(value, secret or key.value in SECRET_KEYS) for key, value in node.value]
    return []
