"""What each step may say: one model per service."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from harness.scenario.attributes import AttributeValues, Keyword, MatchingKeys
from harness.scenario.fields import (
    AETitle,
    OneOrMore,
    SOPClass,
    Spec,
    Text,
    TransferSyntax,
    WholeNumber,
    kind_of,
    one_of,
    uid_text,
)
from harness.scenario.problems import allowed
from harness.standard.models import UNIQUE_KEYS, QueryModel

MODALITIES = ("CT", "MR", "CR", "DX", "MG", "US", "SC")
"""Modalities that can be generated."""

MOST_GENERATED = 100_000
"""Instances that one step may generate."""


class ServiceName(StrEnum):
    """The services a step can ask for."""

    ECHO = "echo"
    ASSOCIATE = "associate"
    NEGOTIATE = "negotiate"
    STORE = "store"
    FIND = "find"
    MOVE = "move"
    GET = "get"


class PriorityName(StrEnum):
    """Priority of a request (PS3.7 E.1)."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Params(Spec):
    """What every step's parameters share: the AE titles of its association."""

    calling_ae_title: AETitle | None = Field(None, description="Calling AE title instead of the local one.")
    called_ae_title: AETitle | None = Field(None, description="Called AE title instead of the peer's.")


class EchoParams(Params):
    """C-ECHO: does the peer answer?"""

    repeat: Annotated[WholeNumber, Field(ge=1, le=10000)] = Field(1, description="How many C-ECHO requests in a row.")


class UserIdentity(Spec):
    """User identity (PS3.7 D.3.3.7): a user name, with a passcode if the site wants one. Never shown."""

    username: Text = Field(description="User name.")
    passcode: Text | None = Field(None, description="Passcode; write `${env.NAME}` to keep it out of the file.")


class AssociateParams(Params):
    """An association alone: is it accepted, or refused for the right reason?"""

    abstract_syntaxes: Annotated[OneOrMore[SOPClass], Field(min_length=1, max_length=128)] = Field(
        ["1.2.840.10008.1.1"], description="SOP classes to propose, each in Implicit VR Little Endian."
    )
    application_context: Annotated[str, BeforeValidator(uid_text)] | None = Field(
        None, description="Application context name, a UID, instead of DICOM's."
    )
    max_pdu_length: Annotated[WholeNumber, Field(ge=0, le=0xFFFFFFFF)] | None = Field(
        None, description="Maximum length to announce, in bytes; 0 for no limit."
    )
    user_identity: UserIdentity | None = Field(None, description="User identity to offer.")


class NegotiateParams(Params):
    """Which transfer syntaxes does the peer accept for a SOP class? One presentation context is proposed for each."""

    abstract_syntax: SOPClass = Field(description="The SOP class.")
    transfer_syntaxes: Annotated[OneOrMore[TransferSyntax], Field(min_length=1, max_length=128)] = Field(
        description="The transfer syntaxes, each proposed in a presentation context of its own."
    )


Modality = Annotated[str, one_of(MODALITIES, "modality that can be generated"), WithJsonSchema({"enum": [*MODALITIES]})]


class Generate(Spec):
    """Synthetic instances to make, marked as such."""

    modality: Modality = Field("CT", description="Modality of the instances.")
    patients: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(1, description="Number of patients.")
    studies: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(1, description="Studies per patient.")
    series: Annotated[WholeNumber, Field(ge=1, le=1000)] = Field(1, description="Series per study.")
    instances: Annotated[WholeNumber, Field(ge=1, le=10000)] = Field(1, description="Instances per series.")
    transfer_syntax: TransferSyntax = Field("1.2.840.10008.1.2.1", description="Transfer syntax of the files.")
    rows: Annotated[WholeNumber, Field(ge=1, le=4096)] = Field(64, description="Rows of each image.")
    columns: Annotated[WholeNumber, Field(ge=1, le=4096)] = Field(64, description="Columns of each image.")
    attributes: AttributeValues = Field({}, description="Further values, in every instance, by attribute.")
    seed: Text | None = Field(None, description="Same seed, same UIDs; random for each run by default.")

    @model_validator(mode="after")
    def _not_too_many(self) -> Generate:
        total = self.patients * self.studies * self.series * self.instances
        if total > MOST_GENERATED:
            raise ValueError(f"this makes {total} instances; at most {MOST_GENERATED} can be generated in a step")
        return self


class StoreParams(Params):
    """C-STORE of files, folders, generated instances, or both; each in its own transfer syntax."""

    files: OneOrMore[Text] = Field([], description="Files and folders, relative to the scenario file.")
    generate: Generate | None = Field(None, description="Synthetic instances to make and send.")
    priority: PriorityName = Field(PriorityName.MEDIUM, description="Priority of the requests.")

    @model_validator(mode="after")
    def _something_to_send(self) -> StoreParams:
        if not self.files and self.generate is None:
            raise ValueError("a store needs `files` or `generate`")
        return self


class QueryParams(Params):
    """What C-FIND, C-MOVE and C-GET share."""

    model: QueryModel = Field(QueryModel.STUDY_ROOT, description="Query/Retrieve information model.")
    level: Annotated[Text, WithJsonSchema({"enum": [*UNIQUE_KEYS]})] = Field(description="Query/Retrieve level.")
    keys: MatchingKeys = Field({}, description="Matching keys: values by attribute; an empty value matches everything.")

    @field_validator("level")
    @classmethod
    def _level_of_model(cls, level: str, info: ValidationInfo) -> str:
        model = info.data.get("model")
        if model is not None and level not in model.levels:
            raise ValueError(f"`{level}` is no level of the {model.value} model{allowed(level, model.levels)}")
        return level

    @property
    def unique_key(self) -> str:
        """Keyword of the unique key of the level."""
        return UNIQUE_KEYS[self.level]


class FindParams(QueryParams):
    """C-FIND: what does the peer find?"""

    model_config = ConfigDict(populate_by_name=True)

    return_keys: OneOrMore[Keyword] = Field([], alias="return", description="Attributes to return.")


class PeerDestination(Spec):
    """Another peer of this file as move destination."""

    peer: Text = Field(description="Name of the peer.")


class TitleDestination(Spec):
    """Any AE title as move destination."""

    ae_title: AETitle = Field(description="AE title, as the peer knows it.")


LOCAL = "local"
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

    sop_classes: OneOrMore[SOPClass] = Field(
        [],
        description="Storage SOP classes to receive; by default those stored earlier in the run, or those that "
        "`generate` knows.",
    )
    accept: OneOrMore[TransferSyntax] = Field(
        [],
        description="Transfer syntaxes to accept; by default those stored earlier in the run, and the uncompressed "
        "ones.",
    )
    priority: PriorityName = Field(PriorityName.MEDIUM, description="Priority of the request.")


PARAMS: dict[ServiceName, type[Params]] = {
    ServiceName.ECHO: EchoParams,
    ServiceName.ASSOCIATE: AssociateParams,
    ServiceName.NEGOTIATE: NegotiateParams,
    ServiceName.STORE: StoreParams,
    ServiceName.FIND: FindParams,
    ServiceName.MOVE: MoveParams,
    ServiceName.GET: GetParams,
}
