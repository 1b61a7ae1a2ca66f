"""Demands on the attributes of what was found, sequences and paths into them included."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import PlainValidator

from harness.scenario.attributes import TEXTS, attribute_path, by_attribute, items_of, schema_of, text_value
from harness.scenario.fields import text_of, truth_of
from harness.standard.attributes import Attribute

_KINDS = ("matches", "present", "absent", "one_of")
_FORMS = "a value, or just one of `{matches: …}`, `{present: true}`, `{absent: true}` and `{one_of: […]}`"


@dataclass(frozen=True, slots=True)
class ValueExpectation:
    """A demand on one attribute value that is more than equality; just one field is set.

    `matches` is a regular expression for the whole value, `present` asks for an attribute with a value, `absent` for
    one that is missing or empty, `one_of` lists the values that are allowed.
    """

    matches: str | None = None
    present: bool | None = None
    absent: bool | None = None
    one_of: tuple[str, ...] | None = None


Demand = str | ValueExpectation | Sequence["DemandsByPath"]
"""A value, more than a value, or the demands on each item of a sequence, which has no others."""
DemandsByPath = Mapping[str, Demand]
"""Demands by keyword, or by a path such as `ScheduledProcedureStepSequence[0].Modality`."""


def _demand(attribute: Attribute, written: Any) -> Demand:
    if isinstance(written, ValueExpectation):
        return written
    if isinstance(written, dict) and (attribute.vr != "SQ" or set(written) & set(_KINDS)):
        return _more_than_a_value(written)
    if attribute.vr == "SQ":
        return items_of(attribute, written, by_attribute(_demand, attribute_path, required=True))
    return text_value(written)


def _more_than_a_value(written: dict[str, Any]) -> ValueExpectation:
    if len(written) != 1 or set(written) - set(_KINDS):
        raise ValueError(f"expected {_FORMS}")
    [(kind, what)] = written.items()
    if kind == "matches":
        return ValueExpectation(matches=_pattern(text_of(what)))
    if kind == "one_of":
        return ValueExpectation(one_of=tuple(_choices(what)))
    if kind == "present":
        return ValueExpectation(present=truth_of(what))
    return ValueExpectation(absent=truth_of(what))


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"`{text}` is not a regular expression: {error}") from None
    return text


def _choices(value: Any) -> Iterable[str]:
    if not isinstance(value, list) or not value or not all(isinstance(choice, str) for choice in value):
        raise ValueError("`one_of` takes a list of values, at least one")
    return value


_ITEM: dict[str, Any] = {
    "type": "object",
    "description": "the one item of a sequence: demands by attribute",
    "propertyNames": {"not": {"enum": [*_KINDS]}},
    "minProperties": 1,
}
_SCHEMA = {
    "anyOf": [
        *TEXTS,
        {
            "type": "object",
            "properties": {
                "matches": {"type": "string", "description": "a regular expression that the whole value matches"},
                "present": {"type": "boolean", "description": "the attribute is there with a value"},
                "absent": {"type": "boolean", "description": "the attribute is missing or empty"},
                "one_of": {"type": "array", "items": {"type": "string"}, "description": "the value is one of these"},
            },
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        },
        _ITEM,
        {"type": "array", "items": _ITEM},
    ]
}

Demands = Annotated[
    dict[str, Any], PlainValidator(by_attribute(_demand, attribute_path, required=True)), schema_of(_SCHEMA)
]
