"""Attributes in scenario files: matching keys, keys to return, and values to generate.

Naming an attribute is what makes the loader read the data dictionary; files without attributes never do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import PlainValidator, WithJsonSchema

from harness.scenario.fields import described, kind_of, text_of
from harness.scenario.mistakes import Mistakes
from harness.scenario.problems import suggestion
from harness.standard.attributes import Attribute, Attributes, AttributeValue, UnknownAttribute, resolve_attribute

V = TypeVar("V")

_STEP = re.compile(r"(?P<sequence>[^\[\]]+)\[(?P<index>[0-9]{1,4})\]\.")


def attribute_of(value: Any) -> Attribute:
    """The attribute of a keyword, name or tag. Raises ValueError with a sentence."""
    try:
        return resolve_attribute(text_of(value))
    except UnknownAttribute as error:
        raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None


def keyword_and_attribute(name: Any) -> tuple[str, Attribute]:
    """An attribute and its keyword. Raises ValueError with a sentence."""
    attribute = attribute_of(name)
    return attribute.keyword, attribute


def attribute_path(name: Any) -> tuple[str, Attribute]:
    """An attribute, or one in an item of a sequence: `ScheduledProcedureStepSequence[0].Modality`; by keywords.

    Raises ValueError with a sentence.
    """
    text, path = text_of(name), ""
    while found := _STEP.match(text):
        sequence = attribute_of(found["sequence"].strip())
        if sequence.vr != "SQ":
            raise ValueError(f"{sequence.keyword} is no sequence; only a sequence has items")
        path += f"{sequence.keyword}[{int(found['index'])}]."
        text = text[found.end() :]
    if text.endswith("]"):
        raise ValueError(f"`{name}` is an item; name an attribute in it, such as `{name}.Modality`")
    attribute = attribute_of(text)
    return path + attribute.keyword, attribute


def by_attribute(
    convert: Callable[[Attribute, Any], V],
    named: Callable[[Any], tuple[str, Attribute]] = keyword_and_attribute,
    *,
    required: bool = False,
) -> Callable[[Any], dict[str, V]]:
    """A validator of mappings from attributes, as `named` reads them, to something; all mistakes are told at once."""

    def check(value: Any) -> dict[str, V]:
        if not isinstance(value, dict):
            raise ValueError(f"expected a mapping from attributes to values, found {kind_of(value)}")
        if required and not value:
            raise ValueError("the mapping is empty; name at least one attribute")
        result: dict[str, V] = {}
        mistakes = Mistakes()
        for name, written in value.items():
            with mistakes.at((name,), key=True):
                keyword, attribute = named(name)
                if keyword in result:
                    raise ValueError(f"`{name}` is {keyword}, which this mapping already has")
                with mistakes.at((name,)):
                    result[keyword] = convert(attribute, written)
        mistakes.raise_any()
        return result

    return check


def text_value(written: Any) -> str:
    """Several values are joined as in a data set (PS3.5 6.4)."""
    if isinstance(written, list) and all(isinstance(part, str) for part in written):
        return "\\".join(written)
    if not isinstance(written, str):
        raise ValueError(f"expected a value or a list of values, found {kind_of(written)}")
    return written


def items_of(attribute: Attribute, written: Any, of_item: Callable[[Any], V]) -> Sequence[V]:
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
        return items_of(attribute, written, by_attribute(_value))
    return text_value(written)


def _key_value(attribute: Attribute, written: Any) -> AttributeValue:
    """The value of a matching key. `{as_is: …}` is sent although its value representation does not allow it."""
    if attribute.vr == "SQ":
        items = items_of(attribute, written, by_attribute(_key_value))
        if len(items) > 1:
            raise ValueError(f"{attribute.keyword} has {len(items)} items; a matching key has one (PS3.4 C.2.2.2.6)")
        return items
    if isinstance(written, dict) and set(written) == {"as_is"}:
        return text_value(written["as_is"])
    value = text_value(written)
    vr = attribute.vr.partition(" ")[0]
    # What has a `${` has no value yet, or is told as one that never ends.
    problem = "" if "${" in value else _key_problem(vr, value)
    if problem:
        raise ValueError(f"`{value}` is no value of {attribute.keyword} ({vr}): {problem}")
    return value


def _key_problem(vr: str, value: str) -> str:
    # Here, because many files have no attributes, and the patterns take long to compile.
    from harness.standard.values import key_problem

    return key_problem(vr, value)


def _return_keys(value: Any) -> Attributes:
    """Attributes to return, zero-length: a list of names, and for sequences mappings to what their item returns."""
    listed = [value] if isinstance(value, str | dict) and value else value or []
    if not isinstance(listed, list):
        raise ValueError(f"expected a list of attributes, found {kind_of(value)}")
    found: dict[str, AttributeValue] = {}
    mistakes = Mistakes()
    for index, entry in enumerate(listed):
        with mistakes.at((index,) if listed is value else ()):
            found |= _nested_return_keys(entry) if isinstance(entry, dict) else _return_key(entry)
    mistakes.raise_any()
    return found


def _return_key(entry: Any) -> Attributes:
    attribute = attribute_of(entry)
    return {attribute.keyword: [] if attribute.vr == "SQ" else ""}


def _nested_return_keys(entry: dict[str, Any]) -> Attributes:
    def item(attribute: Attribute, inner: Any) -> AttributeValue:
        if attribute.vr != "SQ":
            raise ValueError(f"{attribute.keyword} is no sequence; write its name alone")
        return [_return_keys(inner)]

    return by_attribute(item)(entry)


def attribute_values(value: Any) -> Attributes:
    """Values by keyword, sequences included. Raises ValueError; `Mistakes` for those within."""
    return by_attribute(_value)(value)


TEXTS: list[dict[str, Any]] = [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
_ITEM: dict[str, Any] = {"type": "object", "description": "an item of a sequence: values by attribute"}
_VALUE = {"anyOf": [*TEXTS, _ITEM, {"type": "array", "items": _ITEM}]}


def schema_of(value: dict[str, Any]) -> WithJsonSchema:
    """The schema of a mapping from attributes to what `value` describes."""
    return WithJsonSchema({"type": "object", "additionalProperties": value})


Keyword = Annotated[
    str,
    PlainValidator(lambda value: attribute_of(value).keyword),
    described("an attribute by keyword, name or tag"),
]
_RETURN_KEY = {
    "anyOf": [
        {"type": "string", "description": "an attribute by keyword, name or tag"},
        {"type": "object", "description": "a sequence, and the attributes to return of its item"},
    ]
}
ReturnKeys = Annotated[
    Mapping[str, Any],
    PlainValidator(_return_keys),
    WithJsonSchema(
        {
            "description": "attributes by keyword, name or tag; of a sequence, `SEQUENCE: [attributes]`",
            "anyOf": [*_RETURN_KEY["anyOf"], {"type": "array", "items": _RETURN_KEY}],
        }
    ),
]
AttributeValues = Annotated[Mapping[str, Any], PlainValidator(attribute_values), schema_of(_VALUE)]
MatchingKeys = Annotated[Mapping[str, Any], PlainValidator(by_attribute(_key_value)), schema_of(_VALUE)]
