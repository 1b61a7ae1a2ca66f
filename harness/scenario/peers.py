"""How a scenario file describes its peers."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Any

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from harness.scenario.expect import DeliveryName, ReasonName, ResultName, SourceName
from harness.scenario.fields import (
    Address,
    AETitle,
    Duration,
    OneOrMore,
    SOPClass,
    Spec,
    Text,
    TransferSyntax,
    Truth,
    WholeNumber,
    Words,
    described,
    one_of,
    text_of,
    uid_text,
)
from harness.scenario.mistakes import Mistakes
from harness.scenario.params.association import MaximumLength, UserIdentity
from harness.scenario.tls import TlsServerSpec, TlsTowardsPeer
from harness.scenario.worklist_items import WorklistEntries
from harness.standard.commitment import Delivery
from harness.standard.negotiation import Rejection, UnknownCode
from harness.standard.uids import GENERATED_UID_ROOT, LONGEST_ROOT


class Environment(StrEnum):
    """How careful the run has to be with a peer; without a word it is as careful as with production."""

    TEST = "test"
    PRODUCTION = "production"
    UNSPECIFIED = "unspecified"


class Allow(StrEnum):
    """What may be done to a peer that is not a test peer, together with `--allow-writes`."""

    STORE = "store"
    STORE_FILES = "store-files"
    MOVE = "move"
    MPPS = "mpps"
    COMMIT = "commit"
    INSTANCE_AVAILABILITY = "instance-availability"
    PROBE_TITLES = "probe-titles"
    PROBE_LIMITS = "probe-limits"


class TimeoutsSpec(Spec):
    """Deadlines of the stages of an association."""

    connect: Duration | None = Field(None, description="Name and TCP connection; 10 s by default.")
    association: Duration | None = Field(None, description="Answer to the A-ASSOCIATE-RQ; 30 s by default.")
    response: Duration | None = Field(None, description="Each DIMSE response; 30 s by default.")
    release: Duration | None = Field(None, description="Answer to the A-RELEASE-RQ; 10 s by default.")

    def over(self, other: TimeoutsSpec) -> TimeoutsSpec:
        """These deadlines, and those of `other` where these name none."""
        return other.model_copy(update=self.model_dump(exclude_none=True))


def _status_code(value: Any) -> int:
    text = text_of(value)
    found = re.fullmatch(r"(?:0x)?([0-9A-Fa-f]{4})H?", text.strip())
    if found is None:
        raise ValueError(f"`{text}` is no status code; write four hexadecimal digits such as `A700`")
    return int(found[1], 16)


StatusCode = Annotated[int, PlainValidator(_status_code), described("a status code: four hexadecimal digits, `A700`")]


class RefusedAssociation(Spec):
    """How every association is rejected (PS3.8 9.3.4)."""

    result: ResultName = Field("permanent", description="Whether it is worth trying again.")
    source: SourceName = Field("service-user", description="Who rejects.")
    reason: ReasonName = Field("no-reason-given", description="Why.")

    @model_validator(mode="after")
    def _reason_of_source(self) -> RefusedAssociation:
        try:
            Rejection.from_names(self.result, self.source, self.reason)
        except UnknownCode as error:
            raise ValueError(str(error.args[0])) from None
        return self


ACCESS = ("read", "write", "read-write")
AccessName = Annotated[str, one_of(ACCESS, "kind of access"), WithJsonSchema({"enum": [*ACCESS]})]


class RefuseOptions(Spec):
    """What the reference SCP refuses on purpose, to see how the other side takes it."""

    association: RefusedAssociation | None = Field(None, description="Reject every association.")
    store: StatusCode | None = Field(None, description="Status that answers C-STORE requests.")
    find: StatusCode | None = Field(None, description="Status that answers C-FIND requests.")
    worklist: StatusCode | None = Field(None, description="Status that answers C-FIND requests of the worklist.")
    move: StatusCode | None = Field(None, description="Status that answers C-MOVE requests.")
    get: StatusCode | None = Field(None, description="Status that answers C-GET requests.")
    mpps: StatusCode | None = Field(None, description="Status that answers N-CREATE and N-SET requests of MPPS.")
    commit: StatusCode | None = Field(None, description="Status that answers N-ACTION requests of Storage Commitment.")
    instance_availability: StatusCode | None = Field(
        None, description="Status that answers N-CREATE requests of Instance Availability Notification."
    )
    after: Annotated[WholeNumber, Field(ge=0, le=1_000_000)] = Field(
        0, description="How many requests of a service are answered well before."
    )


class QuotaOptions(Spec):
    """How much a store takes. What would be more is refused with A700H; nothing is thrown away."""

    studies: Annotated[WholeNumber, Field(ge=0)] | None = Field(None, description="Studies; any number by default.")
    bytes: Annotated[WholeNumber, Field(ge=0)] | None = Field(
        None, description="Bytes of all files; any number by default."
    )


class StoreOptions(Spec):
    """A further AE title of the reference SCP, with a store of its own."""

    ae_title: AETitle = Field(description="The AE title.")
    access: AccessName = Field("read-write", description="What requestors may do: look, leave something, or both.")
    calling_ae_titles: OneOrMore[AETitle] = Field([], description="Accept only these calling AE titles; empty: all.")
    quota: QuotaOptions = Field(default_factory=QuotaOptions, description="How much it takes.")


class ReferenceOptions(Spec):
    """The bundled reference SCP, started with the run."""

    ae_title: AETitle = Field("REFERENCE", description="Its AE title.")
    access: AccessName = Field("read-write", description="What requestors may do: look, leave something, or both.")
    quota: QuotaOptions = Field(default_factory=QuotaOptions, description="How much it takes.")
    stores: list[StoreOptions] = Field([], description="Further AE titles, each with a store of its own.")
    check_called_ae_title: Truth = Field(True, description="Reject associations that call it by another title.")
    calling_ae_titles: OneOrMore[AETitle] = Field([], description="Accept only these calling AE titles; empty: all.")
    sop_classes: OneOrMore[SOPClass] = Field([], description="Storage SOP classes it accepts; empty: all.")
    transfer_syntaxes: OneOrMore[TransferSyntax] = Field([], description="Transfer syntaxes it accepts; empty: all.")
    knows: OneOrMore[Text] = Field(
        ["local"], description="Move destinations: `local`, names of peers, or `TITLE@host:port`."
    )
    commitment: DeliveryName = Field(
        Delivery.NEW_ASSOCIATION.value,
        description="On which association it reports results of storage commitment: that of the request, one that it "
        "opens to who asked (whom it must know), or a later one of theirs.",
    )
    worklist: WorklistEntries = Field(
        [],
        description="Items of its Modality Worklist: mappings from attributes to values, files (DICOM, or YAML with a "
        "list of such mappings), and folders of files `*.wl`, `*.dcm`, `*.yaml` and `*.yml`. Identifiers, and the date "
        "and time of now, are filled in where they are missing.",
    )
    user_identities: list[UserIdentity] = Field(
        [], description="User identities of which a requestor must offer one; empty: anybody may come in."
    )
    max_pdu_length: MaximumLength | None = Field(
        None, description="Maximum length of P-DATA-TF that it announces, in bytes; 0 for no limit."
    )
    tls: TlsServerSpec | None = Field(None, description="It takes nothing but TLS.")
    refuse: RefuseOptions = Field(default_factory=RefuseOptions, description="What it refuses on purpose.")

    @field_validator("stores")
    @classmethod
    def _no_title_twice(cls, stores: list[StoreOptions], info: ValidationInfo) -> list[StoreOptions]:
        taken = {info.data.get("ae_title")}
        mistakes = Mistakes()
        for index, store in enumerate(stores):
            with mistakes.at((index, "ae_title")):
                if store.ae_title in taken:
                    raise ValueError(f"the AE title `{store.ae_title}` has a store already")
            taken.add(store.ae_title)
        mistakes.raise_any()
        return stores


class ProcessRecipe(StrEnum):
    """Recipes for locally installed servers."""

    DCMQRSCP = "dcmqrscp"
    STORESCP = "storescp"
    DCMRECV = "dcmrecv"
    CTN = "ctn"
    WLMSCPFS = "wlmscpfs"
    ORTHANC = "orthanc"
    PYNETDICOM = "pynetdicom"


class ContainerRecipe(StrEnum):
    """Recipes for servers in containers."""

    ORTHANC = "orthanc"
    DCMQRSCP = "dcmqrscp"
    WLMSCPFS = "wlmscpfs"


class RecipeOptions(Spec):
    """What every recipe can be told."""

    options: OneOrMore[Text] = Field([], description="Further command line options (need `--allow-commands`).")
    ae_titles: OneOrMore[AETitle] = Field(
        [], description="AE titles it answers to; the first is the one we call. By default the peer's name in capitals."
    )
    knows: OneOrMore[Text] = Field(
        ["local"],
        description="AEs it knows, as callers and move destinations: `local`, names of peers, `TITLE@host:port`.",
    )
    prefer: TransferSyntax | None = Field(
        None,
        description="A compressed transfer syntax to accept and propose beside the uncompressed ones "
        "(dcmqrscp and storescp only).",
    )
    tls: TlsServerSpec | None = Field(
        None, description="It takes nothing but TLS (storescp, dcmrecv and orthanc, as processes only)."
    )
    check_ae_titles: Truth = Field(
        False, description="Check called and calling AE titles, as far as the server can (dcmqrscp and orthanc only)."
    )
    worklist: WorklistEntries = Field(
        [],
        description="Worklist items: mappings from attributes to values, files `*.wl`, `*.dcm` and `*.dump` (for "
        "dump2dcm), and folders of such, relative to the scenario file (wlmscpfs and orthanc only). By default orthanc "
        "has none, wlmscpfs DCMTK's sample database.",
    )


class ProcessOptions(RecipeOptions):
    """A server started from a locally installed program."""

    recipe: ProcessRecipe = Field(description="Which one.")


class ContainerOptions(RecipeOptions):
    """A server started in a container."""

    recipe: ContainerRecipe = Field(description="Which one.")
    image: Text | None = Field(None, description="An image instead of the recipe's own (needs `--allow-commands`).")


PLACEHOLDER = re.compile(r"@([\w.-]+)\.(ae_title|host|port)@")
"""What stands for the address of a peer in the texts of a container."""


class ImageOptions(Spec):
    """A server in a container of any image (needs `--allow-commands`); ready when it answers a C-ECHO.

    In `env`, `command` and the files, `@local.ae_title@`, `@local.host@` and `@local.port@` stand for ourselves as the
    container sees us; with the name of a peer that it `knows` instead of `local`, for that peer.
    """

    image: Words = Field(description="The image; pulled if it is not there.")
    port: Annotated[WholeNumber, Field(ge=1, le=65535)] = Field(description="DICOM port of the server, inside.")
    ae_title: AETitle | None = Field(None, description="Its AE title; by default the peer's name in capitals.")
    env: dict[Text, Text] = Field({}, description="Environment variables.")
    files: dict[Text, Text] = Field(
        {}, description="Files to put in: absolute path in the container, and the file, relative to the scenario file."
    )
    command: OneOrMore[Text] = Field([], description="Command and arguments instead of the image's.")
    ready_within: Duration = Field(60.0, description="How long it may take until it answers a C-ECHO; 60 s by default.")
    log_on_failure: Annotated[WholeNumber, Field(ge=0, le=10_000)] = Field(
        20, description="Lines of its log that are reported when something fails."
    )
    knows: OneOrMore[Text] = Field(
        ["local"], description="Whom it connects to: `local`, names of peers, `TITLE@host:port`."
    )

    @field_validator("files")
    @classmethod
    def _absolute(cls, files: dict[str, str]) -> dict[str, str]:
        mistakes = Mistakes()
        for path in files:
            with mistakes.at((path,), key=True):
                if not path.startswith("/") or path.endswith("/"):
                    raise ValueError(f"`{path}` is no absolute path of a file in the container")
        mistakes.raise_any()
        return files


ONLY_FOR = {
    "prefer": frozenset({"dcmqrscp", "storescp"}),
    "check_ae_titles": frozenset({"dcmqrscp", "orthanc"}),
    "ae_titles": frozenset({"dcmqrscp", "wlmscpfs"}),
    "worklist": frozenset({"orthanc", "wlmscpfs"}),
    "tls": frozenset({"storescp", "dcmrecv", "orthanc"}),
}
"""Recipes that can do what not all can; several `ae_titles`, that is."""


def _recipe_name(value: Any) -> Any:
    return {"recipe": value} if isinstance(value, str) and value else value


def _title(value: Any) -> Any:
    return {"ae_title": value} if isinstance(value, str) and value else value or {}


def _container_kind(value: Any) -> str:
    if isinstance(value, ImageOptions) or (isinstance(value, dict) and "image" in value and "recipe" not in value):
        return "<image>"
    return "<recipe>"


Container = Annotated[
    Annotated[ContainerOptions, Tag("<recipe>")] | Annotated[ImageOptions, Tag("<image>")],
    Discriminator(_container_kind),
]


class PeerSpec(Spec):
    """A peer: just one of `address`, `reference`, `process` and `container` says what it is."""

    address: Address | None = Field(None, description="A peer that is already running.")
    reference: Annotated[ReferenceOptions, BeforeValidator(_title)] | None = Field(
        None, description="The bundled reference SCP."
    )
    process: Annotated[ProcessOptions, BeforeValidator(_recipe_name)] | None = Field(
        None, description="A locally installed server: the name of a recipe, or the recipe with its options."
    )
    container: Annotated[Container, BeforeValidator(_recipe_name)] | None = Field(
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
    host: Text | None = Field(None, description="Address our Storage SCP binds to; loopback unless a peer needs more.")
    uid_root: UIDRoot = Field(
        GENERATED_UID_ROOT, description="Root of all UIDs that the run makes; by default one of the harness's own."
    )
