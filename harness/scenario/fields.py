"""Types of single values in scenario files: how they are written, and what they become."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler, PlainValidator, WithJsonSchema

from harness.scenario.amounts import COUNTS, Count, Limit, parse_count, parse_duration, parse_limit
from harness.scenario.problems import allowed, did_you_mean, suggestion
from harness.scenario.variables import NAME
from harness.standard.ae import AEAddress, check_ae_title
from harness.standard.status import StatusMatcher, UnknownStatus, resolve_status
from harness.standard.uids import UidKind, UnknownName, is_valid_uid, resolve_uid

__all__ = ["Count", "parse_count"]

T = TypeVar("T")


class Spec(BaseModel):
    """Base of everything that can be written: no unknown keys, no changes, and built only when first used."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def kind_of(node: object) -> str:
    """What a node is, for messages."""
    if isinstance(node, str):
        return f"`{node}`" if node else "nothing"
    return "a list" if isinstance(node, list) else "a mapping"


def text_of(value: Any) -> str:
    """The value if it is text. Raises ValueError with a sentence."""
    if not isinstance(value, str):
        raise ValueError(f"expected text, found {kind_of(value)}")
    return value


def one_of(names: Sequence[str], what: str) -> BeforeValidator:
    """A validator for one of some names."""

    def check(value: Any) -> str:
        text = text_of(value)
        if text not in names:
            raise ValueError(f"`{text}` is no {what}{allowed(text, names)}")
        return text

    return BeforeValidator(check)


def mapping_or_true(form: str) -> BeforeValidator:
    """A validator for `true`, or a mapping of which `form` is an example."""

    def check(value: Any) -> Any:
        if value == "true":
            return {}
        if not isinstance(value, dict | Spec):
            raise ValueError(f"expected `true` or `{form}`, found {kind_of(value)}")
        return value

    return BeforeValidator(check)


class _OneOrMore:
    """Lets a list with a single entry be written as that entry."""

    def __get_pydantic_core_schema__(self, source: Any, handler: Callable[[Any], Any]) -> Any:
        from pydantic_core import core_schema

        def listed(value: Any) -> Any:
            return ([value] if value else []) if isinstance(value, str) else value

        return core_schema.no_info_before_validator_function(listed, handler(source))

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        listed = handler(schema)
        return {"anyOf": [listed["items"], listed]}


def truth_of(value: Any) -> bool:
    """`true` or `false`. Raises ValueError with a sentence."""
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise ValueError(f"expected `true` or `false`, found {kind_of(value)}")
    return bool(value == "true")


def _whole_number(value: Any) -> int:
    if isinstance(value, int):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"[+-]?[0-9]{1,18}", value.strip()):
        raise ValueError(f"expected a whole number, found {kind_of(value)}")
    return int(value)


def _uid(kind: UidKind) -> Callable[[Any], str]:
    def resolve(value: Any) -> str:
        try:
            return resolve_uid(text_of(value), kind)
        except UnknownName as error:
            raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None

    return resolve


def _verified(value: Any) -> str:
    from harness.standard.requirements.catalogue import REQUIREMENTS

    text = text_of(value)
    if "/" in text and text not in REQUIREMENTS:
        raise ValueError(f"`{text}` is no requirement of docs/coverage.md{did_you_mean(text, tuple(REQUIREMENTS))}")
    return text


def uid_text(value: Any) -> str:
    """A UID in valid form. Raises ValueError with a sentence."""
    text = text_of(value)
    if not is_valid_uid(text):
        raise ValueError(f"`{text}` is no valid UID: at most 64 digits and dots, no leading zeros")
    return text


def _status(value: Any) -> tuple[StatusMatcher, ...]:
    written = value if isinstance(value, list | tuple) else [value]
    if not written:
        raise ValueError("the list is empty; name at least one status")
    try:
        return tuple(_one_status(status) for status in written)
    except UnknownStatus as error:
        raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None


def _one_status(value: Any) -> StatusMatcher:
    return value if isinstance(value, StatusMatcher) else resolve_status(text_of(value))


def _count(value: Any) -> Count:
    if isinstance(value, Count):
        return value
    if isinstance(value, list):
        raise ValueError(f"a count is {COUNTS}, not a list")
    return parse_count(value)


def _duration(value: Any) -> float:
    return float(value) if isinstance(value, int | float) else parse_duration(text_of(value))


def _limit(value: Any) -> Limit:
    return value if isinstance(value, Limit) else parse_limit(text_of(value))


def _address(value: Any) -> AEAddress:
    return value if isinstance(value, AEAddress) else AEAddress.parse(text_of(value))


def _slug(value: Any) -> str:
    text = text_of(value)
    if len(text) > 80 or not re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", text):
        raise ValueError(f"`{text}` is no id; use lower-case letters, digits and single hyphens, such as `store-ct`")
    return text


def _name(value: Any) -> str:
    text = text_of(value)
    if not NAME.fullmatch(text):
        raise ValueError(f"`{text}` is no name for `${{…}}`; use letters, digits, `-` and `_`, and begin with a letter")
    return text


def _not_empty(value: Any) -> str:
    text = text_of(value)
    if not text.strip():
        raise ValueError("the text is empty")
    return text


NAMES_OF = "x-names-of"
"""In the schema of a field: of which kind the registered names are that an editor may offer."""


def described(description: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, **more})


OneOrMore = Annotated[list[T], _OneOrMore()]
Truth = Annotated[bool, PlainValidator(truth_of), WithJsonSchema({"type": "boolean"})]
WholeNumber = Annotated[int, BeforeValidator(_whole_number)]
Text = Annotated[str, BeforeValidator(text_of)]
Words = Annotated[str, BeforeValidator(_not_empty)]
Duration = Annotated[float, PlainValidator(_duration), described("a duration such as `2 s`, `500 ms` or `1 min`")]
LimitField = Annotated[Limit, PlainValidator(_limit), described("a limit such as `< 200 ms`")]
CountField = Annotated[
    Count,
    PlainValidator(_count),
    WithJsonSchema(
        {
            "description": f"a count: {COUNTS}",
            "anyOf": [
                {"type": "integer", "minimum": 0},
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {
                        "min": {"type": "integer", "minimum": 0, "description": "At least so many."},
                        "max": {"type": "integer", "minimum": 0, "description": "At most so many."},
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                },
            ],
        }
    ),
]
AETitle = Annotated[
    str,
    PlainValidator(lambda value: check_ae_title(text_of(value))),
    described("an AE title: 1 to 16 characters, no backslash"),
]
Address = Annotated[
    AEAddress,
    PlainValidator(_address),
    described("an AE address, `TITLE@host:port`; an IPv6 address stands in brackets"),
]
Verified = Annotated[
    str, PlainValidator(_verified), described("a requirement such as `qr/match-date-range`, or a clause")
]
SOPClass = Annotated[
    str,
    PlainValidator(_uid(UidKind.SOP_CLASS)),
    described("a SOP class by name, keyword or UID", **{NAMES_OF: UidKind.SOP_CLASS.value}),
]
TransferSyntax = Annotated[
    str,
    PlainValidator(_uid(UidKind.TRANSFER_SYNTAX)),
    described("a transfer syntax by name, keyword or UID", **{NAMES_OF: UidKind.TRANSFER_SYNTAX.value}),
]
Statuses = Annotated[
    tuple[StatusMatcher, ...],
    PlainValidator(_status),
    WithJsonSchema(
        {
            "description": "a status by category (`success`, `pending`, `cancel`, `warning`, `failure`), by name "
            "(`out-of-resources`), as `0xA700` or `A7xx`; a list means any of them",
            "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}, "minItems": 1}],
        }
    ),
]
Slug = Annotated[str, PlainValidator(_slug), described("a stable id: lower-case letters, digits and hyphens")]
VariableName = Annotated[str, PlainValidator(_name), described("a name for `${…}`")]
