"""What a peer is found to support before any case runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from harness.engine.conform.model import Need
from harness.observe.trace import ContextOutcome
from harness.standard.models import QueryModel
from harness.standard.negotiation import context_result_name
from harness.standard.uids import (
    CT_IMAGE_STORAGE,
    DEFLATED_EXPLICIT_VR_LE,
    EXPLICIT_VR_BE,
    EXPLICIT_VR_LE,
    IMPLICIT_VR_LE,
    JPEG_LOSSLESS_SV1,
    PROCEDURE_STEP,
    RLE_LOSSLESS,
    STORAGE_COMMITMENT,
    VERIFICATION,
    uid_name,
)
from harness.standard.worklist import MODALITY_WORKLIST_FIND

MR_IMAGE_STORAGE = "1.2.840.10008.5.1.4.1.1.4"
STUDY_ROOT, PATIENT_ROOT = QueryModel.STUDY_ROOT, QueryModel.PATIENT_ROOT

SOUGHT = (
    VERIFICATION,
    CT_IMAGE_STORAGE,
    MR_IMAGE_STORAGE,
    STUDY_ROOT.find_uid,
    STUDY_ROOT.move_uid,
    STUDY_ROOT.get_uid,
    PATIENT_ROOT.find_uid,
    PATIENT_ROOT.move_uid,
    PATIENT_ROOT.get_uid,
    MODALITY_WORKLIST_FIND,
    PROCEDURE_STEP,
    STORAGE_COMMITMENT,
)
"""SOP classes that cases ask about."""

SYNTAXES = (IMPLICIT_VR_LE, EXPLICIT_VR_LE)

OTHER_SYNTAXES = (EXPLICIT_VR_BE, DEFLATED_EXPLICIT_VR_LE, RLE_LOSSLESS, JPEG_LOSSLESS_SV1)
"""Of CT images, which cases store in each of them."""

PROPOSED = (
    *((uid, (syntax,)) for uid in SOUGHT for syntax in SYNTAXES),
    *((CT_IMAGE_STORAGE, (syntax,)) for syntax in OTHER_SYNTAXES),
)
"""The presentation contexts by which it is found out what a peer supports."""


@dataclass(slots=True)
class Facts:
    """What the peer accepts: for each SOP class its transfer syntaxes, or why none.

    `maximum_length` is what it announced for itself, in bytes; 0 for no limit.
    """

    maximum_length: int = 0
    implementation_class_uid: str | None = None
    implementation_version_name: str | None = None
    accepted: dict[str, tuple[str, ...]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    listening: bool = False
    """Whether we listen for what the peer sends."""

    def take(self, contexts: Iterable[ContextOutcome]) -> None:
        """Note the results of presentation contexts with one transfer syntax each."""
        for context in contexts:
            before = self.accepted.get(context.abstract_syntax, ())
            if context.accepted_transfer_syntax is not None:
                self.accepted[context.abstract_syntax] = (*before, context.accepted_transfer_syntax)
            elif not before:
                self.refused[context.abstract_syntax] = context_result_name(context.result)

    def missing(self, abstract_syntax: str, transfer_syntax: str = "") -> str:
        """The evidence that the peer does not accept a SOP class (in a transfer syntax); empty when it does."""
        accepted = self.accepted.get(abstract_syntax, ())
        if accepted and (not transfer_syntax or transfer_syntax in accepted):
            return ""
        name = uid_name(abstract_syntax)
        if accepted:
            return f"the peer accepts {name}, but not in {uid_name(transfer_syntax)}"
        reason = self.refused.get(abstract_syntax, "not proposed")
        return f"the peer accepts no presentation context for {name}: {reason}"


def supports(abstract_syntax: str, transfer_syntax: str = "") -> Need:
    """That the peer accepts a SOP class."""
    return Need(lambda facts: facts.missing(abstract_syntax, transfer_syntax))
