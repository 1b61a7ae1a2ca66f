"""Values of a peer stay out of every report, and secrets out of everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.services.part10 import read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.attributes import Attributes
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.runs import Ran, run_text

CANARY = "ZZ-SYNTHETIC^XYLOPHONE"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[ReferenceSCP]:
    """An archive with an instance that the run knows nothing of."""
    folder = tmp_path / "files"
    folder.mkdir()
    made = generate(GenerateSpec(attributes={"PatientName": CANARY, "StudyDescription": "XYLOPHONE"}), folder, "canary")
    files = [read_file_meta(instance.path) for instance in made]
    with ReferenceSCP(ReferenceSettings()) as scp:
        proposal = Proposal("HARNESS", "REFERENCE", needed_contexts(files))
        with request_association(scp.address, proposal, Timeouts()) as association:
            assert [instance.status for instance in store(association, files).instances] == [0]
        yield scp


def find(tmp_path: Path, archive: ReferenceSCP, *options: str) -> Ran:
    text = f"""\
version: 1
peers: {{archive: {{address: "{archive.address}", environment: test}}}}
scenarios:
  - id: look
    peer: archive
    steps:
      - find: {{level: STUDY, return: [PatientName, StudyDescription]}}
        expect: {{every: {{PatientName: Somebody^Else, StudyDescription: Something}}}}
        save: {{name: "matches[0].PatientName"}}
      - find: {{level: STUDY, keys: {{PatientName: "${{name}}"}}}}
"""
    return run_text(tmp_path, text, *options)


def artifacts(ran: Ran) -> bytes:
    files = [path for path in ran.reports.rglob("*") if path.is_file()]
    assert any(path.suffix == ".pcapng" for path in files)
    return b"".join(path.read_bytes() for path in files) + ran.output.encode()


def test_no_report_holds_a_value_of_the_peer(tmp_path: Path, archive: ReferenceSCP) -> None:
    ran = find(tmp_path, archive, "--trace")
    assert ran.status == 1
    everything = artifacts(ran)
    assert b"XYLOPHONE" not in everything
    # What the scenario states is shown, and of the rest VR and length.
    assert b"Somebody^Else" in everything
    assert f"<PN, {len(CANARY)} characters>" in ran.check("1/every")["observed"]


def test_show_values_shows_them(tmp_path: Path, archive: ReferenceSCP) -> None:
    ran = find(tmp_path, archive, "--show-values", "--trace")
    assert CANARY in ran.check("1/every")["observed"]
    assert b"XYLOPHONE" in artifacts(ran)


def test_secrets_of_the_environment_never_show(
    tmp_path: Path, archive: ReferenceSCP, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HARNESS_TEST_PASSCODE", "correct horse battery staple")
    text = f"""\
version: 1
peers: {{archive: {{address: "{archive.address}", environment: test}}}}
scenarios:
  - id: login
    peer: archive
    steps:
      - associate: {{user_identity: {{username: me, passcode: "${{env.HARNESS_TEST_PASSCODE}}"}}}}
        expect: {{accepted: false}}
"""
    ran = run_text(tmp_path, text, "--show-values", "--trace")
    assert ran.status == 1
    reports = [path for path in ran.reports.rglob("*") if path.suffix != ".pcapng" and path.is_file()]
    assert all(b"battery" not in path.read_bytes() for path in reports)
    assert "battery" not in ran.output


ITEM: Attributes = {
    "PatientName": CANARY,
    "PatientID": "XYLOPHONE-1",
    "RequestedProcedureDescription": "XYLOPHONE",
    "ScheduledProcedureStepSequence": [
        {
            "Modality": "CT",
            "ScheduledStationAETitle": "ROOM1",
            "ScheduledPerformingPhysicianName": CANARY,
            "ScheduledProcedureStepDescription": "XYLOPHONE",
        }
    ],
}


def test_no_report_holds_a_value_that_went_from_a_worklist_into_other_services(tmp_path: Path) -> None:
    """A modality takes the patient from the worklist; what it then sends is still the patient's."""
    with ReferenceSCP(ReferenceSettings(worklist=worklist_items([ITEM]))) as scp:
        text = f"""\
version: 1
peers: {{ris: {{address: "{scp.address}", environment: test}}}}
scenarios:
  - id: modality
    peer: ris
    steps:
      - worklist: {{keys: {{ScheduledProcedureStepSequence: {{Modality: CT}}}}}}
        expect: {{count: 1}}
        save: {{name: "matches[0].PatientName", id: "matches[0].PatientID"}}
      - worklist: {{keys: {{PatientName: "${{name}}"}}, store_query: true}}
      - mpps: {{create: {{PatientName: "${{name}}", PatientID: "${{id}}"}}}}
        save: {{step: response.SOPInstanceUID}}
      - mpps: {{set: "${{step}}", attributes: {{PerformedProcedureStepStatus: COMPLETED}}}}
      - worklist: {{keys: {{PatientID: "${{id}}"}}}}
        expect:
          every:
            PatientName: Somebody^Else
            ScheduledProcedureStepSequence: {{ScheduledPerformingPhysicianName: Nobody}}
"""
        ran = run_text(tmp_path, text, "--trace")
    assert ran.with_verdict("fail") == ["scenario/modality/5/every"], ran.output
    assert b"XYLOPHONE" not in artifacts(ran)
    assert b"Somebody^Else" in artifacts(ran)


def test_a_defect_of_ours_tells_nothing_of_the_patient(
    tmp_path: Path, archive: ReferenceSCP, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"invalid value for PN: '{CANARY}'")

    monkeypatch.setattr("harness.engine.scenario_run.know_own_values", broken)
    ran = find(tmp_path, archive)
    assert ran.status == 4
    assert "ValueError: invalid value for" in ran.results["run"]["internal_error"]
    assert b"XYLOPHONE" not in b"".join(path.read_bytes() for path in ran.reports.rglob("*.*")) + ran.output.encode()
