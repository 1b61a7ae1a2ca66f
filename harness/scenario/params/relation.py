"""Relations among the answers of an archive."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field

from harness.scenario.fields import Duration, WholeNumber, described, text_of
from harness.scenario.params.base import AssociationParams
from harness.standard.values import key_problem


class RelationName(StrEnum):
    """The relations that can be checked, each between answers of the same archive."""

    SAME_QUERY = "same-query"
    DATE_RANGES = "date-ranges"
    UID_LIST = "uid-list"
    LONG_UID_LIST = "long-uid-list"
    SINGLE_VALUE = "single-value"
    WILDCARDS = "wildcards"
    NAME_CASE = "name-case"
    ZERO_LENGTH = "zero-length"
    RETURN_KEYS = "return-keys"
    UNSUPPORTED_KEYS = "unsupported-keys"
    HIERARCHY = "hierarchy"
    RELATED_NUMBERS = "related-numbers"
    PATIENT_ROOT = "patient-root"
    CHARACTER_SET = "character-set"
    LEGAL_VALUES = "legal-values"
    CANCEL = "cancel"
    RETRIEVAL = "retrieval"


def _dates(value: object) -> str:
    text = text_of(value)
    problem = key_problem("DA", text)
    if problem:
        raise ValueError(f"`{text}` is neither a date nor a range of dates: {problem}")
    return text


Dates = Annotated[str, BeforeValidator(_dates), described("a date or a range of dates, as `20240101-20240131`")]


class RelationParams(AssociationParams):
    """Queries whose answers have to agree with each other, whatever the archive holds. Nothing is written."""

    check: RelationName = Field(description="The relation, as in docs/archive-consistency.md.")
    dates: Dates = Field(
        "",
        description="Study dates to look in; by default the newest days that have a few studies.",
    )
    studies: Annotated[WholeNumber, Field(ge=1, le=100)] = Field(
        3, description="How many studies are looked into at the levels below."
    )
    matches: Annotated[WholeNumber, Field(ge=10, le=100_000)] = Field(
        1000, description="A query with more matches is canceled, and nothing is concluded from it."
    )
    instances: Annotated[WholeNumber, Field(ge=1, le=10_000)] = Field(
        50, description="A study with more instances is not moved."
    )
    queries: Annotated[WholeNumber, Field(ge=1, le=10_000)] = Field(
        200, description="After so many queries the step ends, and says so."
    )
    pause: Duration = Field(
        0.0, description="Least time between two queries; it is never less than the last answer took, up to 1 s."
    )
    slow: Duration = Field(5.0, description="When an answer takes longer the step ends, and says so.")
