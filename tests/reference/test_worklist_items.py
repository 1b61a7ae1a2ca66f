"""Worklist items from values and files: completed, or refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.errors import ScenarioError
from harness.reference.worklist_items import UnusableItem, worklist_items
from harness.services.identifier import build_data_set, encode_identifier
from harness.standard.attributes import Attributes
from harness.standard.uids import IMPLICIT_VR_LE

STEP = "ScheduledProcedureStepSequence"
ONE_STEP: Attributes = {"Modality": "CT", "ScheduledStationAETitle": "ROOM1"}
ITEM: Attributes = {"PatientName": "Müller", "PatientID": "1", STEP: [ONE_STEP]}


def dicom(path: Path, values: Attributes) -> Path:
    path.write_bytes(encode_identifier(build_data_set(values), IMPLICIT_VR_LE))
    return path


def test_what_is_missing_is_filled_in() -> None:
    first, second = worklist_items([ITEM, ITEM])
    step = first[STEP].value[0]
    assert step.ScheduledProcedureStepStartDate
    assert step.ScheduledProcedureStepStartTime
    assert (first.RequestedProcedureID, step.ScheduledProcedureStepID) == ("RP1", "SPS1")
    assert (second.RequestedProcedureID, second[STEP].value[0].ScheduledProcedureStepID) == ("RP2", "SPS2")
    assert first.StudyInstanceUID != second.StudyInstanceUID


def test_what_is_there_stays() -> None:
    step = {**ONE_STEP, "ScheduledProcedureStepID": "S", "ScheduledProcedureStepStartDate": "20200101"}
    (item,) = worklist_items([{**ITEM, "StudyInstanceUID": "1.2", "RequestedProcedureID": "R", STEP: [step]}])
    found = item[STEP].value[0]
    assert (item.StudyInstanceUID, item.RequestedProcedureID) == ("1.2", "R")
    assert (found.ScheduledProcedureStepID, found.ScheduledProcedureStepStartDate) == ("S", "20200101")


def test_several_steps_are_several_items() -> None:
    items = worklist_items([{**ITEM, STEP: [ONE_STEP, {**ONE_STEP, "Modality": "MR"}]}])
    assert [[step.Modality for step in item[STEP].value] for item in items] == [["CT"], ["MR"]]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        ({"PatientID": "1"}, "worklist item 1 has no ScheduledProcedureStepSequence"),
        ({STEP: []}, "worklist item 1 has no ScheduledProcedureStepSequence"),
        ({STEP: [{"Modality": "CT"}]}, "worklist item 1 lacks PatientName, PatientID, ScheduledStationAETitle"),
        ({**ITEM, "Rows": "many"}, "worklist item 1: invalid literal"),
    ],
)
def test_items_that_no_worklist_has(item: Attributes, reason: str) -> None:
    with pytest.raises(UnusableItem, match=reason):
        worklist_items([item])


def test_files_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "items"
    folder.mkdir()
    dicom(folder / "2.wl", {**ITEM, "PatientID": "2"})
    dicom(folder / "1.dcm", ITEM)
    (folder / "3.yaml").write_text(
        "- PatientName: Yamada\n  PatientID: 3\n  ScheduledProcedureStepSequence:\n"
        "    {Modality: MR, ScheduledStationAETitle: [ROOM1, ROOM2]}\n"
    )
    (folder / "notes.txt").write_text("no item")
    single = tmp_path / "4.yml"
    single.write_text(
        "{PatientName: M, PatientID: 0004, Scheduled Procedure Step Sequence: "
        "{Modality: US, ScheduledStationAETitle: ROOM4}}"
    )
    items = worklist_items([folder, single, ITEM])
    assert [item.PatientID for item in items] == ["1", "2", "3", "0004", "1"]
    assert items[0].PatientName == "Müller"
    assert list(items[2][STEP].value[0].ScheduledStationAETitle) == ["ROOM1", "ROOM2"]


def test_files_that_are_no_items(tmp_path: Path) -> None:
    with pytest.raises(UnusableItem, match="has no worklist items"):
        worklist_items([tmp_path])
    (tmp_path / "bad.wl").write_text("no DICOM")
    with pytest.raises(UnusableItem, match=r"bad\.wl is no DICOM file"):
        worklist_items([tmp_path / "bad.wl"])
    with pytest.raises(UnusableItem, match=r"none\.wl cannot be read"):
        worklist_items([tmp_path / "none.wl"])
    with pytest.raises(UnusableItem, match=r"lacking\.dcm lacks PatientName"):
        worklist_items([dicom(tmp_path / "lacking.dcm", {**ITEM, "PatientName": ""})])


def test_mistakes_in_yaml_are_told_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "items.yaml"
    path.write_text("- PatientNam: A\n  PatientID: {a: b}\n- CT\n")
    with pytest.raises(ScenarioError) as caught:
        worklist_items([path])
    text = str(caught.value)
    assert "items.yaml:1:3: `PatientNam` is no attribute" in text
    assert "items.yaml:2:14: expected a value or a list of values, found a mapping" in text
    assert "items.yaml:3:3: expected a mapping from attributes to values, found `CT`" in text
    path.write_text("- [")
    with pytest.raises(ScenarioError, match="not valid YAML"):
        worklist_items([path])
