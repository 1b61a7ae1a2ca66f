"""How a scenario file describes its peers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from harness.scenario.fields import Address, AETitle, Duration, SOPClass, TransferSyntax


class Environment(StrEnum):
    """How careful the run has to be with a peer."""

    TEST = "test"
    PRODUCTION = "production"
    UNSPECIFIED = "unspecified"


class Allow(StrEnum):
    """What may be done to a peer that is not a test peer, together with `--allow-writes`."""

    STORE = "store"
    STORE_FILES = "store-files"
    MOVE = "move"
    PROBE_TITLES = "probe-titles"
    PROBE_LIMITS = "probe-limits"


class TimeoutsSpec(BaseModel):
    """Deadlines of the stages of an association; the defaults are the harness's own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    connect: Duration | None = Field(None, description="Name and TCP connection.")
    association: Duration | None = Field(None, description="Answer to the A-ASSOCIATE-RQ.")
    response: Duration | None = Field(None, description="Each DIMSE response.")
    release: Duration | None = Field(None, description="Answer to the A-RELEASE-RQ.")


class ReferenceOptions(BaseModel):
    """The bundled reference SCP, started with the run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ae_title: AETitle = Field("REFERENCE", description="Its AE title.")
    check_called_ae_title: bool = Field(True, description="Reject associations that call it by another title.")
    calling_ae_titles: list[AETitle] = Field([], description="Accept only these calling AE titles; empty: all.")
    sop_classes: list[SOPClass] = Field([], description="Storage SOP classes it accepts; empty: all.")
    transfer_syntaxes: list[TransferSyntax] = Field([], description="Transfer syntaxes it accepts; empty: all.")
    knows: list[str] = Field([], description="Move destinations: `local`, names of peers, or TITLE@host:port.")


class ProcessRecipe(StrEnum):
    """Recipes for locally installed servers."""

    DCMQRSCP = "dcmqrscp"
    STORESCP = "storescp"
    ORTHANC = "orthanc"
    PYNETDICOM = "pynetdicom"


class ContainerRecipe(StrEnum):
    """Recipes for servers in containers."""

    ORTHANC = "orthanc"
    DCMQRSCP = "dcmqrscp"


class _RecipeOptions(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    options: list[str] = Field([], description="Further command line options (need --allow-commands).")
    ae_titles: list[AETitle] = Field([], description="AE titles it answers to; the first is the one we call.")
    knows: list[str] = Field(
        ["local"], description="AEs it knows, as callers and move destinations: `local`, names of peers, TITLE@host:port."
    )
    prefer: TransferSyntax | None = Field(
        None, description="A compressed transfer syntax to accept and propose beside the uncompressed ones (dcmqrscp, storescp)."
    )
    check_ae_titles: bool = Field(False, description="Where the server can choose: check called and calling AE titles.")


class ProcessOptions(_RecipeOptions):
    """A server started from a locally installed program."""

    recipe: ProcessRecipe = Field(description="Which one.")


class ContainerOptions(_RecipeOptions):
    """A server started in a container."""

    recipe: ContainerRecipe = Field(description="Which one.")
    image: str | None = Field(None, description="An image instead of the recipe's own (needs --allow-commands).")


def _recipe_name(value: Any) -> Any:
    return {"recipe": value} if isinstance(value, str) and value else value


def _nothing(value: Any) -> Any:
    return {} if value == "" else value


class PeerSpec(BaseModel):
    """A peer: just one of `address`, `reference`, `process` and `container` says what it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    address: Address | None = Field(None, description="A peer that is already running.")
    reference: Annotated[ReferenceOptions, BeforeValidator(_nothing)] | None = Field(
        None, description="The bundled reference SCP."
    )
    process: Annotated[ProcessOptions, BeforeValidator(_recipe_name)] | None = Field(
        None, description="A recipe for a locally installed server."
    )
    container: Annotated[ContainerOptions, BeforeValidator(_recipe_name)] | None = Field(
        None, description="A recipe for a server in a container."
    )
    environment: Environment | None = Field(None, description="test or production, for a peer with an address.")
    allow: list[Allow] = Field([], description="Writing services that may be used, with --allow-writes.")
    calling_ae_title: AETitle | None = Field(None, description="Calling AE title towards this peer.")
    timeouts: TimeoutsSpec = Field(TimeoutsSpec(), description="Deadlines towards this peer.")

    @property
    def kind(self) -> str:
        """address, reference, process or container; empty if none or several are given."""
        given = [name for name in KINDS if getattr(self, name) is not None]
        return given[0] if len(given) == 1 else ""

    @property
    def effective_environment(self) -> Environment:
        """Peers that the run starts itself are test peers (only an address can be anything else)."""
        if self.address is None:
            return Environment.TEST
        return self.environment or Environment.UNSPECIFIED

    @property
    def knows(self) -> list[str]:
        """The AEs that a peer started by the run is told of."""
        started = self.reference or self.process or self.container
        return started.knows if started is not None else []


KINDS = ("address", "reference", "process", "container")


class LocalSpec(BaseModel):
    """Ourselves: calling AE title and the Storage SCP that C-MOVE sends to."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    ae_title: AETitle = Field("HARNESS", description="Our AE title, as requestor and as Storage SCP.")
    listen: Annotated[int, Field(ge=0, le=65535)] = Field(0, description="Port of our Storage SCP; 0: any free port.")
    host: str | None = Field(None, description="Address our Storage SCP binds to; loopback unless a peer needs more.")
    reachable_as: str | None = Field(None, description="Host name or address under which peers reach our Storage SCP.")
