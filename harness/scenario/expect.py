"""What a step may expect. Each named expectation becomes one check."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from harness.scenario.fields import CountField, Duration, Keyword, Statuses, TransferSyntax
from harness.scenario.problems import did_you_mean
from harness.scenario.steps import ServiceName
from harness.standard.negotiation import ABORT_REASONS, ABORT_SOURCES, CONTEXT_RESULTS, REASONS, RESULTS, SOURCES


def _one_of(names: list[str], what: str) -> BeforeValidator:
    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in names:
            shown = value if isinstance(value, str) else "this"
            hint = did_you_mean(shown, names)
            raise ValueError(f"`{shown}` is no {what}{hint} (allowed: {', '.join(names)})")
        return value

    return BeforeValidator(check)


_RESULTS = list(RESULTS.values())
_SOURCES = list(SOURCES.values())
_REASONS = list(dict.fromkeys(name for names in REASONS.values() for name in names.values()))
_ABORT_SOURCES = list(ABORT_SOURCES.values())
_ABORT_REASONS = list(ABORT_REASONS.values())

ResultName = Annotated[str, _one_of(_RESULTS, "result of a rejection"), WithJsonSchema({"enum": _RESULTS})]
SourceName = Annotated[str, _one_of(_SOURCES, "source of a rejection"), WithJsonSchema({"enum": _SOURCES})]
ReasonName = Annotated[str, _one_of(_REASONS, "reason of a rejection"), WithJsonSchema({"enum": _REASONS})]
AbortSourceName = Annotated[
    str, _one_of(_ABORT_SOURCES, "source of an abort"), WithJsonSchema({"enum": _ABORT_SOURCES})
]
AbortReasonName = Annotated[
    str, _one_of(_ABORT_REASONS, "reason of an abort"), WithJsonSchema({"enum": _ABORT_REASONS})
]


class RejectedExpectation(BaseModel):
    """The association is rejected, with this result, source and reason (PS3.8 9.3.4); what is not named is free."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    result: ResultName | None = Field(None, description="permanent or transient.")
    source: SourceName | None = Field(None, description="Who rejects.")
    reason: ReasonName | None = Field(None, description="Why.")


class AbortedExpectation(BaseModel):
    """The peer aborts the association (PS3.8 9.3.8)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: AbortSourceName | None = Field(None, description="Who aborts.")
    reason: AbortReasonName | None = Field(None, description="Why.")


class ValueExpectation(BaseModel):
    """A demand on one attribute value that is more than equality."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    matches: str | None = Field(None, description="A regular expression that the whole value matches.")
    present: bool | None = Field(None, description="The attribute is there with a value.")
    absent: bool | None = Field(None, description="The attribute is missing or empty.")
    one_of: list[str] | None = Field(None, description="The value is one of these.")


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if not isinstance(value, dict) or len(value) != 1:
        raise ValueError("expected a value, or one of `{matches: …}`, `{present: true}`, `{absent: true}`, `{one_of: […]}`")
    pattern = value.get("matches")
    if isinstance(pattern, str):
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"`{pattern}` is not a regular expression: {error}") from None
    return value


Value = Annotated[str | ValueExpectation, BeforeValidator(_value)]
Values = dict[Keyword, Value]


def _true_or_mapping(value: Any) -> Any:
    return {} if value == "true" or value is True else value


def _refused(value: Any) -> Any:
    allowed = [name for code, name in CONTEXT_RESULTS.items() if code]
    if isinstance(value, str) and value != "true" and value not in allowed:
        hint = did_you_mean(value, allowed)
        raise ValueError(f"`{value}` is no result of a refused presentation context{hint} (allowed: true, {', '.join(allowed)})")
    return value


class Expectation(BaseModel):
    """What must be true of a step. Only the expectations of its service are allowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Statuses | None = Field(None, description="DIMSE status: category, name or code; of a store, of every instance.")
    within: Duration | None = Field(None, description="The step takes at most this long.")
    rejected: Annotated[RejectedExpectation, BeforeValidator(_true_or_mapping)] | None = Field(
        None, description="The association is rejected: `true`, or result, source and reason."
    )
    aborted: Annotated[AbortedExpectation, BeforeValidator(_true_or_mapping)] | None = Field(
        None, description="The peer aborts the association: `true`, or source and reason."
    )
    closed: bool | None = Field(None, description="The peer closes the connection without a word.")
    accepted: bool | list[TransferSyntax] | None = Field(
        None, description="associate: the association is accepted; negotiate: just these transfer syntaxes are accepted."
    )
    refused: Annotated[bool | str, BeforeValidator(_refused)] | None = Field(
        None, description="negotiate: every presentation context is refused: `true`, or the result they all have."
    )
    count: CountField | None = Field(None, description="find: number of matches; store: number of instances stored.")
    one: Values | None = Field(None, description="Just one match has these values.")
    every: Values | None = Field(None, description="Every match has these values, and there is at least one.")
    any: Values | None = Field(None, description="At least one match has these values.")
    exact: list[Values] | None = Field(None, description="The matches are just these, in any order.")
    completed: CountField | None = Field(None, description="Completed sub-operations of the final response.")
    failed: CountField | None = Field(None, description="Failed sub-operations of the final response.")
    warning: CountField | None = Field(None, description="Sub-operations with warnings of the final response.")
    received: CountField | None = Field(None, description="Instances that arrived at our Storage SCP.")
    unchanged: bool | None = Field(None, description="What arrived equals what this run had stored, attribute by attribute.")
    any_of: Annotated[list[Expectation], Field(min_length=1)] | None = Field(
        None, description="Alternatives; one of them must be true as a whole."
    )

    def named(self) -> Iterator[tuple[str, Any]]:
        """Each expectation that was stated, with its name."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if value is not None:
                yield name, value


_ALWAYS = {"within", "rejected", "aborted", "closed", "any_of"}
_RETRIEVE = {"status", "completed", "failed", "warning", "received", "unchanged"}
ALLOWED: dict[ServiceName, set[str]] = {
    ServiceName.ECHO: _ALWAYS | {"status"},
    ServiceName.ASSOCIATE: _ALWAYS | {"accepted"},
    ServiceName.NEGOTIATE: _ALWAYS | {"accepted", "refused"},
    ServiceName.STORE: _ALWAYS | {"status", "count"},
    ServiceName.FIND: _ALWAYS | {"status", "count", "one", "every", "any", "exact"},
    ServiceName.MOVE: _ALWAYS | _RETRIEVE,
    ServiceName.GET: _ALWAYS | _RETRIEVE,
}
