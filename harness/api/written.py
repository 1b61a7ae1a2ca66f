"""Scenario files that are written in Python: values as the text that a person would have typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

from harness.scenario.one_step import yaml_text
from harness.scenario.variables import Node


def as_yaml(tree: Mapping[str, object]) -> str:
    """The YAML of a tree of Python values; what is None is left out."""
    return yaml_text(_node(tree))


def _node(value: object) -> Node:
    if isinstance(value, Mapping):
        return {str(key): _node(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, Set | Sequence) and not isinstance(value, str | bytes):
        return [_node(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)
