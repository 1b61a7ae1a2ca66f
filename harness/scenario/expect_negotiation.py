"""What may be expected of a negotiation, and of the TLS beneath it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from harness.observe.ending import TlsFault
from harness.scenario.fields import CountField, OneOrMore, SOPClass, Spec, Text, TransferSyntax, Truth, kind_of, one_of
from harness.scenario.params.association import ExtendedFields
from harness.scenario.problems import allowed
from harness.standard.negotiation import CONTEXT_RESULTS

_RESULTS = list(CONTEXT_RESULTS.values())
FAULTS = [fault.value for fault in TlsFault]
_FINDERS = ["us", "peer"]
_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]

ContextResultName = Annotated[
    str, one_of(_RESULTS, "result of a presentation context"), WithJsonSchema({"enum": _RESULTS})
]
FaultName = Annotated[str, one_of(FAULTS, "fault of TLS"), WithJsonSchema({"enum": FAULTS})]
FinderName = Annotated[str, one_of(_FINDERS, "finder of a fault"), WithJsonSchema({"enum": _FINDERS})]
VersionName = Annotated[str, one_of(_VERSIONS, "version of TLS"), WithJsonSchema({"enum": _VERSIONS})]


class ContextExpectation(Spec):
    """What becomes of the contexts of an abstract syntax; of those with these transfer syntaxes, if any are named."""

    abstract_syntax: SOPClass = Field(description="Which contexts: those of this abstract syntax.")
    transfer_syntaxes: OneOrMore[TransferSyntax] = Field(
        [], description="Of these, the contexts proposed with just these transfer syntaxes."
    )
    result: ContextResultName | None = Field(None, description="Result of each of them.")
    transfer_syntax: TransferSyntax | None = Field(None, description="Transfer syntax that each is accepted with.")
    scu_role: Truth | None = Field(None, description="Whether we are SCU.")
    scp_role: Truth | None = Field(None, description="Whether we are SCP.")

    @model_validator(mode="after")
    def _something(self) -> ContextExpectation:
        names = ("result", "transfer_syntax", "scu_role", "scp_role")
        if all(getattr(self, name) is None for name in names):
            raise ValueError(f"nothing is expected of these contexts{allowed('', names)}")
        return self


class WindowExpectation(Spec):
    """The asynchronous operations window that is agreed on; without an answer it is 1 and 1 (PS3.7 D.3.3.3)."""

    invoked: CountField | None = Field(None, description="Operations that we may have under way at once.")
    performed: CountField | None = Field(None, description="Operations that we may be asked to perform at once.")
    answered: Truth | None = Field(None, description="Whether the peer answers at all.")


class ExtendedExpectation(ExtendedFields):
    """What the peer answers to extended negotiation of a SOP class; what it does not answer counts as 0."""

    answered: Truth | None = Field(None, description="Whether the peer answers at all.")


class TlsExpectation(Spec):
    """The TLS beneath the association."""

    version: VersionName | None = Field(None, description="Version that is agreed on.")
    cipher_suite: Text | None = Field(None, description="Cipher suite that is agreed on, as OpenSSL names it.")


class TlsFailedExpectation(Spec):
    """TLS does not come to stand; what is not named is free."""

    fault: FaultName | None = Field(None, description="What is wrong.")
    found_by: FinderName | None = Field(None, description="Who finds it: us, or the peer, whose alert says so.")


def _fault_or_mapping(value: Any) -> Any:
    if value == "true":
        return {}
    if isinstance(value, str) and value:
        return {"fault": value}
    if not isinstance(value, dict | Spec):
        raise ValueError(f"expected `true`, a fault or `{{fault: …, found_by: …}}`, found {kind_of(value)}")
    return value


TlsFailed = Annotated[TlsFailedExpectation, BeforeValidator(_fault_or_mapping)]
