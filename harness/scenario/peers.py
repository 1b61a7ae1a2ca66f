"""How a scenario file describes its peers."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Field,
    PlainValidator,
)

from harness.scenario.caution import Allow, Environment
from harness.scenario.fields import (
    Address,
    AETitle,
    Duration,
    OneOrMore,
    Spec,
    Text,
    WholeNumber,
    described,
    uid_text,
)
from harness.scenario.params.association import MaximumLength, UserIdentity
from harness.scenario.reference import ReferenceOptions
from harness.scenario.servers import Container, ProcessOptions, recipe_name
from harness.scenario.tls import TlsServerSpec, TlsTowardsPeer
from harness.standard.uids import GENERATED_UID_ROOT, LONGEST_ROOT


class TimeoutsSpec(Spec):
    """Deadlines of the stages of an association."""

    connect: Duration | None = Field(None, description="Name and TCP connection; 10 s by default.")
    association: Duration | None = Field(None, description="Answer to the A-ASSOCIATE-RQ; 30 s by default.")
    response: Duration | None = Field(None, description="Each DIMSE response; 30 s by default.")
    release: Duration | None = Field(None, description="Answer to the A-RELEASE-RQ; 10 s by default.")

    def over(self, other: TimeoutsSpec) -> TimeoutsSpec:
        """These deadlines, and those of `other` where these name none."""
        return other.model_copy(update=self.model_dump(exclude_none=True))


def _title(value: Any) -> Any:
    return {"ae_title": value} if isinstance(value, str) and value else value or {}


class PeerSpec(Spec):
    """A peer: just one of `address`, `reference`, `process` and `container` says what it is."""

    address: Address | None = Field(None, description="A peer that is already running.")
    reference: Annotated[ReferenceOptions, BeforeValidator(_title)] | None = Field(
        None, description="The bundled reference SCP."
    )
    process: Annotated[ProcessOptions, BeforeValidator(recipe_name)] | None = Field(
        None, description="A locally installed server: the name of a recipe, or the recipe with its options."
    )
    container: Annotated[Container, BeforeValidator(recipe_name)] | None = Field(
        None,
        description="A server in a container: the name of a recipe, the recipe with its options, or an image with its "
        "port.",
    )
    environment: Environment | None = Field(
        None, description="For a peer with an address: what it is used for. Peers that the run starts are test peers."
    )
    allow: OneOrMore[Allow] = Field(
        [], description="What may be done to a peer that is no test peer; writing needs `--allow-writes` besides."
    )
    calling_ae_title: AETitle | None = Field(None, description="Calling AE title towards this peer.")
    calls_as: OneOrMore[AETitle] = Field(
        [], description="AE titles by which the peer calls us, beside its own: what it moves may come from another."
    )
    user_identity: UserIdentity | None = Field(
        None, description="User identity to offer to this peer, where a step names no other."
    )
    tls: TlsTowardsPeer | None = Field(
        None, description="TLS towards this peer: `true`, or with which certificates; without it plain DICOM."
    )
    timeouts: TimeoutsSpec = Field(
        default_factory=TimeoutsSpec, description="Deadlines towards this peer; what is not named is as the file says."
    )

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


def _uid_root(value: Any) -> str:
    root = uid_text(value)
    if len(root) > LONGEST_ROOT:
        raise ValueError(f"`{root}` has {len(root)} characters; a root has at most {LONGEST_ROOT}")
    return root


UIDRoot = Annotated[str, PlainValidator(_uid_root), described(f"the root of a UID, at most {LONGEST_ROOT} characters")]


class LocalSpec(Spec):
    """Ourselves: calling AE title and the Storage SCP that C-MOVE sends to."""

    ae_title: AETitle = Field("HARNESS", description="Our AE title, as requestor and as Storage SCP.")
    listen: Annotated[WholeNumber, Field(ge=0, le=65535)] = Field(
        0, description="Port of our Storage SCP; 0: any free port."
    )
    tls: TlsServerSpec | None = Field(None, description="Our Storage SCP takes nothing but TLS.")
    max_pdu_length: MaximumLength | None = Field(
        None, description="Maximum length of P-DATA-TF that our Storage SCP announces, in bytes; 0 for no limit."
    )
    host: Text | None = Field(None, description="Address our Storage SCP binds to; loopback unless a peer needs more.")
    uid_root: UIDRoot = Field(
        GENERATED_UID_ROOT, description="Root of all UIDs that the run makes; by default one of the harness's own."
    )
