"""What each step may say: one model per service."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from harness.scenario.fields import AETitle, Keyword, SOPClass, TransferSyntax
from harness.standard.models import UNIQUE_KEYS, QueryModel


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


class Params(BaseModel):
    """What every step's parameters share: the AE titles of its association."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    calling_ae_title: AETitle | None = Field(None, description="Calling AE title instead of the local one.")
    called_ae_title: AETitle | None = Field(None, description="Called AE title instead of the peer's.")


class EchoParams(Params):
    """C-ECHO: does the peer answer?"""

    repeat: Annotated[int, Field(ge=1, le=10000)] = Field(1, description="How many C-ECHO requests in a row.")


class UserIdentity(BaseModel):
    """User identity (PS3.7 D.3.3.7): a user name, with a passcode if the site wants one. Never shown."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    username: str = Field(description="User name.")
    passcode: str | None = Field(None, description="Passcode; write `${env.NAME}` to keep it out of the file.")


class AssociateParams(Params):
    """An association alone: is it accepted, or refused for the right reason?"""

    abstract_syntaxes: Annotated[list[SOPClass], Field(min_length=1, max_length=128)] = Field(
        ["1.2.840.10008.1.1"], description="SOP classes to propose, each in Implicit VR Little Endian."
    )
    application_context: str | None = Field(None, description="Application context name instead of DICOM's.")
    max_pdu_length: Annotated[int, Field(ge=0, le=0xFFFFFFFF)] | None = Field(
        None, description="Maximum length to announce, in bytes; 0 for no limit."
    )
    user_identity: UserIdentity | None = Field(None, description="User identity to offer.")


class NegotiateParams(Params):
    """Which transfer syntaxes does the peer accept for a SOP class? One presentation context is proposed for each."""

    abstract_syntax: SOPClass = Field(description="The SOP class.")
    transfer_syntaxes: Annotated[list[TransferSyntax], Field(min_length=1, max_length=128)] = Field(
        description="The transfer syntaxes, each proposed in a presentation context of its own."
    )


class Generate(BaseModel):
    """Synthetic instances to make, marked as such."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    modality: str = Field("CT", description="CT, MR, CR, US or SC.")
    patients: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="Number of patients.")
    studies: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="Studies per patient.")
    series: Annotated[int, Field(ge=1, le=1000)] = Field(1, description="Series per study.")
    instances: Annotated[int, Field(ge=1, le=10000)] = Field(1, description="Instances per series.")
    transfer_syntax: TransferSyntax = Field("1.2.840.10008.1.2.1", description="Transfer syntax of the files.")
    rows: Annotated[int, Field(ge=1, le=4096)] = Field(64, description="Rows of each image.")
    columns: Annotated[int, Field(ge=1, le=4096)] = Field(64, description="Columns of each image.")
    attributes: dict[Keyword, str] = Field({}, description="Further attribute values by keyword.")
    seed: str | None = Field(None, description="Same seed, same UIDs; random for each run by default.")


class StoreParams(Params):
    """C-STORE of files, folders, generated instances, or both; each in its own transfer syntax."""

    files: list[str] = Field([], description="Files and folders, relative to the scenario file.")
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
    level: str = Field(description="PATIENT, STUDY, SERIES or IMAGE.")
    keys: dict[Keyword, str] = Field({}, description="Matching keys by keyword.")

    @model_validator(mode="after")
    def _level_of_model(self) -> QueryParams:
        if self.level not in self.model.levels:
            allowed = ", ".join(self.model.levels)
            raise ValueError(f"`{self.level}` is no level of the {self.model.value} model; its levels are {allowed}")
        return self

    @property
    def unique_key(self) -> str:
        """Keyword of the unique key of the level."""
        return UNIQUE_KEYS[self.level]


class FindParams(QueryParams):
    """C-FIND: what does the peer find?"""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    return_keys: list[Keyword] = Field([], alias="return", description="Attributes to return, by keyword.")


class PeerDestination(BaseModel):
    """Another peer of this file as move destination."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    peer: str = Field(description="Name of the peer.")


class TitleDestination(BaseModel):
    """Any AE title as move destination."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ae_title: AETitle = Field(description="AE title, as the peer knows it.")


LOCAL = "local"


class MoveParams(QueryParams):
    """C-MOVE: does the peer send what is asked for, to us or to another?"""

    destination: str | PeerDestination | TitleDestination = Field(
        LOCAL, description="`local` (our Storage SCP), `{peer: NAME}` or `{ae_title: TITLE}`."
    )
    accept: list[TransferSyntax] = Field([], description="Transfer syntaxes our Storage SCP accepts; all by default.")
    priority: PriorityName = Field(PriorityName.MEDIUM, description="Priority of the request.")

    @model_validator(mode="before")
    @classmethod
    def _known_destination(cls, data: object) -> object:
        destination = data.get("destination", LOCAL) if isinstance(data, dict) else LOCAL
        fine = destination == LOCAL or isinstance(destination, dict | PeerDestination | TitleDestination)
        if not fine or (isinstance(destination, dict) and set(destination) not in ({"peer"}, {"ae_title"})):
            raise ValueError("a destination is `local`, `{peer: NAME}` or `{ae_title: TITLE}`")
        return data


class GetParams(QueryParams):
    """C-GET: does the peer send what is asked for over the same association?"""

    sop_classes: list[SOPClass] = Field(
        [], description="Storage SOP classes to receive; by default those stored earlier in the scenario, or CT, MR, CR, US, SC."
    )
    accept: list[TransferSyntax] = Field([], description="Transfer syntaxes to accept; uncompressed ones by default.")
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
