"""Types of single values in scenario files: how they are written, and what they become."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainValidator, WithJsonSchema

from harness.scenario.problems import suggestion
from harness.standard.ae import AEAddress, check_ae_title
from harness.standard.attributes import UnknownAttribute, resolve_attribute
from harness.standard.status import StatusMatcher, UnknownStatus, resolve_status
from harness.standard.uids import UidKind, UnknownName, resolve_uid

_UNITS = {"ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|s|min|h)?")
_COUNT = re.compile(r"(>=|<=|>|<|=|==)?\s*(\d+)")
_RANGE = re.compile(r"(\d+)\s*\.\.\s*(\d+)")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        kind = "a list" if isinstance(value, list) else "a mapping"
        raise ValueError(f"expected text, found {kind}")
    return value


def parse_duration(value: Any) -> float:
    """Seconds from `2 s`, `500 ms`, `1 min`, or a bare number of seconds. Raises ValueError."""
    if isinstance(value, int | float):
        return float(value)
    text = _text(value).strip()
    matched = _DURATION.fullmatch(text)
    if matched is None or float(matched[1]) == 0:
        raise ValueError(f"`{text}` is not a duration; write for example `2 s`, `500 ms` or `1 min`")
    return float(matched[1]) * _UNITS[matched[2] or "s"]


@dataclass(frozen=True, slots=True)
class Count:
    """A demand on a number: from `minimum` to `maximum`, both included; None for no limit."""

    minimum: int | None
    maximum: int | None
    text: str

    def accepts(self, number: int) -> bool:
        """Whether a number fulfills the demand."""
        above = self.minimum is None or number >= self.minimum
        return above and (self.maximum is None or number <= self.maximum)

    def __str__(self) -> str:
        return self.text


def parse_count(value: Any) -> Count:
    """A demand from `3`, `>= 1`, `1..5` or `{min: 1, max: 5}`. Raises ValueError."""
    if isinstance(value, Count):
        return value
    if isinstance(value, dict):
        return _count_from_limits(value)
    text = _text(value).strip()
    between = _RANGE.fullmatch(text)
    if between:
        return Count(int(between[1]), int(between[2]), f"{between[1]} to {between[2]}")
    matched = _COUNT.fullmatch(text)
    if matched is None:
        raise ValueError(f"`{text}` is not a count; write `3`, `\">= 1\"`, `1..5` or `{{min: 1, max: 5}}`")
    number = int(matched[2])
    limits: dict[str, tuple[int | None, int | None]] = {
        ">=": (number, None),
        "<=": (None, number),
        ">": (number + 1, None),
        "<": (None, number - 1),
    }
    minimum, maximum = limits.get(matched[1] or "=", (number, number))
    return Count(minimum, maximum, text)


def _count_from_limits(value: dict[str, Any]) -> Count:
    unknown = set(value) - {"min", "max"}
    if unknown or not value:
        raise ValueError("a count as a mapping has the keys `min` and `max`")
    numbers = {}
    for key, text in value.items():
        if not isinstance(text, str) or not text.strip().isdigit():
            raise ValueError(f"`{key}` of a count must be a whole number")
        numbers[key] = int(text)
    minimum, maximum = numbers.get("min"), numbers.get("max")
    if maximum is None:
        return Count(minimum, None, f">= {minimum}")
    return Count(minimum, maximum, f"<= {maximum}" if minimum is None else f"{minimum} to {maximum}")


def _uid(kind: UidKind) -> Any:
    def resolve(value: Any) -> str:
        try:
            return resolve_uid(_text(value), kind)
        except UnknownName as error:
            raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None

    return resolve


def _keyword(value: Any) -> str:
    try:
        return resolve_attribute(_text(value)).keyword
    except UnknownAttribute as error:
        raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None


def _status(value: Any) -> tuple[StatusMatcher, ...]:
    texts = value if isinstance(value, list) else [value]
    if not texts:
        raise ValueError("name at least one status")
    try:
        return tuple(resolve_status(_text(text)) for text in texts)
    except UnknownStatus as error:
        raise ValueError(f"{error.args[0]}{suggestion(error.suggestions)}") from None


def _slug(value: Any) -> str:
    text = _text(value)
    if not re.fullmatch(r"[a-z0-9]+(?:[-_.][a-z0-9]+)*", text):
        raise ValueError(f"`{text}` is not an id; use lower-case letters, digits and single hyphens, such as `store-ct`")
    return text


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_SAVE_PATH = re.compile(r"(stored|matches|received|response|contexts)((?:\.\w+|\[\d+\])+)")


def _save_path(value: Any) -> str:
    text = _text(value).strip()
    if not _SAVE_PATH.fullmatch(text):
        raise ValueError(
            f"`{text}` is not a place to save from; begin with stored, matches, received, response or contexts, "
            "such as `stored.studies[0].StudyInstanceUID`"
        )
    return text


def _schema(description: str, **more: Any) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "description": description, **more})


Duration = Annotated[float, PlainValidator(parse_duration), _schema("A duration such as `2 s`, `500 ms`, `1 min`.")]
CountField = Annotated[
    Count,
    PlainValidator(parse_count),
    WithJsonSchema({"description": "A count: `3`, `\">= 1\"`, `1..5` or `{min: 1, max: 5}`."}),
]
AETitle = Annotated[
    str,
    PlainValidator(lambda value: check_ae_title(_text(value))),
    _schema("An AE title: 1 to 16 characters, no backslash.", maxLength=16),
]
Address = Annotated[
    AEAddress,
    PlainValidator(lambda value: AEAddress.parse(_text(value))),
    _schema("An AE address, TITLE@host:port; IPv6 addresses in brackets."),
]
SOPClass = Annotated[
    str, PlainValidator(_uid(UidKind.SOP_CLASS)), _schema("A SOP class by name, keyword or UID.")
]
TransferSyntax = Annotated[
    str, PlainValidator(_uid(UidKind.TRANSFER_SYNTAX)), _schema("A transfer syntax by name, keyword or UID.")
]
Keyword = Annotated[str, PlainValidator(_keyword), _schema("An attribute by keyword or tag.")]
Statuses = Annotated[
    tuple[StatusMatcher, ...],
    PlainValidator(_status),
    WithJsonSchema({"description": "A status category (success, warning, failure …), name, hex value or a list of them."}),
]
Slug = Annotated[str, PlainValidator(_slug), _schema("A stable id: lower-case letters, digits, hyphens.")]
SavePath = Annotated[str, PlainValidator(_save_path), _schema("Where to save from, such as `matches[0].PatientID`.")]
TextList = Annotated[list[str], BeforeValidator(_one_or_more)]
