"""Associations, and what is negotiated for them: echo, associate, negotiate."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, field_validator, model_validator

from harness.scenario.fields import OneOrMore, SOPClass, TransferSyntax, WholeNumber, uid_text
from harness.scenario.mistakes import Mistakes
from harness.scenario.params.association import Context
from harness.scenario.params.base import AssociationParams

MOST_CONTEXTS = 4096
"""Presentation contexts that one step may propose."""


class EchoParams(AssociationParams):
    """C-ECHO: does the peer answer?"""

    repeat: Annotated[WholeNumber, Field(ge=1, le=10000)] = Field(1, description="How many C-ECHO requests in a row.")


class AssociateParams(AssociationParams):
    """An association alone: is it accepted, or refused for the right reason? And what is negotiated?"""

    abstract_syntaxes: Annotated[OneOrMore[SOPClass], Field(min_length=1, max_length=MOST_CONTEXTS)] = Field(
        ["1.2.840.10008.1.1"], description="SOP classes to propose, each in Implicit VR Little Endian."
    )
    contexts: Annotated[list[Context], Field(max_length=MOST_CONTEXTS)] = Field(
        [],
        description="Presentation contexts to propose instead, several of one abstract syntax if need be. More than "
        "128 are split over associations.",
    )
    application_context: Annotated[str, BeforeValidator(uid_text)] | None = Field(
        None, description="Application context name, a UID, instead of DICOM's."
    )

    @model_validator(mode="after")
    def _one_way(self) -> AssociateParams:
        if self.contexts and "abstract_syntaxes" in self.model_fields_set:
            raise ValueError("write either `abstract_syntaxes` or `contexts`")
        return self

    @field_validator("contexts")
    @classmethod
    def _same_roles(cls, contexts: list[Context]) -> list[Context]:
        mistakes = Mistakes()
        roles: dict[str, tuple[bool | None, bool | None]] = {}
        for index, context in enumerate(contexts):
            here = (context.scu_role, context.scp_role)
            with mistakes.at((index,)):
                if roles.setdefault(context.abstract_syntax, here) != here:
                    raise ValueError("another context of this abstract syntax has other roles; they belong to both")
        mistakes.raise_any()
        return contexts


class NegotiateParams(AssociationParams):
    """Which transfer syntaxes does the peer accept for a SOP class? One presentation context is proposed for each."""

    abstract_syntax: SOPClass = Field(description="The SOP class.")
    transfer_syntaxes: Annotated[OneOrMore[TransferSyntax], Field(min_length=1, max_length=MOST_CONTEXTS)] = Field(
        description="The transfer syntaxes, each proposed in a presentation context of its own. More than 128 are "
        "split over associations."
    )
