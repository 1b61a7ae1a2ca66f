"""JSON schemas held more strictly than their readers hold them."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from harness.results.schemas import SCHEMAS


def closed(schema: Any) -> Any:
    """A schema without room for keys that it does not name: what we write must all be described."""
    if isinstance(schema, dict):
        result = {key: closed(value) for key, value in schema.items()}
        if "required" in result:
            result.setdefault("additionalProperties", False)
        return result
    return [closed(part) for part in schema] if isinstance(schema, list) else schema


@cache
def validator(name: str) -> Draft202012Validator:
    """Holds what we write against its schema, closed."""
    return Draft202012Validator(closed(json.loads(SCHEMAS[name].read_text(encoding="utf-8"))))


def check_printed(name: str, printed: object) -> None:
    """What a command printed is as its schema says; the first thing that is not is told."""
    for error in validator(name).iter_errors(printed):
        raise AssertionError(f"{name}: {error.json_path}: {error.message}")
