"""Tables and DICOM JSON of what ad-hoc commands bring."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from harness.observe.outcomes import Match, ReceivedInstance
from harness.reporting.matches import match_table, matches_json, received_json, received_table
from harness.reporting.table import table_lines
from harness.services.identifier import build_identifier, encode_identifier
from harness.services.part10 import file_meta_bytes
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE


def match(**values: object) -> Match:
    identifier = build_identifier("", values)  # type: ignore[arg-type]
    return Match(data=encode_identifier(identifier, EXPLICIT_VR_LE), transfer_syntax_uid=EXPLICIT_VR_LE, status=0xFF00)


STEP = "ScheduledProcedureStepSequence"


def test_values_in_sequences_and_columns_that_would_have_the_same_name() -> None:
    items = [{"Modality": "CT"}, {"Modality": "MR"}]
    heads, rows = match_table(
        [match(Modality="US", **{STEP: items}), match(PatientID="A\\B")],
        [("PatientID",), ("Modality",), (STEP, "Modality"), (STEP,)],
    )
    assert heads == ["PatientID", "Modality", f"{STEP}.Modality", STEP]
    assert rows == [["", "US", "CT | MR", "2 items"], ["A\\B", "", "", ""]]


def test_without_paths_everything_is_shown() -> None:
    heads, rows = match_table([match(PatientID="1"), match(StudyID="2")], [])
    assert heads == ["PatientID", "StudyID"]
    assert rows == [["1", ""], ["", "2"]]


def test_columns_are_as_wide_as_what_is_in_them_and_nothing_steers_the_terminal() -> None:
    lines = list(table_lines(["Name", "ID"], [["山田^太郎", "1"], ["e\u0301", "2"], ["\x1b[31mred\nline", "3"]]))
    assert lines == [
        "Name              ID",
        "----------------  --",
        "山田^太郎         1",
        "e\u0301                 2",
        "\\x1b[31mred line  3",
    ]
    assert list(table_lines(["Name"], [])) == []


def received(folder: Path, content: bytes) -> ReceivedInstance:
    path = folder / "instance.dcm"
    path.write_bytes(content)
    return ReceivedInstance(path, CT_IMAGE_STORAGE, "1.2.3", EXPLICIT_VR_LE, "PEER", "HARNESS", 0)


def test_large_values_are_where_the_file_is(tmp_path: Path) -> None:
    data_set = Dataset()
    data_set.SOPInstanceUID, data_set.PatientID = "1.2.3", "P1"
    data_set.add_new(0x7FE00010, "OW", bytes(5000))
    content = file_meta_bytes(CT_IMAGE_STORAGE, "1.2.3", EXPLICIT_VR_LE, "PEER")
    instance = received(tmp_path, content + encode_identifier(data_set, EXPLICIT_VR_LE))
    (found,) = json.loads(received_json([instance], [instance.path]))
    assert found["00100020"]["Value"] == ["P1"]
    assert found["7FE00010"] == {"vr": "OW", "BulkDataURI": instance.path.as_uri()}
    assert received_table([instance], [])[1] == [["CT Image Storage", "1.2.3", "Explicit VR Little Endian"]]
    assert received_table([instance], [instance.path])[1][0][-1] == str(instance.path)


@pytest.mark.parametrize("content", [b"", b"\xff" * 400, bytes(128) + b"DICM" + b"\xff" * 30])
def test_an_instance_that_cannot_be_decoded(tmp_path: Path, content: bytes) -> None:
    (found,) = json.loads(received_json([received(tmp_path, content)], []))
    assert found["00080018"]["Value"] == ["1.2.3"]


def test_no_match_is_an_empty_array() -> None:
    assert matches_json([]) == "[]"
