"""What a step may expect. Each named expectation becomes one check."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, Tag, ValidationInfo, WithJsonSchema, field_validator

from harness.scenario.demands import Demands
from harness.scenario.expect_negotiation import (
    ContextExpectation,
    ExtendedExpectation,
    TlsExpectation,
    TlsFailed,
    WindowExpectation,
)
from harness.scenario.fields import (
    CountField,
    Duration,
    LimitField,
    OneOrMore,
    Spec,
    Statuses,
    Text,
    TransferSyntax,
    Truth,
    kind_of,
    mapping_or_true,
    one_of,
    uid_text,
)
from harness.scenario.params.base import ServiceName
from harness.scenario.problems import allowed
from harness.standard.commitment import Delivery, FailureReason, failure_reason_name
from harness.standard.negotiation import (
    ABORT_REASONS,
    ABORT_SOURCES,
    CONTEXT_RESULTS,
    REASONS,
    RESULTS,
    SOURCES,
    source_code,
)

_RESULTS = list(RESULTS.values())
_SOURCES = list(SOURCES.values())
_REASONS = list(dict.fromkeys(name for names in REASONS.values() for name in names.values()))
_ABORT_SOURCES = list(ABORT_SOURCES.values())
_ABORT_REASONS = list(ABORT_REASONS.values())
_REFUSALS = [name for code, name in CONTEXT_RESULTS.items() if code]

LOADED = ("echo", "store", "find", "move")
"""The operations of a load."""

ResultName = Annotated[str, one_of(_RESULTS, "result of a rejection"), WithJsonSchema({"enum": _RESULTS})]
SourceName = Annotated[str, one_of(_SOURCES, "source of a rejection"), WithJsonSchema({"enum": _SOURCES})]
ReasonName = Annotated[str, one_of(_REASONS, "reason of a rejection"), WithJsonSchema({"enum": _REASONS})]
AbortSourceName = Annotated[str, one_of(_ABORT_SOURCES, "source of an abort"), WithJsonSchema({"enum": _ABORT_SOURCES})]
AbortReasonName = Annotated[str, one_of(_ABORT_REASONS, "reason of an abort"), WithJsonSchema({"enum": _ABORT_REASONS})]


class RejectedExpectation(Spec):
    """The association is rejected with this result, source and reason (PS3.8 9.3.4); what is not named is free."""

    result: ResultName | None = Field(None, description="Whether it is worth trying again.")
    source: SourceName | None = Field(None, description="Who rejects.")
    reason: ReasonName | None = Field(None, description="Why.")

    @field_validator("reason")
    @classmethod
    def _reason_of_source(cls, reason: str | None, info: ValidationInfo) -> str | None:
        source = info.data.get("source")
        if reason is not None and source is not None:
            possible = list(REASONS[source_code(source)].values())
            if reason not in possible:
                raise ValueError(f"`{reason}` is never given by {source}{allowed(reason, possible)}")
        return reason


class AbortedExpectation(Spec):
    """The peer aborts the association (PS3.8 9.3.8)."""

    source: AbortSourceName | None = Field(None, description="Who aborts.")
    reason: AbortReasonName | None = Field(None, description="Why.")

    @field_validator("reason")
    @classmethod
    def _reason_of_source(cls, reason: str | None, info: ValidationInfo) -> str | None:
        # The reason field of an A-ABORT by the service user means nothing (PS3.8 Table 9-26).
        if info.data.get("source") == "service-user" and reason != ABORT_REASONS[0]:
            raise ValueError("an abort by service-user has no reason; leave it out")
        return reason


def _refused(value: Any) -> bool | str:
    if value in (True, "true"):
        return True
    if value in (False, "false"):
        return False
    choices = ["true", *_REFUSALS]
    if not isinstance(value, str):
        raise ValueError(f"expected `true` or a result, found {kind_of(value)}{allowed('', choices)}")
    if value not in _REFUSALS:
        raise ValueError(f"`{value}` is no result of a refused presentation context{allowed(value, choices)}")
    return value


def _truth_or_syntaxes(value: Any) -> str:
    return "<truth>" if value in ("true", "false", "") or isinstance(value, bool | dict) else "<syntaxes>"


_FAILURE_REASONS = [failure_reason_name(reason) for reason in FailureReason]
_DELIVERIES = [delivery.value for delivery in Delivery]
FailureReasonName = Annotated[
    str, one_of(_FAILURE_REASONS, "Failure Reason (PS3.3 C.14.1.1)"), WithJsonSchema({"enum": _FAILURE_REASONS})
]
DeliveryName = Annotated[str, one_of(_DELIVERIES, "way of delivery"), WithJsonSchema({"enum": _DELIVERIES})]
Accepted = Annotated[
    Annotated[Truth, Tag("<truth>")] | Annotated[OneOrMore[TransferSyntax], Tag("<syntaxes>")],
    Discriminator(_truth_or_syntaxes),
]
Rejected = Annotated[RejectedExpectation, mapping_or_true("{result: …, source: …, reason: …}")]
Aborted = Annotated[AbortedExpectation, mapping_or_true("{source: …, reason: …}")]
Refused = Annotated[bool | str, BeforeValidator(_refused), WithJsonSchema({"enum": [True, False, *_REFUSALS]})]


def _named(spec: Spec) -> Iterator[tuple[str, Any]]:
    for name in type(spec).model_fields:
        value = getattr(spec, name)
        if value is not None:
            yield name, value


class OperationExpectation(Spec):
    """What must be true of the operations of one kind in a load."""

    errors: CountField | None = Field(None, description="Operations that failed.")
    throughput: CountField | None = Field(None, description="Operations that succeeded per second, rounded down.")
    p50: LimitField | None = Field(None, description="Half of the operations took this long at most.")
    p95: LimitField | None = Field(None, description="95 of 100 operations took this long at most.")
    p99: LimitField | None = Field(None, description="99 of 100 operations took this long at most.")

    def named(self) -> Iterator[tuple[str, Any]]:
        """Each expectation that was stated, with its name."""
        return _named(self)


LoadedOperation = Annotated[
    str,
    one_of(LOADED, "operation of a load"),
    WithJsonSchema({"enum": [*LOADED]}),
]


class Expectation(Spec):
    """What must be true of a step. Only the expectations of its service are allowed."""

    status: Statuses | None = Field(
        None, description="DIMSE status of the final response; of a store, the status of every instance."
    )
    within: Duration | None = Field(None, description="The step takes at most this long.")
    rejected: Rejected | None = Field(None, description="The association is rejected: `true`, or for which reason.")
    aborted: Aborted | None = Field(None, description="The peer aborts the association: `true`, or for which reason.")
    closed: Truth | None = Field(None, description="The peer closes the connection without a word.")
    ended: Truth | None = Field(
        None,
        description="Of `release`: the association stood until then and the peer agreed. Of `abort`: it stood until "
        "then.",
    )
    tls_failed: TlsFailed | None = Field(
        None, description="TLS does not come to stand: `true`, the fault, or the fault and who finds it."
    )
    accepted: Accepted | None = Field(
        None,
        description="Of `associate`: whether the association is accepted. Of `negotiate`: just these transfer syntaxes "
        "are accepted.",
    )
    refused: Refused | None = Field(
        None, description="Every presentation context is refused: `true`, or the result that they all have."
    )
    contexts: Annotated[list[ContextExpectation], Field(min_length=1)] | None = Field(
        None, description="What becomes of presentation contexts, by abstract syntax."
    )
    max_pdu_length: CountField | None = Field(None, description="Maximum length that the peer announces, in bytes.")
    implementation_class_uid: Annotated[str, BeforeValidator(uid_text)] | None = Field(
        None, description="Implementation class UID of the peer."
    )
    implementation_version_name: Text | None = Field(None, description="Implementation version name of the peer.")
    user_identity_answered: Truth | None = Field(
        None, description="Whether the peer answers the user identity; only `response: true` lets it."
    )
    asynchronous_operations: WindowExpectation | None = Field(
        None, description="Asynchronous operations window that is agreed on."
    )
    extended_negotiation: Annotated[list[ExtendedExpectation], Field(min_length=1)] | None = Field(
        None, description="What the peer answers to extended negotiation, by SOP class."
    )
    tls: TlsExpectation | None = Field(None, description="TLS that is agreed on.")
    count: CountField | None = Field(
        None,
        description="Of `find` and `worklist`: number of matches. Of `store`: number of instances stored. Of "
        "`instance-availability` with `wait`: number of notifications.",
    )
    one: Demands | None = Field(None, description="Just one match has these values.")
    every: Demands | None = Field(None, description="Every match has these values, and there is at least one match.")
    any: Demands | None = Field(None, description="At least one match has these values.")
    exact: list[Demands] | None = Field(None, description="The matches are just these, in any order.")
    completed: CountField | None = Field(None, description="Completed sub-operations of the final response.")
    failed: CountField | None = Field(
        None,
        description="Failed sub-operations of the final response. Of `commit`: instances that the peer does not keep.",
    )
    warning: CountField | None = Field(None, description="Sub-operations with warnings of the final response.")
    after_cancel: CountField | None = Field(
        None, description="Pending responses that still came when the C-CANCEL was sent; needs `cancel`."
    )
    committed: CountField | None = Field(None, description="Instances that the peer has committed itself to keep.")
    failure_reasons: OneOrMore[FailureReasonName] | None = Field(
        None, description="Instances failed to be committed, each for one of these reasons."
    )
    delivery: DeliveryName | None = Field(None, description="The association that the report of a `commit` came on.")
    reported: Truth | None = Field(
        None, description="The report of a `commit` comes in time, with just the instances that were asked for."
    )
    received: CountField | None = Field(None, description="Instances that arrived at our Storage SCP.")
    unchanged: Truth | None = Field(
        None, description="What arrived equals what this run had stored, attribute by attribute."
    )
    holds: Truth | None = Field(
        None, description="Of `relation`: the answers of the archive agree with each other in this way."
    )
    errors: CountField | None = Field(None, description="Operations of a load that failed, whatever they were.")
    throughput: CountField | None = Field(
        None, description="Operations of a load that succeeded per second, rounded down."
    )
    p50: LimitField | None = Field(None, description="Half of the operations of a load took this long at most.")
    p95: LimitField | None = Field(None, description="95 of 100 operations of a load took this long at most.")
    p99: LimitField | None = Field(None, description="99 of 100 operations of a load took this long at most.")
    operations: dict[LoadedOperation, OperationExpectation] | None = Field(
        None, description="The same of the operations of one kind: `{store: {p95: < 2 s}}`."
    )
    any_of: Annotated[list[Expectation], Field(min_length=1)] | None = Field(
        None, description="Alternatives; one of them must be true as a whole."
    )

    def named(self) -> Iterator[tuple[str, Any]]:
        """Each expectation that was stated, with its name."""
        return _named(self)


MATCHES = ("count", "one", "every", "any", "exact")
"""What is expected of what a peer returns."""

_ALWAYS = ("within", "rejected", "aborted", "closed", "tls_failed", "any_of")
_NEGOTIATED = (
    "contexts",
    "max_pdu_length",
    "implementation_class_uid",
    "implementation_version_name",
    "user_identity_answered",
    "asynchronous_operations",
    "extended_negotiation",
    "tls",
)
_SEARCH = ("status", "count", "one", "every", "any", "exact", "after_cancel", *_ALWAYS)
_RETRIEVE = ("status", "completed", "failed", "warning", "after_cancel", "received", "unchanged", *_ALWAYS)
ALLOWED: dict[ServiceName, tuple[str, ...]] = {
    ServiceName.ECHO: ("status", *_ALWAYS),
    ServiceName.ASSOCIATE: ("accepted", *_NEGOTIATED, *_ALWAYS),
    ServiceName.NEGOTIATE: ("accepted", "refused", *_NEGOTIATED, *_ALWAYS),
    ServiceName.POLICY: ("within",),
    ServiceName.STORE: ("status", "count", *_ALWAYS),
    ServiceName.FIND: _SEARCH,
    ServiceName.WORKLIST: _SEARCH,
    ServiceName.MOVE: _RETRIEVE,
    ServiceName.GET: _RETRIEVE,
    ServiceName.MPPS: ("status", *_ALWAYS),
    ServiceName.COMMIT: ("status", "committed", "failed", "failure_reasons", "delivery", "reported", *_ALWAYS),
    ServiceName.INSTANCE_AVAILABILITY: ("status", *MATCHES, *_ALWAYS),
    ServiceName.RELATION: ("holds", *_ALWAYS),
    ServiceName.LOAD: ("errors", "throughput", "p50", "p95", "p99", "operations"),
    ServiceName.RELEASE: ("ended", "within", "aborted", "closed", "any_of"),
    ServiceName.ABORT: ("ended", "aborted", "closed", "any_of"),
}
"""The expectations of each service."""
