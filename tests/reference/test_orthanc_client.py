"""Orthanc as requestor against the reference SCP, judged by what the reference SCP has and what Orthanc got."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec
from tests.support.orthanc_rest import OrthancAsClient

pytestmark = [pytest.mark.peer("Orthanc"), pytest.mark.slow]


class Lab:
    """A reference SCP, an Orthanc that knows it and is its move destination, and files that Orthanc has."""

    def __init__(self, folder: Path, refusals: Refusals) -> None:
        destinations: dict[str, AEAddress] = {}
        self.scp = ReferenceSCP(ReferenceSettings(move_destinations=destinations, refusals=refusals))
        self.scp.start()
        self.orthanc = OrthancAsClient(folder / "orthanc", self.scp.address)
        destinations["ORTHANC"] = self.orthanc.address
        self.files: list[GeneratedInstance] = []

    def fill_orthanc(self, folder: Path) -> list[str]:
        """Give Orthanc three instances of a study; its own ids of them."""
        self.files = generate(GenerateSpec(instances=3), folder, "orthanc-client")
        return [self.orthanc.post("/instances", file.path.read_bytes())["ID"] for file in self.files]


@pytest.fixture
def refusals() -> Refusals:
    return Refusals()


@pytest.fixture
def lab(tmp_path: Path, refusals: Refusals) -> Iterator[Lab]:
    (tmp_path / "orthanc").mkdir()
    made = Lab(tmp_path, refusals)
    try:
        with made.orthanc:
            yield made
    finally:
        made.scp.stop()


def test_echo(lab: Lab) -> None:
    lab.orthanc.post("/modalities/known0/echo", {})


def test_store_find_and_move_back(lab: Lab, tmp_path: Path) -> None:
    instances = lab.fill_orthanc(tmp_path / "source")
    stored = lab.orthanc.post("/modalities/known0/store", {"Resources": instances, "Synchronous": True})
    assert (stored["InstancesCount"], stored["FailedInstancesCount"]) == (3, 0)
    assert lab.scp.index.count() == 3

    study = lab.files[0].study_instance_uid
    query = {"Level": "Study", "Query": {"StudyInstanceUID": study, "PatientID": ""}, "Normalize": False}
    found = lab.orthanc.post("/modalities/known0/query", query)["ID"]
    answers = lab.orthanc.get(f"/queries/{found}/answers?expand&simplify")
    assert [(answer["StudyInstanceUID"], answer["PatientID"]) for answer in answers] == [
        (study, lab.files[0].patient_id)
    ]

    for instance in instances:
        lab.orthanc.delete(f"/instances/{instance}")
    assert lab.orthanc.get("/instances") == []
    moved = lab.orthanc.post(f"/queries/{found}/retrieve", {"TargetAet": "ORTHANC", "Synchronous": True})
    assert moved is not None
    assert sorted(lab.orthanc.get("/instances")) == sorted(instances)


@pytest.mark.parametrize("refusals", [Refusals(store=0xA700)])
def test_a_refused_store_is_told(lab: Lab, tmp_path: Path) -> None:
    instances = lab.fill_orthanc(tmp_path / "source")
    assert lab.orthanc.refused("/modalities/known0/store", {"Resources": instances, "Synchronous": True}) == 500
    assert lab.scp.index.count() == 0


@pytest.mark.parametrize("refusals", [Refusals(find=0xA700)])
def test_a_refused_find_is_told(lab: Lab) -> None:
    query = {"Level": "Study", "Query": {"StudyInstanceUID": "1.2.3"}}
    assert lab.orthanc.refused("/modalities/known0/query", query) == 500
