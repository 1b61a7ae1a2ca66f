"""Associations, and what is negotiated for them: echo, associate, negotiate."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from harness.scenario.fields import OneOrMore, SOPClass, Spec, Text, TransferSyntax, WholeNumber, uid_text
from harness.scenario.params.base import AssociationParams


class EchoParams(AssociationParams):
    """C-ECHO: does the peer answer?"""

    repeat: Annotated[WholeNumber, Field(ge=1, le=10000)] = Field(1, description="How many C-ECHO requests in a row.")


class UserIdentity(Spec):
    """User identity (PS3.7 D.3.3.7): a user name, with a passcode if the site wants one. Never shown."""

    username: Text = Field(description="User name.")
    passcode: Text | None = Field(None, description="Passcode; write `${env.NAME}` to keep it out of the file.")


class AssociateParams(AssociationParams):
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


class NegotiateParams(AssociationParams):
    """Which transfer syntaxes does the peer accept for a SOP class? One presentation context is proposed for each."""

    abstract_syntax: SOPClass = Field(description="The SOP class.")
    transfer_syntaxes: Annotated[OneOrMore[TransferSyntax], Field(min_length=1, max_length=128)] = Field(
        description="The transfer syntaxes, each proposed in a presentation context of its own."
    )
