"""MPPS as SCP: what may be created, which state follows which, and what survives (PS3.4 F.7.2)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE

from harness.dimse.messages import n_create_rq, n_get_rq, n_set_rq
from harness.net.association import Association
from harness.observe.normalized import NormalizedObservation
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.normalized import create_instance, set_instance
from harness.standard.attributes import resolve_attribute
from harness.standard.normalized import FINAL, StepStatus
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, PROCEDURE_STEP, is_valid_uid
from tests.support.archives import associate
from tests.support.normalized import attributes_by_uid, begun, ended
from tests.support.pynetdicom_requestor import associated

UID = "1.2.3.4.5"
CONTEXT = (PROCEDURE_STEP, (EXPLICIT_VR_LE,))


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as running:
        yield running


@pytest.fixture
def association(scp: ReferenceSCP) -> Iterator[Association]:
    with associate(scp, CONTEXT) as established:
        yield established


def create(association: Association, attributes: Dataset, uid: str | None = UID) -> NormalizedObservation:
    return create_instance(association, PROCEDURE_STEP, attributes, uid)


def change(association: Association, modifications: Dataset, uid: str = UID) -> NormalizedObservation:
    return set_instance(association, PROCEDURE_STEP, modifications, uid)


def steps(scp: ReferenceSCP) -> dict[str, Dataset]:
    return attributes_by_uid(scp.index, PROCEDURE_STEP)


def tags(*keywords: str) -> tuple[int, ...]:
    return tuple(resolve_attribute(keyword).tag for keyword in keywords)


@pytest.mark.parametrize("final", FINAL)
def test_from_in_progress_to_an_end(scp: ReferenceSCP, association: Association, final: StepStatus) -> None:
    assert create(association, begun()).status == 0
    assert steps(scp)[UID].PerformedProcedureStepStatus == "IN PROGRESS"
    protocol = Dataset()
    protocol.PerformedProcedureStepDescription = "CHEST"
    assert change(association, protocol).status == 0
    assert change(association, ended(final)).status == 0
    step = steps(scp)[UID]
    assert step.PerformedProcedureStepStatus == final
    assert step.PerformedProcedureStepDescription == "CHEST"
    assert step.PerformedSeriesSequence[0].ReferencedImageSequence[0].ReferencedSOPInstanceUID == "1.2.3.4"
    assert step.PatientName == "ZZ-SYNTHETIC^PATIENT 1"


@pytest.mark.parametrize("final", FINAL)
def test_after_its_end_a_step_stays_as_it_is(scp: ReferenceSCP, association: Association, final: StepStatus) -> None:
    create(association, begun())
    change(association, ended(final))
    before = steps(scp)[UID]
    for modifications in (ended(StepStatus.COMPLETED), ended(StepStatus.DISCONTINUED), ended(StepStatus.IN_PROGRESS)):
        refused = change(association, modifications)
        assert (refused.status, refused.error_id) == (0x0110, 0xA710)
    assert steps(scp)[UID] == before


def test_a_step_cannot_be_created_twice(scp: ReferenceSCP, association: Association) -> None:
    assert create(association, begun(PatientID="FIRST")).status == 0
    assert create(association, begun(PatientID="SECOND")).status == 0x0111
    assert steps(scp)[UID].PatientID == "FIRST"


def test_an_unknown_step_cannot_be_changed(association: Association) -> None:
    assert change(association, ended(), "1.2.3.4.6").status == 0x0112


def test_the_scp_chooses_a_uid_when_the_request_leaves_it_to_it(scp: ReferenceSCP, association: Association) -> None:
    created = create(association, begun(), None)
    assert created.status == 0
    assert is_valid_uid(created.sop_instance_uid)
    assert list(steps(scp)) == [created.sop_instance_uid]
    assert change(association, ended(), created.sop_instance_uid).status == 0


def test_no_uid_in_the_command_is_no_uid(association: Association) -> None:
    assert create(association, begun(), "1.2.x").status == 0x0117


@pytest.mark.parametrize(
    ("values", "status", "offending"),
    [
        ({"PerformedProcedureStepID": None}, 0x0120, ("PerformedProcedureStepID",)),
        ({"PatientName": None, "StudyID": None}, 0x0120, ("PatientName", "StudyID")),
        ({"PerformedProcedureStepID": ""}, 0x0121, ("PerformedProcedureStepID",)),
        ({"Modality": None, "PerformedStationAETitle": ""}, 0x0120, ("Modality",)),
        ({"ScheduledStepAttributesSequence": []}, 0x0121, ("ScheduledStepAttributesSequence",)),
        (
            {"ScheduledStepAttributesSequence": [{"StudyInstanceUID": "1.2"}]},
            0x0120,
            (
                "ReferencedStudySequence",
                "AccessionNumber",
                "RequestedProcedureID",
                "RequestedProcedureDescription",
                "ScheduledProcedureStepID",
                "ScheduledProcedureStepDescription",
                "ScheduledProtocolCodeSequence",
            ),
        ),
        ({"PerformedProcedureStepStatus": "COMPLETED"}, 0x0106, ("PerformedProcedureStepStatus",)),
        ({"PerformedProcedureStepStatus": "DISCONTINUED"}, 0x0106, ("PerformedProcedureStepStatus",)),
        ({"PerformedProcedureStepStatus": "BEGUN"}, 0x0106, ("PerformedProcedureStepStatus",)),
    ],
)
def test_what_cannot_be_created(
    scp: ReferenceSCP, association: Association, values: dict[str, Any], status: int, offending: tuple[str, ...]
) -> None:
    refused = create(association, begun(**values))
    assert (refused.status, refused.attributes) == (status, tags(*offending))
    assert steps(scp) == {}


@pytest.mark.parametrize(
    ("values", "status", "offending"),
    [
        ({"PerformedProcedureStepEndDate": None}, 0x0121, ("PerformedProcedureStepEndDate",)),
        ({"PerformedSeriesSequence": []}, 0x0121, ("PerformedSeriesSequence",)),
        ({"PerformedSeriesSequence": None}, 0x0121, ("PerformedSeriesSequence",)),
        ({"PerformedProcedureStepStatus": "DONE"}, 0x0106, ("PerformedProcedureStepStatus",)),
        ({"PatientID": "OTHER"}, 0x0105, ("PatientID",)),
        ({"Modality": "MR", "StudyID": "1"}, 0x0105, ("Modality", "StudyID")),
    ],
)
def test_what_cannot_be_set(
    scp: ReferenceSCP, association: Association, values: dict[str, Any], status: int, offending: tuple[str, ...]
) -> None:
    create(association, begun())
    before = steps(scp)[UID]
    refused = change(association, ended(**values))
    assert (refused.status, refused.attributes) == (status, tags(*offending))
    assert steps(scp)[UID] == before


def test_requests_that_are_none(scp: ReferenceSCP) -> None:
    with associate(scp, (PROCEDURE_STEP, (IMPLICIT_VR_LE,))) as association:
        for request, data, status in (
            (n_create_rq(1, PROCEDURE_STEP, UID, data_set=False), None, 0x0120),
            (n_create_rq(1, PROCEDURE_STEP, UID), b"\x08\x00\x16\x00\xff\xff\0\0", 0x0110),
            (n_create_rq(1, "1.2.3", UID), b"\x08\x00\x16\x00\0\0\0\0", 0x0118),
            (n_set_rq(1, PROCEDURE_STEP, UID), b"\x08\x00\x16\x00\0\0\0\0", 0x0112),
            (n_get_rq(1, PROCEDURE_STEP, UID), None, 0x0211),
        ):
            association.send(1, request, data)
            assert association.receive().command.status == status


def test_steps_outlive_the_scp(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings(folder=tmp_path)) as scp, associate(scp, CONTEXT) as association:
        create(association, begun(PatientName="ZZ-SYNTHETIC^JÖRG"))
    with ReferenceSCP(ReferenceSettings(folder=tmp_path)) as scp, associate(scp, CONTEXT) as association:
        assert create(association, begun()).status == 0x0111
        assert change(association, ended(PerformedProcedureStepDescription="THÖRAX")).status == 0
        assert steps(scp)[UID].PatientName == "ZZ-SYNTHETIC^JÖRG"
        assert steps(scp)[UID].PerformedProcedureStepDescription == "THÖRAX"


def test_refused_on_purpose() -> None:
    settings = ReferenceSettings(refusals=Refusals(mpps=0x0213, after=1))
    with ReferenceSCP(settings) as scp, associate(scp, CONTEXT) as association:
        assert create(association, begun()).status == 0
        assert change(association, ended()).status == 0x0213
        assert steps(scp)[UID].PerformedProcedureStepStatus == "IN PROGRESS"


def test_a_database_that_cannot_be_written(scp: ReferenceSCP, association: Association) -> None:
    with scp.index.transaction() as connection:
        connection.execute("DROP TABLE normalized")
    assert create(association, begun()).status == 0x0110
    assert change(association, ended()).status == 0x0110


def test_pynetdicom_plays_a_modality(scp: ReferenceSCP) -> None:
    entity = AE("PYNETDICOM")
    entity.add_requested_context(PROCEDURE_STEP, EXPLICIT_VR_LE)
    association = associated(entity, scp.address)
    status, _ = association.send_n_create(begun(), PROCEDURE_STEP, UID)
    assert status.Status == 0x0000
    status, _ = association.send_n_set(ended(), PROCEDURE_STEP, UID)
    assert status.Status == 0x0000
    status, _ = association.send_n_set(ended(StepStatus.DISCONTINUED), PROCEDURE_STEP, UID)
    assert status.Status == 0x0110
    association.release()
    assert steps(scp)[UID].PerformedProcedureStepStatus == "COMPLETED"


@pytest.mark.parametrize(
    "data",
    [
        b"\x40\x00\x52\x02CS\x0a\x00IN PROG",  # ends within an element
        b"\x10\x00\x10\x00SQ\x00\x00\x04\x00\x00\x00abcd",  # no items in a sequence
        b"\x28\x00\x10\x00US\x03\x00abc\x00",  # an odd length for numbers
    ],
)
def test_what_cannot_be_decoded_is_answered(scp: ReferenceSCP, association: Association, data: bytes) -> None:
    association.send(1, n_create_rq(1, PROCEDURE_STEP, UID), data)
    assert association.receive().command.status in (0x0110, 0x0120)
    assert steps(scp) == {}
    assert create(association, begun()).status == 0
