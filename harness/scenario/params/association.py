"""What is negotiated for the association of a step, and who asks for it (PS3.7 D.3.3)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator, model_validator

from harness.scenario.fields import (
    OneOrMore,
    SOPClass,
    Spec,
    Text,
    TransferSyntax,
    Truth,
    WholeNumber,
    text_of,
    uid_text,
)
from harness.scenario.mistakes import Mistakes
from harness.scenario.problems import allowed
from harness.standard.extended import layout_of
from harness.ul.names import is_g0_text

LONGEST_PDU = 0xFFFFFFFF

Uid = Annotated[str, BeforeValidator(uid_text)]
Bit = Truth
Level = Annotated[WholeNumber, Field(ge=0, le=3)]
Operations = Annotated[WholeNumber, Field(ge=0, le=0xFFFF)]
MaximumLength = Annotated[WholeNumber, Field(ge=0, le=LONGEST_PDU)]


class UserIdentity(Spec):
    """User identity (PS3.7 D.3.3.7): just one of a user name, a Kerberos ticket, a SAML assertion and a JWT.

    Write `${env.NAME}` to keep what is secret out of the file. Never shown.
    """

    username: Text | None = Field(None, description="User name.")
    passcode: Text | None = Field(None, description="Passcode of the user name.")
    kerberos: Text | None = Field(None, description="Kerberos service ticket, in Base64.")
    saml: Text | None = Field(None, description="SAML assertion.")
    jwt: Text | None = Field(None, description="JSON Web Token.")
    response: Truth = Field(False, description="Ask for a response, which tells that the identity was looked at.")

    @field_validator("kerberos")
    @classmethod
    def _base64(cls, kerberos: str | None) -> str | None:
        try:
            base64.b64decode(kerberos or "", validate=True)
        except binascii.Error:
            raise ValueError("the Kerberos ticket is not in Base64") from None
        return kerberos

    @model_validator(mode="after")
    def _just_one(self) -> UserIdentity:
        given = [name for name in _IDENTITIES if getattr(self, name) is not None]
        if len(given) != 1:
            what = f"this one has {' and '.join(given)}" if given else "this one has none"
            raise ValueError(f"a user identity has just one of {', '.join(_IDENTITIES)}; {what}")
        if self.passcode is not None and self.username is None:
            raise ValueError("a `passcode` belongs to a `username`")
        return self

    def fields(self) -> tuple[int, bytes, bytes]:
        """Type, primary field and secondary field (PS3.7 Table D.3-14)."""
        if self.username is not None:
            passcode = (self.passcode or "").encode()
            return (1 if self.passcode is None else 2), self.username.encode(), passcode
        if self.kerberos is not None:
            return 3, base64.b64decode(self.kerberos), b""
        return (4 if self.saml is not None else 5), (self.saml or self.jwt or "").encode(), b""


_IDENTITIES = ("username", "kerberos", "saml", "jwt")
SECRET_KEYS = frozenset({"passcode", "kerberos", "saml", "jwt", "passphrase"})
"""Keys whose texts are secrets, wherever they stand."""


class AsynchronousOperations(Spec):
    """Asynchronous operations window (PS3.7 D.3.3.3); 0 means any number."""

    invoked: Operations = Field(1, description="Operations that we may have under way at once.")
    performed: Operations = Field(1, description="Operations that we may be asked to perform at once.")


class RoleProposal(Spec):
    """SCP/SCU role selection of a SOP class (PS3.7 D.3.3.4)."""

    sop_class: SOPClass = Field(description="The SOP class.")
    scu: Truth = Field(True, description="Propose that we are SCU.")
    scp: Truth = Field(False, description="Propose that we are SCP.")


class ExtendedFields(Spec):
    """What extended negotiation says of a SOP class (PS3.4); each kind of SOP class has some of these."""

    sop_class: SOPClass = Field(description="The SOP class.")
    relational_queries: Bit | None = Field(None, description="C-FIND: relational queries.")
    date_time_matching: Bit | None = Field(None, description="C-FIND: combined date and time matching.")
    fuzzy_matching: Bit | None = Field(None, description="C-FIND: fuzzy semantic matching of person names.")
    timezone_adjustment: Bit | None = Field(None, description="C-FIND: timezone query adjustment.")
    enhanced_multi_frame_conversion: Bit | None = Field(
        None, description="C-FIND, C-MOVE and C-GET: enhanced multi-frame image conversion."
    )
    relational_retrieval: Bit | None = Field(None, description="C-MOVE and C-GET: relational retrieval.")
    level_of_support: Level | None = Field(None, description="Storage: level 0 to 2; 3 for an SCU only.")
    digital_signatures: Level | None = Field(None, description="Storage: level of digital signature support, 1 to 3.")
    element_coercion: Annotated[WholeNumber, Field(ge=0, le=2)] | None = Field(
        None, description="Storage: 1 if elements may be coerced; 2 for an SCU only."
    )

    @model_validator(mode="after")
    def _fields_of_class(self) -> ExtendedFields:
        layout = layout_of(self.sop_class)
        possible = [field.name for field in layout.fields] if layout is not None else []
        mistakes = Mistakes()
        for name in self.values():
            with mistakes.at((name,), key=True):
                if name not in possible:
                    what = f"a {layout.title} SOP class" if layout is not None else "this SOP class"
                    raise ValueError(f"`{name}` says nothing of {what}{allowed('', possible or ['bytes'])}")
        mistakes.raise_any()
        return self

    def values(self) -> dict[str, int]:
        """What is named, by the names of `standard.extended`."""
        names = ExtendedFields.model_fields.keys() - {"sop_class"}
        return {name: int(value) for name in sorted(names) if (value := getattr(self, name)) is not None}


def _hexadecimal(value: Any) -> str:
    text = text_of(value)
    if not re.fullmatch(r"\s*(?:[0-9A-Fa-f]{2}\s*)*", text):
        raise ValueError(f"`{text}` is not hexadecimal; write two digits for each byte, such as `01 00`")
    return text


class ExtendedNegotiation(ExtendedFields):
    """SOP Class Extended Negotiation to propose (PS3.7 D.3.3.5); what is not named is not asked for."""

    bytes_: Annotated[str, BeforeValidator(_hexadecimal)] | None = Field(
        None, alias="bytes", description="The bytes themselves, in hexadecimal, for any SOP class."
    )

    @model_validator(mode="after")
    def _one_way(self) -> ExtendedNegotiation:
        if self.bytes_ is not None and self.values():
            raise ValueError("write either `bytes` or the fields by name")
        if self.bytes_ is None and layout_of(self.sop_class) is None:
            raise ValueError("nothing is known of extended negotiation of this SOP class; write its `bytes`")
        return self

    def encode(self) -> bytes:
        """The service-class-application-information."""
        layout = layout_of(self.sop_class)
        if self.bytes_ is not None or layout is None:
            return bytes.fromhex(self.bytes_ or "")
        return layout.encode(self.values())


class CommonExtendedNegotiation(Spec):
    """SOP Class Common Extended Negotiation to propose (PS3.7 D.3.3.6): what a SOP class is related to."""

    sop_class: SOPClass = Field(description="The SOP class, most often a specialized or private one.")
    service_class: Uid = Field("1.2.840.10008.4.2", description="Service class UID; Storage by default.")
    related: OneOrMore[SOPClass] = Field([], description="Related general SOP classes.")


class Context(Spec):
    """A presentation context to propose; the roles are those of its SOP class on this association."""

    abstract_syntax: SOPClass = Field(description="Abstract syntax: a SOP class, or any UID.")
    transfer_syntaxes: Annotated[OneOrMore[TransferSyntax], Field(min_length=1)] = Field(
        ["1.2.840.10008.1.2"], description="Transfer syntaxes, in order; Implicit VR Little Endian by default."
    )
    scu_role: Truth | None = Field(None, description="Propose that we are SCU.")
    scp_role: Truth | None = Field(None, description="Propose that we are SCP.")


def _version_name(value: Any) -> str:
    text = text_of(value)
    if len(text) > 16 or not is_g0_text(text.encode("utf-8")):
        raise ValueError(f"`{text}` is no implementation version name: at most 16 characters of ASCII")
    return text


class Negotiated(Spec):
    """What any association can be asked for with, beside its presentation contexts."""

    max_pdu_length: MaximumLength | None = Field(
        None, description="Maximum length of P-DATA-TF to announce, in bytes; 0 for no limit."
    )
    implementation_class_uid: Uid | None = Field(None, description="Implementation class UID instead of ours.")
    implementation_version_name: Annotated[str, BeforeValidator(_version_name)] | None = Field(
        None, description="Implementation version name instead of ours; empty for none."
    )
    user_identity: UserIdentity | None = Field(None, description="User identity instead of the peer's.")
    asynchronous_operations: AsynchronousOperations | None = Field(
        None,
        description="Asynchronous operations window to propose; each response is awaited all the same.",
    )
    roles: list[RoleProposal] = Field([], description="Roles to propose.")
    extended_negotiation: list[ExtendedNegotiation] = Field([], description="Extended negotiation to propose.")
    common_extended_negotiation: list[CommonExtendedNegotiation] = Field(
        [], description="Common extended negotiation to propose."
    )

    @field_validator("roles", "extended_negotiation", "common_extended_negotiation")
    @classmethod
    def _one_per_class(cls, items: list[Any]) -> list[Any]:
        mistakes = Mistakes()
        seen: set[str] = set()
        for index, item in enumerate(items):
            with mistakes.at((index, "sop_class")):
                if item.sop_class in seen:
                    raise ValueError("this SOP class occurs twice; it can be negotiated once (PS3.7 D.3.3)")
            seen.add(item.sop_class)
        mistakes.raise_any()
        return items
