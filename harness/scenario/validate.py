"""pydantic models on trees of text, with pydantic's findings as sentences at the right place."""

from __future__ import annotations

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from harness.scenario.nodes import Document, Node, NodePath
from harness.scenario.problems import did_you_mean
from harness.scenario.variables import has_reference

M = TypeVar("M", bound=BaseModel)


def validated(document: Document, model: type[M], node: Node, path: NodePath, *, later: bool = False) -> M | None:
    """The model of a node, or None with the problems noted in the document.

    With `later`, values that still hold a `${name}` are left for the run and cause no problem.
    """
    if node == "":
        node = {}
    if not isinstance(node, dict):
        document.note(path, f"expected a mapping, found {_kind(node)}")
        return None
    try:
        return model.model_validate(node)
    except ValidationError as error:
        for finding in error.errors(include_url=False):
            _note(document, model, finding, node, path, later)
        return None


def _kind(node: object) -> str:
    kinds: dict[type, str] = {str: "text", list: "a list", dict: "a mapping"}
    return kinds.get(type(node), "nothing")


def _note(document: Document, model: type[BaseModel], finding: Any, node: Node, path: NodePath, later: bool) -> None:
    location, inner = _locate(node, finding["loc"])
    kind, value = finding["type"], finding["input"]
    if later and (has_reference(inner) or has_reference(value)):
        return
    where = (*path, *location)
    if kind == "missing":
        document.note(where[:-1], f"`{finding['loc'][-1]}` is missing")
    elif kind == "extra_forbidden":
        key = str(finding["loc"][-1])
        document.note(where, f"unknown key `{key}`{_allowed(key, _keys_at(model, finding['loc'][:-1]))}", at_key=True)
    else:
        document.note(where, _sentence(kind, finding, value))


def _locate(node: Node, location: tuple[int | str, ...]) -> tuple[NodePath, object]:
    """The part of pydantic's location that exists in the tree: it also names alternatives of unions."""
    path: list[int | str] = []
    current: Any = node
    for index, part in enumerate(location):
        is_last = index == len(location) - 1
        if isinstance(current, dict) and part in current:
            current = current[part]
        elif isinstance(current, list) and isinstance(part, int) and part < len(current):
            current = current[part]
        elif isinstance(current, dict) and is_last and isinstance(part, str) and part.isidentifier():
            return (*path, part), None
        else:
            continue
        path.append(part)
    return tuple(path), current


def _keys_at(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """The keys allowed at a location: those of the model that pydantic was in."""
    current: type[BaseModel] = model
    for part in location:
        field = next((f for name, f in current.model_fields.items() if part in (name, f.alias)), None)
        found = _model_in(field.annotation) if field is not None else None
        if found is not None:
            current = found
    return [field.alias or name for name, field in current.model_fields.items()]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _model_in(argument)
        if found is not None:
            return found
    return None


def _allowed(key: str, keys: list[str]) -> str:
    return f"{did_you_mean(key, keys)} (allowed: {', '.join(sorted(keys))})"


def _sentence(kind: str, finding: Any, value: object) -> str:
    context = finding.get("ctx", {})
    shown = f"`{value}`" if isinstance(value, str) else _kind(value)
    if kind == "value_error":
        return str(context["error"])
    if kind == "enum":
        names = [name.strip().strip("'") for name in context["expected"].replace(" or ", ", ").split(",")]
        hint = did_you_mean(str(value), names) if isinstance(value, str) else ""
        return f"{shown} is not allowed here{hint} (allowed: {', '.join(names)})"
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return f"{shown} is not a whole number"
    if kind in ("bool_parsing", "bool_type"):
        return f"{shown} is neither `true` nor `false`"
    if kind in _LIMITS:
        word, key = _LIMITS[kind]
        return f"{shown} is {word} {context[key]}"
    if kind == "too_short":
        return "the list is empty; name at least one"
    if kind == "too_long":
        return f"the list has {context['actual_length']} entries; at most {context['max_length']} are allowed"
    wanted = _WANTED.get(kind)
    return f"expected {wanted}, found {shown}" if wanted else str(finding["msg"])


_LIMITS = {
    "greater_than_equal": ("less than", "ge"),
    "less_than_equal": ("more than", "le"),
}
_WANTED = {
    "string_type": "text",
    "list_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
