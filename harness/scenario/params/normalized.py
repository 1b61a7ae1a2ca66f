"""Performed procedure steps, storage commitment, and the availability of instances."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, WithJsonSchema, model_validator

from harness.scenario.attributes import AttributeValues, Keyword
from harness.scenario.fields import AETitle, Duration, OneOrMore, SOPClass, Spec, described, kind_of, one_of, uid_text
from harness.scenario.params.base import AssociationParams
from harness.standard.commitment import Delivery
from harness.standard.normalized import AVAILABILITIES

PEER_CHOOSES = "peer"
STORED = "stored"
ANY_REPORT = "any"
_REPORTS = (ANY_REPORT, *(delivery.value for delivery in Delivery))


def _new_uid(value: Any) -> str:
    return PEER_CHOOSES if value == PEER_CHOOSES else uid_text(value)


def _stored(value: Any) -> str:
    if value != STORED:
        raise ValueError(f"expected `{STORED}` or a list of instances, found {kind_of(value)}")
    return STORED


UID = Annotated[str, BeforeValidator(uid_text), described("a UID")]
NewUID = Annotated[str, BeforeValidator(_new_uid), described("a UID, or `peer`: the peer chooses it")]
Report = Annotated[str, one_of(_REPORTS, "way in which a report comes"), WithJsonSchema({"enum": [*_REPORTS]})]
Availability = Annotated[
    str, one_of(AVAILABILITIES, "Instance Availability"), WithJsonSchema({"enum": [*AVAILABILITIES]})
]


class InstanceSpec(Spec):
    """An instance, whether it exists or not."""

    sop_class: SOPClass = Field(description="Its SOP class.")
    sop_instance: UID = Field(description="Its SOP Instance UID.")


Instances = Annotated[
    Annotated[str, BeforeValidator(_stored), WithJsonSchema({"const": STORED}), Tag("<stored>")]
    | Annotated[list[InstanceSpec], Field(min_length=1), Tag("<list>")],
    Discriminator(lambda value: "<list>" if isinstance(value, list) else "<stored>"),
]


class MPPSParams(AssociationParams):
    """Modality Performed Procedure Step: N-CREATE of a step in progress, or N-SET of what becomes of it."""

    create: AttributeValues | None = Field(
        None,
        description="Create a step with these attributes. What PS3.4 Table F.7.2-1 requires besides is added, "
        "synthetic and marked as such.",
    )
    set: UID | None = Field(None, description="Change the step with this SOP Instance UID.")
    attributes: AttributeValues = Field(
        {},
        description="With `set`: what changes. With a final `PerformedProcedureStepStatus`, COMPLETED or DISCONTINUED, "
        "what Table F.7.2-1 requires at the end is added: end date and time, and the series stored in this scenario.",
    )
    without: OneOrMore[Keyword] = Field([], description="Attributes to leave out, at the top level.")
    sop_instance: NewUID | None = Field(
        None, description="With `create`: the SOP Instance UID; a new one of ours by default."
    )

    @model_validator(mode="after")
    def _one_of_two(self) -> MPPSParams:
        if (self.create is None) is (self.set is None):
            raise ValueError("write just one of `create: {…}` and `set: UID`")
        if self.set is None and self.attributes:
            raise ValueError("`attributes` belongs to `set`; with `create`, they stand in `create`")
        if self.set is not None and self.sop_instance is not None:
            raise ValueError("`sop_instance` belongs to `create`; `set` itself names the instance")
        return self


class CommitParams(AssociationParams):
    """Storage Commitment Push Model: will the peer keep the instances, and does it tell us so?"""

    instances: Instances = Field(
        STORED, description="The instances: those stored on this peer earlier in the scenario, or a list of others."
    )
    report: Report = Field(
        ANY_REPORT,
        description="How the report comes. `any` and `same-association`: we keep the association open for it, and "
        "listen. `new-association`: we release the association at once, and listen. `later`: we release it, and open "
        "another after `pause`.",
    )
    wait: Duration = Field(30.0, description="How long we wait for the report; 30 s by default.")
    pause: Duration = Field(
        1.0, description="With `report: later`: how long until we open the later association; 1 s by default."
    )
    transaction: UID | None = Field(None, description="Transaction UID; a new one by default.")


class AvailabilityParams(AssociationParams):
    """Instance Availability Notification: N-CREATE that tells the peer where instances can be retrieved."""

    wait: Duration | None = Field(
        None,
        description="Tell the peer nothing, but wait at most this long until it tells us. Its notifications are "
        "matches to `count`, `one`, `every`, `any` and `exact`.",
    )
    availability: Availability = Field("ONLINE", description="Instance Availability of all of them.")
    retrieve_ae_title: AETitle | None = Field(
        None, description="Where to retrieve them; by default the peer that they were stored on."
    )
    attributes: AttributeValues = Field(
        {}, description="Further attributes, or others than those made from what was stored earlier in the scenario."
    )
    without: OneOrMore[Keyword] = Field([], description="Attributes to leave out, at the top level.")
    sop_instance: NewUID | None = Field(None, description="SOP Instance UID; a new one of ours by default.")

    @model_validator(mode="after")
    def _tells_or_waits(self) -> AvailabilityParams:
        told = self.model_fields_set - {"wait"}
        if self.wait is not None and told:
            raise ValueError(f"with `wait` the peer tells us, and `{min(told)}` is about what we tell; leave one out")
        return self
