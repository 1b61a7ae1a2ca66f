"""What is tried on the association beyond C-ECHO; nothing of it changes anything at the peer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.engine.ladder.request import LadderRequest, LadderService
from harness.net.association import Association
from harness.observe.outcomes import FindObservation
from harness.observe.trace import ContextOutcome
from harness.services.find import find
from harness.services.identifier import build_identifier, encode_identifier
from harness.standard.models import QueryModel
from harness.standard.negotiation import context_result_name
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION, UidKind, new_uid, resolve_uid, uid_name

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

FIND_UID = QueryModel.STUDY_ROOT.find_uid
_USUAL_IMAGES = (
    "CTImageStorage",
    "MRImageStorage",
    "ComputedRadiographyImageStorage",
    "DigitalXRayImageStorageForPresentation",
    "DigitalMammographyXRayImageStorageForPresentation",
    "UltrasoundImageStorage",
    "UltrasoundMultiFrameImageStorage",
    "XRayAngiographicImageStorage",
    "NuclearMedicineImageStorage",
    "PositronEmissionTomographyImageStorage",
    "SecondaryCaptureImageStorage",
    "EncapsulatedPDFStorage",
    "BasicTextSRStorage",
)
"""What nearly every archive is sent, by keyword."""


def sop_classes(service: LadderService) -> tuple[str, ...]:
    """The SOP classes that a service needs."""
    if service is LadderService.FIND:
        return (FIND_UID,)
    return tuple(resolve_uid(keyword, UidKind.SOP_CLASS) for keyword in _USUAL_IMAGES)


def proposed(request: LadderRequest) -> tuple[str, ...]:
    """The SOP classes of all services that were asked for."""
    return tuple(uid for service in request.services for uid in sop_classes(service))


def is_refused(request: LadderRequest, association: Association) -> bool:
    """Whether what was asked for finds no presentation context: of a service all, or C-ECHO where nothing else was."""
    groups = [sop_classes(service) for service in request.services] or [(VERIFICATION,)]
    return any(all(association.find_context(uid) is None for uid in group) for group in groups)


def contexts_text(contexts: tuple[ContextOutcome, ...]) -> str:
    """Which SOP classes are accepted, and why the others are not."""
    accepted = [uid_name(context.abstract_syntax) for context in contexts if context.accepted]
    refused = [
        f"{uid_name(context.abstract_syntax)} ({context_result_name(context.result)})"
        for context in contexts
        if not context.accepted
    ]
    parts = [f"{word} {', '.join(names)}" for word, names in (("refused:", refused), ("accepted:", accepted)) if names]
    return "; ".join(parts)


def load_data_sets() -> None:
    """Load what writes data sets before an association waits for it: its time would look like that of the peer."""
    encode_identifier(_nothing(), IMPLICIT_VR_LE)


def find_nothing(association: Association) -> FindObservation:
    """A query for a study that nobody has, so that nobody's data are asked for."""
    return find(association, FIND_UID, _nothing())


def _nothing() -> Dataset:
    return build_identifier("STUDY", {"StudyInstanceUID": new_uid()})
