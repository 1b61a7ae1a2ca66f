"""IHE Scheduled Workflow: the scenario passes, and only what a worklist has scheduled is taken over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers import orthanc
from harness.peers.base import RecipeInput
from harness.peers.orthanc import container_items
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.standard.attributes import AttributeValue
from harness.standard.commitment import Delivery
from tests.support.peers import recipe_input
from tests.support.runs import Ran, run_files, run_text

SCENARIO = Path(__file__).parents[2] / "scenarios" / "scheduled-workflow.yaml"
FILE = """\
version: 1
peers:
  archive: {address: "%(address)s", environment: %(environment)s, allow: [store]}
scenarios:
  - id: steps
    peer: archive
    steps:
      - worklist: {keys: {AccessionNumber: A1}}
        save: {name: "matches[0].PatientName", study: "matches[0].StudyInstanceUID", patient: "matches[0].PatientID"}
      - store: {generate: {modality: CT, attributes: {%(attributes)s}}}
"""


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_the_scenario(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIO)
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() <= {"reserved"}
    services = [step["service"] for step in ran.results["steps"] if step["scenario"].endswith("/modality")]
    assert services == [
        *("worklist", "mpps", "store", "mpps", "commit"),
        *("instance-availability", "find", "move"),
    ]


@pytest.mark.slow
@pytest.mark.container
def test_orthanc_in_a_container(tmp_path: Path) -> None:
    text = SCENARIO.read_text(encoding="utf-8")
    assert "process: {recipe: orthanc, worklist" in text
    text = text.replace("process: {recipe: orthanc, worklist", "container: {recipe: orthanc, worklist")
    ran = run_text(tmp_path, text, "--only", "modality-at-orthanc", "--only", "lost-instances")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    assert ran.rules_broken() <= {"reserved"}


@pytest.mark.parametrize(
    ("refused", "step"),
    [("mpps: 0110", 2), ("store: A700", 3), ("mpps: 0110, after: 1", 4), ("commit: 0110", 5)],
)
def test_each_service_can_stop_it(tmp_path: Path, refused: str, step: int) -> None:
    text = SCENARIO.read_text(encoding="utf-8")
    text = text.replace("{ae_title: RIS_PACS,", f"{{ae_title: RIS_PACS, refuse: {{{refused}}},")
    ran = run_text(tmp_path, text, "--only", "modality")
    failing = {identifier.split("/")[2] for identifier in ran.with_verdict("fail")}
    assert failing == {str(step)}
    assert len(ran.with_verdict("blocked")) == 8 - step


@pytest.fixture
def archive() -> Iterator[ReferenceSCP]:
    item: dict[str, AttributeValue] = {
        "PatientName": "TEST^PATIENT",
        "PatientID": "4711",
        "StudyInstanceUID": "1.2.3",
        "AccessionNumber": "A1",
        "ScheduledProcedureStepSequence": [{"Modality": "CT", "ScheduledStationAETitle": "HARNESS"}],
    }
    settings = ReferenceSettings(commitment=Delivery.LATER, worklist=worklist_items([item]))
    with ReferenceSCP(settings) as running:
        yield running


def stored(folder: Path, archive: ReferenceSCP, attributes: str, environment: str = "test") -> Ran:
    text = FILE % {"address": archive.address, "attributes": attributes, "environment": environment}
    return run_text(folder, text, "--allow-writes", "archive")


STUDY, PATIENT = 'StudyInstanceUID: "${study}"', 'PatientName: "${name}", PatientID: "${patient}"'


def test_what_is_scheduled_is_taken_over(tmp_path: Path, archive: ReferenceSCP) -> None:
    assert stored(tmp_path, archive, f"{STUDY}, {PATIENT}").status == 0
    (row,) = archive.index.rows("STUDY", {})
    assert (row.uid, row.attributes[0x00100010], row.attributes[0x00100020]) == ("1.2.3", "TEST^PATIENT", "4711")


def test_names_of_patients_are_taken_over_only_at_test_peers(tmp_path: Path, archive: ReferenceSCP) -> None:
    assert stored(tmp_path, archive, STUDY, "production").status == 0
    ran = stored(tmp_path, archive, PATIENT, "production")
    assert ran.status == 3
    assert "`PatientName` of generated instances must begin with `ZZ-SYNTHETIC`" in ran.output
    assert "TEST^PATIENT" not in ran.output


def test_what_nobody_scheduled_is_not_taken_over(tmp_path: Path, archive: ReferenceSCP) -> None:
    ran = stored(tmp_path, archive, "StudyInstanceUID: 1.2.4")
    assert ran.status == 3
    assert "or be that of an item that a `worklist` step found" in " ".join(ran.output.split())


def with_worklist(folder: Path, name: str) -> RecipeInput:
    item = folder / name
    item.write_bytes(b"item")
    return replace(recipe_input(folder), worklist=(item,))


@pytest.mark.peer("Orthanc")
def test_an_orthanc_without_the_plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orthanc, "WORKLIST_PLUGIN", "/nowhere/libModalityWorklists.so")
    with pytest.raises(PeerStartError, match="/nowhere/libModalityWorklists"):
        orthanc.orthanc(with_worklist(tmp_path, "item.wl"))


def test_the_items_of_an_orthanc_in_a_container(tmp_path: Path) -> None:
    assert container_items(with_worklist(tmp_path, "item.dcm")) == {"items/00001.wl": b"item"}
    with pytest.raises(PeerStartError, match="make it a DICOM file"):
        container_items(with_worklist(tmp_path, "item.dump"))


WITH_STEPS = """\
version: 1
peers: {archive: {address: "%(address)s", environment: test}}
scenarios:
  - id: steps
    peer: archive
    steps:
      - worklist: {keys: {AccessionNumber: A1}}
        save: {name: "matches[0].PatientName", study: "matches[0].StudyInstanceUID"}
      - mpps:
          create: {PatientName: "${name}", ScheduledStepAttributesSequence: {StudyInstanceUID: "${study}"}}
          without: Modality
"""


def test_no_report_shows_what_the_worklist_said(tmp_path: Path, archive: ReferenceSCP) -> None:
    """The step fails, so that everything is said that can be said of it; its capture is kept as well."""
    ran = run_text(tmp_path, WITH_STEPS % {"address": archive.address}, "--trace")
    assert ran.check("/2/status")["observed"] == "0120H (failure: missing attribute): Modality"
    shown = [path for path in ran.reports.rglob("*") if path.is_file() and b"TEST^PATIENT" in path.read_bytes()]
    assert shown == []
    assert "TEST^PATIENT" not in ran.output
