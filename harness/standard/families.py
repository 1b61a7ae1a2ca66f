"""SOP classes in the families by which people look for them, each after the service class of PS3.4 it belongs to."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from harness.standard.uids import UidKind, uid_table


class Family(StrEnum):
    """A family of SOP classes."""

    VERIFICATION = "verification"
    STORAGE = "storage"
    QUERY = "query-retrieve"
    WORKLIST = "worklist"
    PROCEDURE_STEP = "procedure-step"
    COMMITMENT = "commitment"
    AVAILABILITY = "availability"
    UNIFIED_PROCEDURE_STEP = "unified-procedure-step"
    PRINT = "print"
    RELEVANT_PATIENT = "relevant-patient"
    LIBRARY = "library"
    """What is not about patients: protocols, hanging protocols, color palettes, implants, inventories."""
    REAL_TIME = "real-time"
    OTHER = "other"


_BY_KEYWORD = (
    ("Verification", Family.VERIFICATION),
    ("PatientRootQueryRetrieve", Family.QUERY),
    ("StudyRootQueryRetrieve", Family.QUERY),
    ("PatientStudyOnlyQueryRetrieve", Family.QUERY),
    ("CompositeInstance", Family.QUERY),
    ("ModalityWorklist", Family.WORKLIST),
    ("ModalityPerformedProcedureStep", Family.PROCEDURE_STEP),
    ("StorageCommitment", Family.COMMITMENT),
    ("InstanceAvailability", Family.AVAILABILITY),
    ("UnifiedProcedureStep", Family.UNIFIED_PROCEDURE_STEP),
    ("BasicFilm", Family.PRINT),
    ("BasicGrayscale", Family.PRINT),
    ("BasicColor", Family.PRINT),
    ("BasicAnnotation", Family.PRINT),
    ("Print", Family.PRINT),
    ("VOILUTBox", Family.PRINT),
    ("PresentationLUT", Family.PRINT),
    ("GeneralRelevantPatient", Family.RELEVANT_PATIENT),
    ("BreastImagingRelevantPatient", Family.RELEVANT_PATIENT),
    ("CardiacRelevantPatient", Family.RELEVANT_PATIENT),
    ("ProtocolApproval", Family.LIBRARY),
    ("DefinedProcedureProtocol", Family.LIBRARY),
    ("HangingProtocol", Family.LIBRARY),
    ("ColorPalette", Family.LIBRARY),
    ("GenericImplant", Family.LIBRARY),
    ("Implant", Family.LIBRARY),
    ("Inventory", Family.LIBRARY),
    ("RepositoryQuery", Family.LIBRARY),
)
"""How the keywords of a family begin."""

_NOT_NEGOTIATED = frozenset({"MediaStorageDirectoryStorage"})
"""For media only: never the abstract syntax of a presentation context (PS3.10)."""


def family_of(uid: str) -> Family:
    """The family of a SOP class, `other` for what is not registered."""
    entry = uid_table().get(uid)
    if entry is None:
        return Family.OTHER
    if entry.storage:
        return Family.STORAGE
    if entry.keyword.endswith("RealTimeCommunication"):
        return Family.REAL_TIME
    return next((family for start, family in _BY_KEYWORD if entry.keyword.startswith(start)), Family.OTHER)


@cache
def current_sop_classes() -> tuple[str, ...]:
    """Every SOP class and Meta SOP class of the current edition that can be negotiated, the retired ones left out."""
    return tuple(
        entry.uid
        for entry in uid_table().values()
        if entry.kind in (UidKind.SOP_CLASS, UidKind.META_SOP_CLASS)
        and not entry.retired
        and entry.keyword not in _NOT_NEGOTIATED
    )


def sop_classes_in(family: Family) -> tuple[str, ...]:
    """The SOP classes of a family in the current edition."""
    return tuple(uid for uid in current_sop_classes() if family_of(uid) is family)
