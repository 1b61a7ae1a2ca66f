"""What a scenario file may say, above the level of its steps' services."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, WithJsonSchema, field_validator

from harness.scenario.fields import (
    Duration,
    OneOrMore,
    Slug,
    SOPClass,
    Spec,
    Text,
    TransferSyntax,
    VariableName,
    Verified,
    Words,
    described,
    kind_of,
    one_of,
    text_of,
)
from harness.scenario.peers import TimeoutsSpec
from harness.scenario.saving import check_path

VERSION = "1"
LEVELS = ("required", "recommended", "informational")


def _version(value: Any) -> str:
    if value != VERSION:
        raise ValueError(f"this program reads `version: {VERSION}` of the file format, found {kind_of(value)}")
    return VERSION


def _date(value: Any) -> date:
    text = text_of(value)
    try:
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"`{text}` is not a date; write YYYY-MM-DD")


Version = Annotated[str, PlainValidator(_version), WithJsonSchema({"const": 1})]
SavePath = Annotated[
    str, PlainValidator(lambda value: check_path(text_of(value))), described("such as `matches[0].PatientID`")
]
LevelName = Annotated[str, one_of(LEVELS, "level"), WithJsonSchema({"enum": [*LEVELS]})]


class RequiresSpec(Spec):
    """A capability without which the scenario is skipped: the peer must accept this SOP class (and syntax)."""

    sop_class: SOPClass = Field(description="SOP class.")
    transfer_syntax: TransferSyntax = Field("1.2.840.10008.1.2", description="Transfer syntax; Implicit VR by default.")


class ExpectedFailureSpec(Spec):
    """A known failure: seen as described it passes and is marked; gone, changed or expired it fails."""

    reason: Words = Field(description="Why it is accepted for now.")
    owner: Words = Field(description="Who sees to it.")
    expires: Annotated[date, PlainValidator(_date), described("a date, YYYY-MM-DD", format="date")] = Field(
        description="Last day on which it is accepted."
    )
    matches: Words = Field(description="Text that the failure must contain.")


class ScenarioSpec(Spec):
    """A scenario: steps against a peer."""

    id: Slug = Field(description="Stable id, unique in the file.")
    name: Text = Field("", description="What is checked, in words.")
    peer: Text = Field(description="Name of the peer.")
    tags: OneOrMore[Text] = Field([], description="For `--tag`.")
    level: LevelName = Field("required", description="`recommended`: unmet is a warning; `informational`: never fails.")
    requires: list[RequiresSpec] = Field([], description="Capabilities without which the scenario is skipped.")
    verifies: OneOrMore[Verified] = Field(
        [], description="Requirements by id, as in `docs/coverage.md`, or clauses of the standard."
    )
    expected_failure: ExpectedFailureSpec | None = Field(None, description="A known failure.")
    parameters: dict[VariableName, list[Text]] = Field(
        {}, description="Values for `${…}`; each combination of them runs by itself."
    )
    steps: Annotated[list[object], Field(min_length=1)] = Field(description="The steps, in order.")


class EventuallySpec(Spec):
    """A step that is repeated until it is as expected."""

    within: Duration = Field(description="How long to go on; the last attempt is judged.")
    every: Duration = Field(0.5, description="Pause between two attempts, at least 100 ms; 500 ms by default.")

    @field_validator("every")
    @classmethod
    def _not_too_often(cls, every: float) -> float:
        if every < 0.1:
            raise ValueError("too often: a pause is at least 100 ms")
        return every


def _eventually(value: Any) -> Any:
    return {"within": value} if isinstance(value, str) else value


class StepSpec(Spec):
    """A step: one service, what to expect of it, and what to keep for later."""

    id: Slug | None = Field(None, description="Stable id; the step's number, from 1, by default.")
    title: Text | None = Field(None, description="What the step does, in words.")
    peer: Text | None = Field(None, description="Another peer than the scenario's.")
    association: Text | None = Field(None, description="Steps that name the same association share it.")
    eventually: (
        Annotated[EventuallySpec, BeforeValidator(_eventually, json_schema_input_type=Duration | EventuallySpec)] | None
    ) = Field(
        None,
        description="Repeat the step until it is as expected, at most this long (a duration, or a mapping). Only for "
        "steps that change nothing at the peer.",
    )
    save: dict[VariableName, SavePath] = Field(
        {}, description="Values that later steps use as `${name}`, and where they are found."
    )


class ParallelSpec(Spec):
    """Steps that are carried out at once, each on an association of its own; the next step waits for all of them."""

    id: Slug | None = Field(None, description="Stable id; its number, from 1, by default.")
    parallel: Annotated[list[object], Field(min_length=1, max_length=64)] = Field(description="The steps.")


class FileSpec(Spec):
    """A scenario file."""

    version: Version = Field(description="Version of the file format.")
    name: Text = Field("", description="Title of the report; the file's name by default.")
    local: object = Field(None, description="Ourselves.")
    timeouts: TimeoutsSpec = Field(default_factory=TimeoutsSpec, description="Deadlines towards every peer.")
    peers: object = Field(None, description="The peers, by name.")
    attestations: OneOrMore[Words] = Field(
        [], description="What only a person can check; the report has it beside the signatures."
    )
    scenarios: object = Field(description="The scenarios.")


class PeersFileSpec(Spec):
    """A file for `--peers`: the peers of a site, and how they know us there."""

    version: Version = Field(description="Version of the file format.")
    local: object = Field(None, description="Ourselves; what it says takes the place of what a scenario file says.")
    peers: object = Field(description="The peers, by name.")
