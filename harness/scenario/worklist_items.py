"""Worklist items of peers: written out as values by attribute, or files that hold them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import PlainValidator, WithJsonSchema

from harness.errors import ScenarioError
from harness.scenario.attributes import attribute_values
from harness.scenario.fields import kind_of
from harness.scenario.mistakes import Mistakes
from harness.scenario.nodes import Document, parse
from harness.scenario.problems import render_all
from harness.standard.attributes import Attributes

YAML_SUFFIXES = frozenset((".yaml", ".yml"))


def _entries(value: Any) -> list[str | Attributes]:
    listed = [value] if isinstance(value, str | dict) and value else value or []
    if not isinstance(listed, list):
        raise ValueError(f"expected files and worklist items, found {kind_of(value)}")
    found: list[str | Attributes] = []
    mistakes = Mistakes()
    for index, entry in enumerate(listed):
        with mistakes.at((index,) if listed is value else ()):
            if isinstance(entry, str) and entry:
                found.append(entry)
            else:
                found.append(attribute_values(entry))
    mistakes.raise_any()
    return found


_ENTRY = {
    "anyOf": [
        {"type": "string", "description": "a file or a folder of files"},
        {"type": "object", "description": "a worklist item: values by attribute"},
    ]
}
WorklistEntries = Annotated[
    list[Any],
    PlainValidator(_entries),
    WithJsonSchema(
        {
            "description": "files and folders of worklist items, and items written as mappings",
            "anyOf": [*_ENTRY["anyOf"], {"type": "array", "items": _ENTRY}],
        }
    ),
]


def read_items(path: Path) -> list[Attributes]:
    """The items of a YAML file: a list of mappings, or a single one. Raises `ScenarioError` with every mistake."""
    document = parse(path, str(path))
    items = _items_of(document) if document.is_parsed else []
    if document.problems:
        raise ScenarioError("\n\n".join(render_all(document.problems, document.lines)))
    return items


def _items_of(document: Document) -> list[Attributes]:
    listed = document.root if isinstance(document.root, list) else [document.root]
    found = []
    for index, item in enumerate(listed):
        place = (index,) if listed is document.root else ()
        try:
            found.append(attribute_values(item))
        except Mistakes as mistakes:
            for mistake in mistakes.found:
                document.note((*place, *mistake.path), mistake.message, at_key=mistake.key)
        except ValueError as error:
            document.note(place, str(error))
    return found
