"""JSON schemas held more strictly than their readers hold them."""

from __future__ import annotations

from typing import Any


def closed(schema: Any) -> Any:
    """A schema without room for keys that it does not name: what we write must all be described."""
    if isinstance(schema, dict):
        result = {key: closed(value) for key, value in schema.items()}
        if "required" in result:
            result.setdefault("additionalProperties", False)
        return result
    return [closed(part) for part in schema] if isinstance(schema, list) else schema
