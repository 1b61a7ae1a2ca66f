"""Attribute lists of normalized instances, synthetic and marked as such (PS3.4 Table F.7.2-1, Table R.3.2-1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from harness.standard.attributes import AttributeValue
from harness.standard.normalized import StepStatus
from harness.standard.uids import GENERATED_UID_ROOT, new_uid
from harness.testdata.spec import PATIENT_ID_MARK, PATIENT_NAME_MARK


@dataclass(frozen=True, slots=True)
class InstanceReference:
    """An instance with its place in the hierarchy, all as UIDs."""

    sop_class_uid: str
    sop_instance_uid: str
    series_instance_uid: str
    study_instance_uid: str


def step_in_progress(
    station_ae_title: str, modality: str, now: datetime, uid_root: str = GENERATED_UID_ROOT
) -> dict[str, AttributeValue]:
    """A performed procedure step that begins now at a station and was scheduled by nobody."""
    token = new_uid()[-12:]
    scheduled: dict[str, AttributeValue] = {
        "StudyInstanceUID": new_uid(uid_root),
        "ReferencedStudySequence": [],
        "AccessionNumber": "",
        "RequestedProcedureID": "",
        "RequestedProcedureDescription": "",
        "ScheduledProcedureStepID": "",
        "ScheduledProcedureStepDescription": "",
        "ScheduledProtocolCodeSequence": [],
    }
    return {
        "ScheduledStepAttributesSequence": [scheduled],
        "PatientName": f"{PATIENT_NAME_MARK}^PATIENT 1",
        "PatientID": f"{PATIENT_ID_MARK}{token}",
        "PatientBirthDate": "19700101",
        "PatientSex": "O",
        "ReferencedPatientSequence": [],
        "PerformedProcedureStepID": f"ZZ{token}",
        "PerformedStationAETitle": station_ae_title,
        "PerformedStationName": "",
        "PerformedLocation": "",
        "PerformedProcedureStepStartDate": f"{now:%Y%m%d}",
        "PerformedProcedureStepStartTime": f"{now:%H%M%S}",
        "PerformedProcedureStepStatus": StepStatus.IN_PROGRESS.value,
        "PerformedProcedureStepDescription": "",
        "PerformedProcedureTypeDescription": "",
        "ProcedureCodeSequence": [],
        "PerformedProcedureStepEndDate": "",
        "PerformedProcedureStepEndTime": "",
        # An SCU that wants to give a reason later creates the attribute empty now (PS3.4 Table F.7.2-1, note 3).
        "PerformedProcedureStepDiscontinuationReasonCodeSequence": [],
        "Modality": modality,
        "StudyID": "",
        "PerformedProtocolCodeSequence": [],
        "PerformedSeriesSequence": [],
    }


def step_at_end(
    status: StepStatus, instances: Iterable[InstanceReference], now: datetime, uid_root: str = GENERATED_UID_ROOT
) -> dict[str, AttributeValue]:
    """What ends a step now; it has a series even when no instance was made (PS3.4 Table F.7.2-1, note 2)."""
    series: dict[str, list[InstanceReference]] = {}
    for instance in instances:
        series.setdefault(instance.series_instance_uid, []).append(instance)
    return {
        "PerformedProcedureStepStatus": status.value,
        "PerformedProcedureStepEndDate": f"{now:%Y%m%d}",
        "PerformedProcedureStepEndTime": f"{now:%H%M%S}",
        "PerformedSeriesSequence": [_performed(uid, made) for uid, made in (series or {new_uid(uid_root): []}).items()],
    }


def _performed(uid: str, instances: Sequence[InstanceReference]) -> dict[str, AttributeValue]:
    return {
        "PerformingPhysicianName": "",
        "ProtocolName": "SYNTHETIC",
        "OperatorsName": "",
        "SeriesInstanceUID": uid,
        "SeriesDescription": "",
        "RetrieveAETitle": "",
        "ReferencedImageSequence": [_reference(instance) for instance in instances],
        "ReferencedNonImageCompositeSOPInstanceSequence": [],
    }


def availability(
    instances: Sequence[InstanceReference], retrieve_ae_title: str, state: str
) -> dict[str, AttributeValue]:
    """A notification about instances of one study, which is that of the first."""
    series: dict[str, list[InstanceReference]] = {}
    for instance in instances:
        series.setdefault(instance.series_instance_uid, []).append(instance)
    more = {"InstanceAvailability": state, "RetrieveAETitle": retrieve_ae_title}
    return {
        "ReferencedPerformedProcedureStepSequence": [],
        "StudyInstanceUID": instances[0].study_instance_uid,
        "ReferencedSeriesSequence": [
            {"SeriesInstanceUID": uid, "ReferencedSOPSequence": [_reference(instance) | more for instance in listed]}
            for uid, listed in series.items()
        ],
    }


def _reference(instance: InstanceReference) -> dict[str, str]:
    return {
        "ReferencedSOPClassUID": instance.sop_class_uid,
        "ReferencedSOPInstanceUID": instance.sop_instance_uid,
    }
