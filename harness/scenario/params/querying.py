"""Queries and retrieves of the Query/Retrieve service class (PS3.4 Annex C)."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)

from harness.scenario.fields import AETitle, OneOrMore, SOPClass, Spec, Text, TransferSyntax, kind_of
from harness.scenario.params.base import LOCAL, PriorityName
from harness.scenario.params.identifiers import IdentifierParams, SearchParams
from harness.scenario.problems import allowed
from harness.standard.attributes import Attributes
from harness.standard.models import UNIQUE_KEYS, QueryModel

Level = Annotated[Text, WithJsonSchema({"enum": [*UNIQUE_KEYS]})]


def level_of_model(level: str, info: ValidationInfo) -> str:
    """A level that the model, validated before it, has. Raises ValueError with a sentence."""
    model = info.data.get("model")
    if model is not None and level not in model.levels:
        raise ValueError(f"`{level}` is no level of the {model.value} model{allowed(level, model.levels)}")
    return level


class QueryParams(IdentifierParams):
    """What C-FIND, C-MOVE and C-GET share."""

    model: QueryModel = Field(QueryModel.STUDY_ROOT, description="Query/Retrieve information model.")
    level: Level = Field(description="Query/Retrieve level.")

    @field_validator("level")
    @classmethod
    def _level_of_model(cls, level: str, info: ValidationInfo) -> str:
        return level_of_model(level, info)

    @property
    def unique_key(self) -> str:
        """Keyword of the unique key of the level."""
        return UNIQUE_KEYS[self.level]


class UniqueKeys(StrEnum):
    """Unique keys that are asked for by themselves."""

    ABOVE = "above"
    ALL = "all"


class FindParams(SearchParams, QueryParams):
    """C-FIND: what does the peer find?"""

    level: Level = Field(
        "", description="Query/Retrieve level. By default that of the `query` file, or the highest level of the model."
    )
    unique_keys: UniqueKeys | None = Field(
        None,
        description="Ask for unique keys to be returned too: of the levels `above`, as gdcmscu does, or of `all` "
        "down to the level.",
    )

    @property
    def stated_level(self) -> str:
        """The level to put into the identifier; empty when the query file says it."""
        return self.level or ("" if self.query else self.model.levels[0])

    @property
    def asked_for(self) -> Attributes:
        """The keys to return."""
        level = self.stated_level
        if self.unique_keys is None or not level:
            return self.return_keys
        unique = self.model.unique_keys_to(level)
        if self.unique_keys is UniqueKeys.ABOVE:
            unique = unique[:-1]
        return {**dict.fromkeys(unique, ""), **self.return_keys}


class PeerDestination(Spec):
    """Another peer of this file as move destination."""

    peer: Text = Field(description="Name of the peer.")


class TitleDestination(Spec):
    """Any AE title as move destination."""

    ae_title: AETitle = Field(description="AE title, as the peer knows it.")


_DESTINATIONS = "`local`, `{peer: NAME}` or `{ae_title: TITLE}`"


def _local(value: Any) -> str:
    if value != LOCAL:
        raise ValueError(f"expected {_DESTINATIONS}, found {kind_of(value)}")
    return LOCAL


def _destination_kind(value: Any) -> str:
    if isinstance(value, PeerDestination) or (isinstance(value, dict) and "peer" in value):
        return "<peer>"
    if isinstance(value, TitleDestination) or (isinstance(value, dict) and "ae_title" in value):
        return "<title>"
    return "<local>"


Destination = Annotated[
    Annotated[str, BeforeValidator(_local), WithJsonSchema({"const": LOCAL}), Tag("<local>")]
    | Annotated[PeerDestination, Tag("<peer>")]
    | Annotated[TitleDestination, Tag("<title>")],
    Discriminator(_destination_kind),
]


class MoveParams(QueryParams):
    """C-MOVE: does the peer send what is asked for, to us or to another?"""

    destination: Destination = Field(
        LOCAL, description="Where to send: our Storage SCP, a peer of this file, or any AE title."
    )
    accept: OneOrMore[TransferSyntax] = Field(
        [], description="Transfer syntaxes that our Storage SCP accepts; all by default."
    )
    priority: PriorityName = Field(PriorityName.MEDIUM, description="Priority of the request.")


class GetParams(QueryParams):
    """C-GET: does the peer send what is asked for over the same association?"""

    sop_classes: Annotated[OneOrMore[SOPClass], Field(max_length=127)] = Field(
        [],
        description="Storage SOP classes to receive, at most 127 (they share the association with the C-GET); by "
        "default those stored earlier in the run, or those that `generate` knows and as many others as there is room "
        "for.",
    )
    accept: OneOrMore[TransferSyntax] = Field(
        [],
        description="Transfer syntaxes to accept; by default those stored earlier in the run, and the uncompressed "
        "ones.",
    )
    priority: PriorityName = Field(PriorityName.MEDIUM, description="Priority of the request.")
