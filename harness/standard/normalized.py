"""What the attributes of normalized SOP instances must be, as data (PS3.4 F.7.2, R.3.2)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class StepStatus(StrEnum):
    """Performed Procedure Step Status (0040,0252) (PS3.3 C.4.14)."""

    IN_PROGRESS = "IN PROGRESS"
    COMPLETED = "COMPLETED"
    DISCONTINUED = "DISCONTINUED"


FOLLOWING: dict[StepStatus | None, tuple[StepStatus, ...]] = {
    None: (StepStatus.IN_PROGRESS,),
    StepStatus.IN_PROGRESS: tuple(StepStatus),
    StepStatus.COMPLETED: (),
    StepStatus.DISCONTINUED: (),
}
"""The states that a performed procedure step may go to from each, None before it exists (PS3.4 F.7.1, F.7.2)."""

FINAL = (StepStatus.COMPLETED, StepStatus.DISCONTINUED)


@dataclass(frozen=True, slots=True)
class Usage:
    """The types of an attribute (PS3.5 7.4: 1 with a value, 2 may be empty, 3 optional).

    `create` is its type in N-CREATE, `final` when the instance reaches a final state; `settable` says whether N-SET
    may have it. `items` are the attributes of the items of a sequence.
    """

    keyword: str
    create: int
    settable: bool = False
    final: int = 3
    items: tuple[Usage, ...] = ()


_REFERENCE = (Usage("ReferencedSOPClassUID", 1), Usage("ReferencedSOPInstanceUID", 1))
_CODE = (Usage("CodeValue", 3), Usage("CodingSchemeDesignator", 3), Usage("CodeMeaning", 1))
"""Code Value may be Long Code Value or URN Code Value instead (PS3.3 Table 8.8-1)."""

_SCHEDULED_STEP = (
    Usage("StudyInstanceUID", 1),
    Usage("ReferencedStudySequence", 2, items=_REFERENCE),
    Usage("AccessionNumber", 2),
    Usage("RequestedProcedureID", 2),
    Usage("RequestedProcedureDescription", 2),
    Usage("ScheduledProcedureStepID", 2),
    Usage("ScheduledProcedureStepDescription", 2),
    Usage("ScheduledProtocolCodeSequence", 2, items=_CODE),
)
_PERFORMED_SERIES = (
    Usage("PerformingPhysicianName", 2),
    Usage("ProtocolName", 1),
    Usage("OperatorsName", 2),
    Usage("SeriesInstanceUID", 1),
    Usage("SeriesDescription", 2),
    Usage("RetrieveAETitle", 2),
    Usage("ReferencedImageSequence", 2, items=_REFERENCE),
    Usage("ReferencedNonImageCompositeSOPInstanceSequence", 2, items=_REFERENCE),
)

PROCEDURE_STEP_ATTRIBUTES = (
    Usage("ScheduledStepAttributesSequence", 1, items=_SCHEDULED_STEP),
    Usage("PatientName", 2),
    Usage("PatientID", 2),
    Usage("PatientBirthDate", 2),
    Usage("PatientSex", 2),
    Usage("ReferencedPatientSequence", 2, items=_REFERENCE),
    Usage("PerformedProcedureStepID", 1),
    Usage("PerformedStationAETitle", 1),
    Usage("PerformedStationName", 2),
    Usage("PerformedLocation", 2),
    Usage("PerformedProcedureStepStartDate", 1),
    Usage("PerformedProcedureStepStartTime", 1),
    Usage("PerformedProcedureStepStatus", 1, settable=True, final=1),
    Usage("PerformedProcedureStepDescription", 2, settable=True),
    Usage("PerformedProcedureTypeDescription", 2, settable=True),
    Usage("ProcedureCodeSequence", 2, settable=True, items=_CODE),
    Usage("PerformedProcedureStepEndDate", 2, settable=True, final=1),
    Usage("PerformedProcedureStepEndTime", 2, settable=True, final=1),
    Usage("Modality", 1),
    Usage("StudyID", 2),
    Usage("PerformedProtocolCodeSequence", 2, settable=True, items=_CODE),
    Usage("PerformedSeriesSequence", 2, settable=True, final=1, items=_PERFORMED_SERIES),
)
"""Table F.7.2-1 without what is optional. A final step has a series, if only an empty one (its note 2)."""

AVAILABILITY_ATTRIBUTES = (
    Usage(
        "ReferencedPerformedProcedureStepSequence",
        2,
        items=(*_REFERENCE, Usage("PerformedWorkitemCodeSequence", 2, items=_CODE)),
    ),
    Usage("StudyInstanceUID", 1),
    Usage(
        "ReferencedSeriesSequence",
        1,
        items=(
            Usage("SeriesInstanceUID", 1),
            Usage(
                "ReferencedSOPSequence",
                1,
                items=(*_REFERENCE, Usage("InstanceAvailability", 1), Usage("RetrieveAETitle", 1)),
            ),
        ),
    ),
)
"""Table R.3.2-1 without what is optional."""

AVAILABILITIES = ("ONLINE", "NEARLINE", "OFFLINE", "UNAVAILABLE")
"""Instance Availability (0008,0056) (PS3.3 C.4.23.1.1)."""
