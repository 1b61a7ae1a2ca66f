"""What a file says of the bundled reference SCP."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import (
    Field,
    PlainValidator,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from harness.scenario.defects import DEFECTS
from harness.scenario.expect import DeliveryName, ReasonName, ResultName, SourceName
from harness.scenario.fields import (
    AETitle,
    OneOrMore,
    SOPClass,
    Spec,
    Text,
    TransferSyntax,
    Truth,
    WholeNumber,
    described,
    one_of,
    text_of,
)
from harness.scenario.mistakes import Mistakes
from harness.scenario.params.association import MaximumLength, UserIdentity
from harness.scenario.tls import TlsServerSpec
from harness.scenario.worklist_items import WorklistEntries
from harness.standard.commitment import Delivery
from harness.standard.negotiation import Rejection, UnknownCode


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
WHEN_FULL = ("refuse", "remove-oldest-study")
WhenFullName = Annotated[str, one_of(WHEN_FULL, "rule for a full store"), WithJsonSchema({"enum": [*WHEN_FULL]})]
AccessName = Annotated[str, one_of(ACCESS, "kind of access"), WithJsonSchema({"enum": [*ACCESS]})]


DefectName = Annotated[str, one_of([*DEFECTS], "defect"), WithJsonSchema({"enum": [*DEFECTS]})]


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
    """How much a store takes."""

    studies: Annotated[WholeNumber, Field(ge=0)] | None = Field(None, description="Studies; any number by default.")
    bytes: Annotated[WholeNumber, Field(ge=0)] | None = Field(
        None, description="Bytes of all files; any number by default."
    )
    when_full: WhenFullName = Field(
        "refuse",
        description="A C-STORE that would be more is refused with A700H, or the study that came first is removed.",
    )


class StoreOptions(Spec):
    """A further AE title of the reference SCP, with a store of its own."""

    ae_title: AETitle = Field(description="The AE title.")
    access: AccessName = Field("read-write", description="What requestors may do: look, leave something, or both.")
    calling_ae_titles: OneOrMore[AETitle] = Field([], description="Accept only these calling AE titles; empty: all.")
    quota: QuotaOptions = Field(default_factory=QuotaOptions, description="How much it takes.")
    knows: OneOrMore[Text] | None = Field(
        None, description="Its move destinations, of those that the server `knows`; all of them by default."
    )


class ReferenceOptions(Spec):
    """The bundled reference SCP, started with the run."""

    ae_title: AETitle = Field("REFERENCE", description="Its AE title.")
    access: AccessName = Field("read-write", description="What requestors may do: look, leave something, or both.")
    quota: QuotaOptions = Field(default_factory=QuotaOptions, description="How much it takes.")
    check_called_ae_title: Truth = Field(True, description="Reject associations that call it by another title.")
    calling_ae_titles: OneOrMore[AETitle] = Field([], description="Accept only these calling AE titles; empty: all.")
    sop_classes: OneOrMore[SOPClass] = Field([], description="Storage SOP classes it accepts; empty: all.")
    transfer_syntaxes: OneOrMore[TransferSyntax] = Field([], description="Transfer syntaxes it accepts; empty: all.")
    knows: OneOrMore[Text] = Field(
        ["local"], description="Move destinations: `local`, names of peers, or `TITLE@host:port`."
    )
    stores: list[StoreOptions] = Field([], description="Further AE titles, each with a store of its own.")
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
    over_tls: OneOrMore[Text] = Field(
        [],
        description="Those of `knows` that it calls over TLS, with the certificate of its `tls`; `local` and peers "
        "whose `tls` says so are called over TLS anyway.",
    )
    defects: OneOrMore[DefectName] = Field(
        [], description="What it does wrong on purpose when it is asked for what it has; see docs/reference-scp.md."
    )
    refuse: RefuseOptions = Field(default_factory=RefuseOptions, description="What it refuses on purpose.")

    @model_validator(mode="after")
    def _tls_to_the_known(self) -> ReferenceOptions:
        mistakes = Mistakes()
        for index, known in enumerate(self.over_tls):
            with mistakes.at(("over_tls", index)):
                if known not in self.knows:
                    raise ValueError(f"`{known}` is not among those that it `knows`")
                if self.tls is None:
                    raise ValueError("to call anybody over TLS it needs a `tls` of its own")
        mistakes.raise_any()
        return self

    @field_validator("stores")
    @classmethod
    def _fit_together(cls, stores: list[StoreOptions], info: ValidationInfo) -> list[StoreOptions]:
        taken = {info.data.get("ae_title")}
        known = info.data.get("knows", [])
        mistakes = Mistakes()
        for index, store in enumerate(stores):
            with mistakes.at((index, "ae_title")):
                if store.ae_title in taken:
                    raise ValueError(f"the AE title `{store.ae_title}` has a store already")
            taken.add(store.ae_title)
            with mistakes.at((index, "knows")):
                if unknown := [name for name in store.knows or () if name not in known]:
                    raise ValueError(f"`{unknown[0]}` is not among those that the server `knows`: {', '.join(known)}")
        mistakes.raise_any()
        return stores
