"""Which YAML files are scenario files: other programs use YAML too, and theirs are not ours to judge."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.pytest_plugin.options import INI_PATTERNS

if TYPE_CHECKING:
    from harness.scenario.nodes import Document
    from harness.scenario.variables import Node

_MOST_READ = 1 << 20
_BLOCK = re.compile(rb"""^["']?scenarios["']?[ \t]*:""", re.MULTILINE)
_FLOW = re.compile(rb"""\A(?:\xef\xbb\xbf)?(?:\s|\#[^\n]*\n|---)*\{.*\bscenarios\b""", re.DOTALL)
_VERSION = re.compile(rb"""^["']?version["']?[ \t]*:[ \t]*["']?1["']?[ \t]*(?:\#.*)?\r?$""", re.MULTILINE)
_OF_A_SCENARIO = frozenset({"id", "peer", "steps"})


def scenario_document(path: Path, config: pytest.Config) -> Document | None:
    """The tree of a scenario file, with mistakes or without; None for any other file.

    A scenario file has `version` and `scenarios`, and there something with two of `id`, `peer` and `steps`. Where the
    YAML itself is broken, `scenarios` and `version: 1` at the beginning of lines are enough.
    """
    if not _is_wanted(path, config):
        return None
    try:
        with path.open("rb") as stream:
            data = stream.read(_MOST_READ)
    except OSError:
        return None
    if not (_BLOCK.search(data) or _FLOW.match(data)):
        return None
    from harness.scenario.nodes import parse

    document = parse(path, _shown(path, config))
    if document.is_parsed:
        return document if _has_scenarios(document.root) else None
    return document if _BLOCK.search(data) and _VERSION.search(data) else None


def _is_wanted(path: Path, config: pytest.Config) -> bool:
    shown = _shown(path, config)
    return any(fnmatchcase(name, pattern) for pattern in config.getini(INI_PATTERNS) for name in (path.name, shown))


def _shown(path: Path, config: pytest.Config) -> str:
    root = config.rootpath
    return str(path.relative_to(root)) if path.is_relative_to(root) else str(path)


def _has_scenarios(root: Node) -> bool:
    if not isinstance(root, dict) or "version" not in root:
        return False
    scenarios = root.get("scenarios")
    if not isinstance(scenarios, list):
        return False
    return any(isinstance(entry, dict) and len(_OF_A_SCENARIO & entry.keys()) > 1 for entry in scenarios)
