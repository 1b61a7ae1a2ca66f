"""Attributes in scenario files: matching keys, values to generate, and demands on what was found.

Naming an attribute is what makes the loader read the data dictionary; files without attributes never do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator, WithJsonSchema

from harness.scenario.fields import described, kind_of, text_of, truth_of
from harness.scenario.mistakes import Mistakes
from harness.scenario.problems import suggestion
from harness.standard.attributes import Attribute, Attributes, AttributeValue, UnknownAttribute, resolve_attribute

V = TypeVar("V")

_INTEGER_VRS = {"US", "SS", "UL", "SL", "UV", "SV"}
_DEMANDS = "a value, or just one of `{matches: …}`, `{present: true}`, `{absent: true}` and `{one_of: […]}`"


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


def attribute_of(value: Any) -> Attribute:
    """The attribute of a keyword, name or tag. Raises ValueError with a sentence."""
    try:
        return resolve_attribute(text_of(value))
    except UnknownAttribute as error:
        raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None


def _by_keyword(convert: Callable[[Attribute, Any], V], *, required: bool = False) -> Callable[[Any], dict[str, V]]:
    """A validator of mappings from attributes to something; all mistakes are told at once."""

    def check(value: Any) -> dict[str, V]:
        if not isinstance(value, dict):
            raise ValueError(f"expected a mapping from attributes to values, found {kind_of(value)}")
        if required and not value:
            raise ValueError("the mapping is empty; name at least one attribute")
        result: dict[str, V] = {}
        mistakes = Mistakes()
        for name, written in value.items():
            with mistakes.at((name,), key=True):
                attribute = attribute_of(name)
                if attribute.keyword in result:
                    raise ValueError(f"`{name}` is {attribute.keyword}, which this mapping already has")
                with mistakes.at((name,)):
                    result[attribute.keyword] = convert(attribute, written)
        mistakes.raise_any()
        return result

    return check


def _text(written: Any) -> str:
    """Several values are joined as in a data set (PS3.5 6.4)."""
    if isinstance(written, list) and all(isinstance(part, str) for part in written):
        return "\\".join(written)
    if not isinstance(written, str):
        raise ValueError(f"expected a value or a list of values, found {kind_of(written)}")
    return written


def _items(attribute: Attribute, written: Any, of_item: Callable[[Any], Attributes]) -> Sequence[Attributes]:
    """The items of a sequence: a list of mappings, one mapping for one item, or nothing for none."""
    listed = [written] if isinstance(written, dict) else [] if written == "" else written
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        what = "write `{KEYWORD: value}` for one item, or a list of such"
        raise ValueError(f"{attribute.keyword} is a sequence, not {kind_of(written)}; {what}")
    if listed is not written:
        return [of_item(item) for item in listed]
    result = []
    mistakes = Mistakes()
    for index, item in enumerate(listed):
        with mistakes.at((index,)):
            result.append(of_item(item))
    mistakes.raise_any()
    return result


def _value(attribute: Attribute, written: Any) -> AttributeValue:
    if attribute.vr == "SQ":
        return _items(attribute, written, _by_keyword(_value))
    return _text(written)


def _key_value(attribute: Attribute, written: Any) -> AttributeValue:
    if attribute.vr == "SQ":
        items = _items(attribute, written, _by_keyword(_key_value))
        if len(items) > 1:
            raise ValueError(f"{attribute.keyword} has {len(items)} items; a matching key has one (PS3.4 C.2.2.2.6)")
        return items
    value = _text(written)
    if attribute.vr in _INTEGER_VRS and value and not re.fullmatch(r"-?[0-9]{1,19}", value):
        raise ValueError(f"{attribute.keyword} is a whole number, not `{value}`")
    return value


def _demand(attribute: Attribute, written: Any) -> str | ValueExpectation:
    if isinstance(written, ValueExpectation):
        return written
    if not isinstance(written, dict):
        return _text(written)
    if len(written) != 1 or set(written) - {"matches", "present", "absent", "one_of"}:
        raise ValueError(f"expected {_DEMANDS}")
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


_TEXTS: list[dict[str, Any]] = [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
_ITEM: dict[str, Any] = {"type": "object", "description": "an item of a sequence: values by attribute"}
_VALUE = {"anyOf": [*_TEXTS, _ITEM, {"type": "array", "items": _ITEM}]}
_DEMAND = {
    "anyOf": [
        *_TEXTS,
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
    ]
}


def _schema(value: dict[str, Any]) -> WithJsonSchema:
    return WithJsonSchema({"type": "object", "additionalProperties": value})


Keyword = Annotated[
    str,
    PlainValidator(lambda value: attribute_of(value).keyword),
    described("an attribute by keyword, name or tag"),
]
AttributeValues = Annotated[Mapping[str, Any], PlainValidator(_by_keyword(_value)), _schema(_VALUE)]
MatchingKeys = Annotated[Mapping[str, Any], PlainValidator(_by_keyword(_key_value)), _schema(_VALUE)]
Demands = Annotated[
    dict[str, str | ValueExpectation], PlainValidator(_by_keyword(_demand, required=True)), _schema(_DEMAND)
]
