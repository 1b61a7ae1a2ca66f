"""The reference SCP's Modality Worklist: what matches, what is returned, and how it is refused (PS3.4 K.4, K.6.1)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.dimse.messages import c_find_rq
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.outcomes import FindObservation
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.reference.worklist_items import worklist_items
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.standard.attributes import Attributes, AttributeValue
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE
from harness.standard.worklist import MODALITY_WORKLIST_FIND, USUAL_RETURN_KEYS

STEP = "ScheduledProcedureStepSequence"


def item(
    name: str, identifier: str, modality: str, station: str, date: str, time: str, **more: AttributeValue
) -> Attributes:
    step = {
        "Modality": modality,
        "ScheduledStationAETitle": station,
        "ScheduledProcedureStepStartDate": date,
        "ScheduledProcedureStepStartTime": time,
        "ScheduledPerformingPhysicianName": "Grün^Eva",
        "ScheduledProcedureStepID": f"STEP-{identifier}",
    }
    return {"PatientName": name, "PatientID": identifier, STEP: [step], **more}


CODE: list[Attributes] = [{"CodeValue": "T-D1100", "CodingSchemeDesignator": "SRT"}]
ITEMS = [
    item("Müller^Jörg", "1", "CT", "ROOM1\\ROOM2", "20240105", "0900", RequestedProcedureCodeSequence=CODE),
    item("MEIER^ANNA", "2", "MR", "ROOM2", "20240105", "150000", AccessionNumber="A2"),
    item("山田^太郎", "3", "CT", "ROOM3", "20240107", "175959.5"),
    item("MEIER^BERND", "4", "US", "ROOM1", "20240108", "2330"),
]


@pytest.fixture(scope="module")
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(worklist=worklist_items(ITEMS))) as running:
        yield running


def ask(
    scp: ReferenceSCP,
    keys: Attributes,
    returned: Attributes | None = None,
    *,
    syntax: str = EXPLICIT_VR_LE,
    cancel_after: int | None = None,
) -> FindObservation:
    identifier = build_identifier("", keys, {"PatientID": ""} if returned is None else returned)
    proposal = Proposal("HARNESS", "REFERENCE", ((MODALITY_WORKLIST_FIND, (syntax,)),))
    with request_association(scp.address, proposal, Timeouts()) as association:
        return find(association, MODALITY_WORKLIST_FIND, identifier, cancel_after=cancel_after)


def step(**keys: str) -> Attributes:
    return {STEP: [keys]}


@pytest.mark.parametrize(
    ("keys", "patients"),
    [
        ({}, "1234"),
        ({"PatientName": "*"}, "1234"),
        ({"PatientName": "MEIER*"}, "24"),
        ({"PatientName": "meier^anna"}, "2"),
        ({"PatientName": "M?LLER*"}, "1"),
        ({"PatientName": "müller*"}, "1"),
        ({"PatientName": "*田*"}, "3"),
        ({"PatientID": "2"}, "2"),
        ({"PatientID": "2*"}, "2"),
        ({"PatientID": "5"}, ""),
        ({"AccessionNumber": "A2"}, "2"),
        ({"AccessionNumber": "?*"}, "2"),
        (step(Modality="CT"), "13"),
        (step(Modality="ct"), ""),
        (step(ScheduledStationAETitle="ROOM1"), "14"),
        (step(ScheduledStationAETitle="ROOM"), ""),
        (step(Modality="CT", ScheduledStationAETitle="ROOM3"), "3"),
        (step(ScheduledPerformingPhysicianName="GRÜN*", Modality="MR"), "2"),
        ({"PatientName": "MEIER*", **step(Modality="US")}, "4"),
        ({"RequestedProcedureCodeSequence": [{"CodeValue": "T-D1100"}]}, "1"),
        ({"RequestedProcedureCodeSequence": [{"CodeValue": ""}]}, "1234"),
        ({"RequestedProcedureCodeSequence": []}, "1234"),
        ({"RequestedProcedureCodeSequence": [{"CodeValue": "T-*"}]}, "1"),
        (step(ScheduledProcedureStepStartDate="20240105"), "12"),
        (step(ScheduledProcedureStepStartDate="20240105-20240107"), "123"),
        (step(ScheduledProcedureStepStartDate="-20240106"), "12"),
        (step(ScheduledProcedureStepStartDate="20240106-"), "34"),
        (step(ScheduledProcedureStepStartTime="0900"), "1"),
        (step(ScheduledProcedureStepStartTime="1500-1800"), "23"),
        (step(ScheduledProcedureStepStartTime="-1200"), "1"),
        (step(ScheduledProcedureStepStartDate="20240105", ScheduledProcedureStepStartTime="1200-"), "2"),
        # Both ranges: one period (PS3.4 Table K.6-1), in which the times of the days between do not count.
        (step(ScheduledProcedureStepStartDate="20240105-20240107", ScheduledProcedureStepStartTime="1000-1800"), "23"),
        (step(ScheduledProcedureStepStartDate="20240104-20240108", ScheduledProcedureStepStartTime="2200-2300"), "123"),
        (step(ScheduledProcedureStepStartDate="20240107-", ScheduledProcedureStepStartTime="1800-"), "4"),
        (step(ScheduledProcedureStepStartDate="-20240105", ScheduledProcedureStepStartTime="-1200"), "1"),
        (step(ScheduledProcedureStepStartDate="-20240105", ScheduledProcedureStepStartTime="1200-"), "12"),
    ],
)
def test_what_matches(scp: ReferenceSCP, keys: Attributes, patients: str) -> None:
    for syntax in (EXPLICIT_VR_LE, IMPLICIT_VR_LE):
        observation = ask(scp, keys, syntax=syntax)
        assert observation.status == 0
        assert "".join(match.dataset.PatientID for match in observation.matches) == patients
        assert {match.status for match in observation.matches} <= {0xFF00}


def test_what_is_returned(scp: ReferenceSCP) -> None:
    observation = ask(scp, {"PatientID": "1"}, USUAL_RETURN_KEYS)
    (match,) = observation.matches
    found = match.dataset
    assert [element.keyword for element in found] == [
        "SpecificCharacterSet",
        "AccessionNumber",
        "PatientName",
        "PatientID",
        "StudyInstanceUID",
        "RequestedProcedureDescription",
        STEP,
        "RequestedProcedureID",
    ]
    assert (found.PatientName, found.SpecificCharacterSet) == ("Müller^Jörg", "ISO_IR 192")
    assert found.StudyInstanceUID.startswith("2.25.")
    assert found.RequestedProcedureID == "RP1"
    assert not found.AccessionNumber
    (inner,) = found[STEP].value
    assert inner.ScheduledPerformingPhysicianName == "Grün^Eva"
    assert list(inner.ScheduledStationAETitle) == ["ROOM1", "ROOM2"]
    assert "ScheduledStationName" not in inner


@pytest.mark.parametrize("asked", [[], [{}]])
def test_a_sequence_without_attributes_comes_as_it_is(scp: ReferenceSCP, asked: list[Attributes]) -> None:
    (match,) = ask(scp, {"PatientID": "1"}, {"RequestedProcedureCodeSequence": asked}).matches
    (code,) = match.dataset.RequestedProcedureCodeSequence
    assert (code.CodeValue, code.CodingSchemeDesignator) == ("T-D1100", "SRT")
    (other,) = ask(scp, {"PatientID": "2"}, {"RequestedProcedureCodeSequence": asked}).matches
    assert len(other.dataset.RequestedProcedureCodeSequence) == 0


@pytest.mark.parametrize("unknown", ["PatientBirthName", "QueryRetrieveLevel"])
def test_keys_that_are_not_of_the_model(scp: ReferenceSCP, unknown: str) -> None:
    (match,) = ask(scp, {"PatientID": "1"}, {unknown: ""}).matches
    assert match.status == 0xFF01
    assert not match.dataset[unknown].value


def test_keys_of_the_step_that_are_not_of_the_model(scp: ReferenceSCP) -> None:
    (match,) = ask(scp, {"PatientID": "1"}, {STEP: [{"Manufacturer": ""}]}).matches
    assert match.status == 0xFF01
    assert not match.dataset[STEP].value[0]["Manufacturer"].value


@pytest.mark.parametrize(
    "keys",
    [
        step(ScheduledProcedureStepStartDate="2024"),
        step(ScheduledProcedureStepStartTime="noon"),
        {STEP: [{"Modality": "CT"}, {"Modality": "MR"}]},
    ],
)
def test_what_is_refused(scp: ReferenceSCP, keys: Attributes) -> None:
    observation = ask(scp, keys)
    assert (observation.status, observation.matches) == (0xA900, [])


def test_cancel() -> None:
    many = [item(f"N{number}", str(number), "CT", "ROOM1", "20240105", "0900") for number in range(400)]
    with ReferenceSCP(ReferenceSettings(worklist=worklist_items(many))) as scp:
        # A C-CANCEL may come when all has been sent already, above all on a busy machine.
        tries = (ask(scp, {}, cancel_after=1) for _ in range(20))
        observation = next((one for one in tries if one.status != 0), None)
        assert observation is not None, "none of twenty was heeded"
        assert observation.status == 0xFE00
        assert 1 <= len(observation.matches) < 400
        assert ask(scp, {"PatientID": "399"}).status == 0


def test_sequences_in_sequences() -> None:
    protocol: Attributes = {"CodeValue": "P1", "CodeMeaning": "Chest routine"}
    first: Attributes = {
        "Modality": "CT",
        "ScheduledStationAETitle": "ROOM1",
        "ScheduledProtocolCodeSequence": [{"CodeValue": "P0"}, protocol],
    }
    second: Attributes = {"Modality": "CT", "ScheduledStationAETitle": "ROOM1"}
    items = worklist_items(
        {"PatientName": "A", "PatientID": number, STEP: [inner]} for number, inner in (("1", first), ("2", second))
    )
    with ReferenceSCP(ReferenceSettings(worklist=items)) as scp:
        asked: Attributes = {STEP: [{"ScheduledProtocolCodeSequence": [{"CodeValue": "P1", "CodeMeaning": ""}]}]}
        (match,) = ask(scp, asked).matches
        assert match.dataset.PatientID == "1"
        (code,) = match.dataset[STEP].value[0].ScheduledProtocolCodeSequence
        assert (code.CodeValue, code.CodeMeaning) == ("P1", "Chest routine")
        universal: Attributes = {STEP: [{"ScheduledProtocolCodeSequence": [{"CodeValue": ""}]}]}
        found = [match.dataset[STEP].value[0] for match in ask(scp, universal).matches]
        assert [len(inner.ScheduledProtocolCodeSequence) for inner in found] == [2, 0]
        other: Attributes = {STEP: [{"ScheduledProtocolCodeSequence": [{"CodeValue": "P2"}]}]}
        assert ask(scp, other).matches == []


def test_an_empty_worklist_and_one_that_refuses() -> None:
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(worklist=0xA700, after=1))) as scp:
        assert (ask(scp, {}).status, ask(scp, {}).status) == (0, 0xA700)


@pytest.mark.parametrize("data", [b"\x00\x01", bytes(40)])
def test_what_is_no_identifier(scp: ReferenceSCP, data: bytes) -> None:
    proposal = Proposal("HARNESS", "REFERENCE", ((MODALITY_WORKLIST_FIND, (IMPLICIT_VR_LE,)),))
    with request_association(scp.address, proposal, Timeouts()) as association:
        association.send(1, c_find_rq(1, MODALITY_WORKLIST_FIND), data)
        assert association.receive().command.status in (0xA900, 0xC000)


def test_items_live_as_long_as_their_scp(tmp_path: Path) -> None:
    settings = ReferenceSettings(folder=tmp_path, worklist=worklist_items(ITEMS[:1]))
    for _ in range(2):
        with ReferenceSCP(settings) as scp:
            assert len(ask(scp, {}).matches) == 1
