"""Values saved from observations, and what is said when there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from harness.engine.saving import NothingToSave, saved_value
from harness.observe.outcomes import (
    EchoObservation,
    FindObservation,
    Match,
    ReceivedInstance,
    RetrieveObservation,
    StoredInstance,
    StoreObservation,
    SubOperations,
)
from harness.observe.trace import ContextOutcome, Role, Trace
from harness.services.identifier import encode_identifier
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE


def instance(number: int, series: str, study: str) -> StoredInstance:
    return StoredInstance(
        source=Path("x"),
        sop_class_uid=CT_IMAGE_STORAGE,
        sop_instance_uid=f"1.{number}",
        transfer_syntax_uid=EXPLICIT_VR_LE,
        study_instance_uid=study,
        series_instance_uid=series,
        patient_id="P",
    )


STORED = StoreObservation(instances=[instance(1, "2.1", "3.1"), instance(2, "2.2", "3.1"), instance(3, "2.3", "3.2")])


def found() -> FindObservation:
    data_set = Dataset()
    data_set.PatientName = "DOE^JOHN"
    data_set.ModalitiesInStudy = ["CT", "MR"]
    data_set.PatientID = ""
    step = Dataset()
    step.ScheduledStationAETitle = "ROOM1"
    data_set.ScheduledProcedureStepSequence = [step]
    data = encode_identifier(data_set, EXPLICIT_VR_LE)
    return FindObservation(status=0, matches=[Match(data=data, transfer_syntax_uid=EXPLICIT_VR_LE, status=0xFF00)])


TRACE = Trace("a:1", "A", "B", Role.REQUESTOR, contexts=(ContextOutcome(1, "1.2", ("1.3",), 0, "1.3"),))
RECEIVED = ReceivedInstance(Path("x"), CT_IMAGE_STORAGE, "1.9", EXPLICIT_VR_LE, "PACS", "US", 0)


@pytest.mark.parametrize(
    ("path", "observation", "value"),
    [
        ("stored.instances[2].SOPInstanceUID", STORED, "1.3"),
        ("stored.studies[1].StudyInstanceUID", STORED, "3.2"),
        ("stored.series[1].SeriesInstanceUID", STORED, "2.2"),
        ("stored.studies[0].PatientID", STORED, "P"),
        ("matches[0].PatientName", found(), "DOE^JOHN"),
        ("matches[0].ModalitiesInStudy", found(), "CT\\MR"),
        ("matches[0].ScheduledProcedureStepSequence[0].ScheduledStationAETitle", found(), "ROOM1"),
        ("response.count", found(), "1"),
        ("response.status", EchoObservation(statuses=[0]), "0000"),
        ("response.completed", RetrieveObservation(counters=SubOperations(completed=4)), "4"),
        ("received[0].SOPInstanceUID", RetrieveObservation(received=[RECEIVED]), "1.9"),
        ("contexts[0].transfer_syntax", EchoObservation(traces=[TRACE]), "1.3"),
    ],
)
def test_saved(path: str, observation: FindObservation, value: str) -> None:
    assert saved_value(path, observation) == value


@pytest.mark.parametrize(
    ("path", "observation", "words"),
    [
        ("matches[1].PatientName", found(), r"there is no matches\[1\]"),
        ("matches[0].StudyDate", found(), r"there is no matches\[0\].StudyDate"),
        ("matches[0].ScheduledProcedureStepSequence", found(), "not a single value"),
        ("matches[0].ScheduledProcedureStepSequence[1].Modality", found(), "there is no"),
        ("matches[0].ScheduledProcedureStepSequence[0].Modality", found(), "there is no"),
        ("stored.studies[0].Nothing", STORED, "there is no"),
        ("stored.studies[0]", STORED, "not a single value"),
        ("response.completed", RetrieveObservation(), "not a single value"),
        ("received[0].SOPInstanceUID", found(), "there is no"),
    ],
)
def test_nothing_to_save(path: str, observation: FindObservation, words: str) -> None:
    with pytest.raises(NothingToSave, match=words):
        saved_value(path, observation)
