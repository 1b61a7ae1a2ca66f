"""Identifiers from keys, from files with keys put over, and in a stated character set."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import UID

from harness.observe.data_set import decode_data_set, element_value
from harness.services.identifier import build_data_set, build_identifier, encode_identifier, read_query
from harness.standard.attributes import Attributes
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE

STEP = "ScheduledProcedureStepSequence"


def sent(identifier: Dataset) -> Dataset:
    """What a peer reads; in both transfer syntaxes the same."""
    decoded = [
        decode_data_set(encode_identifier(identifier, syntax), syntax) for syntax in (IMPLICIT_VR_LE, EXPLICIT_VR_LE)
    ]
    assert decoded[0] == decoded[1]
    return decoded[0]


def test_keys_go_into_the_item_that_returns() -> None:
    returned: Attributes = {"PatientID": "", STEP: [{"Modality": "", "ScheduledProcedureStepID": ""}]}
    keys: Attributes = {"PatientName": "A*", STEP: [{"Modality": "CT"}]}
    query = sent(build_identifier("", keys, returned))
    assert "QueryRetrieveLevel" not in query
    assert [element.keyword for element in query] == ["PatientName", "PatientID", STEP]
    (item,) = query[STEP].value
    assert [(element.keyword, element.value) for element in item] == [
        ("Modality", "CT"),
        ("ScheduledProcedureStepID", ""),
    ]
    emptied = sent(build_identifier("", {STEP: []}, returned))
    assert len(emptied[STEP].value) == 0


def test_a_sequence_is_no_text() -> None:
    with pytest.raises(ValueError, match="a sequence takes items"):
        build_identifier("STUDY", {STEP: "CT"})
    with pytest.raises(ValueError, match="a sequence takes items"):
        build_identifier("STUDY", {"PatientID": [{"Modality": "CT"}]})


@pytest.mark.parametrize(
    ("character_set", "name", "stated", "written"),
    [
        (None, "PLAIN", None, b"PLAIN "),
        (None, "Müller*", "ISO_IR 192", b"M\xc3\xbcller*"),
        ("ISO_IR 100", "PLAIN", "ISO_IR 100", b"PLAIN "),
        ("ISO_IR 100", "Müller*", "ISO_IR 100", b"M\xfcller* "),
        ("\\ISO 2022 IR 87", "*山田*", ["", "ISO 2022 IR 87"], b"*\x1b$B;3ED\x1b(B*"),
        ("GB18030", "王*", "GB18030", b"\xcd\xf5* "),
        ("\\ISO 2022 IR 58", "*王", ["", "ISO 2022 IR 58"], b"*\x1b$)A\xcd\xf5 "),
    ],
)
def test_character_sets(character_set: str | None, name: str, stated: object, written: bytes) -> None:
    keys: Attributes = {"PatientName": name, STEP: [{"ScheduledPerformingPhysicianName": name}]}
    identifier = build_identifier("STUDY", keys, character_set=character_set)
    query = sent(identifier)
    assert query.get("SpecificCharacterSet") == stated
    assert element_value(query["PatientName"]) == name
    assert element_value(query[STEP].value[0]["ScheduledPerformingPhysicianName"]) == name
    assert encode_identifier(identifier, IMPLICIT_VR_LE).count(written) == 2


def test_a_value_that_the_character_set_lacks() -> None:
    with pytest.raises(ValueError, match="`山田` cannot be written in ISO_IR 100"):
        build_identifier("STUDY", {STEP: [{"ScheduledPerformingPhysicianName": "山田"}]}, character_set="ISO_IR 100")


def test_several_values_in_a_character_set() -> None:
    query = sent(build_data_set({"OtherPatientNames": "Jérôme\\Müller", "OtherPatientIDs": "É\\B"}))
    assert [str(name) for name in query.OtherPatientNames] == ["Jérôme", "Müller"]
    assert list(query.OtherPatientIDs) == ["É", "B"]


def test_a_character_set_as_a_key_is_left_alone() -> None:
    assert sent(build_identifier("STUDY", {"SpecificCharacterSet": "ISO_IR 999"})).SpecificCharacterSet == "ISO_IR 999"


def query_file(folder: Path, **values: object) -> Path:
    data_set = Dataset()
    for keyword, value in values.items():
        setattr(data_set, keyword, value)
    path = folder / "query.dcm"
    path.write_bytes(encode_identifier(data_set, IMPLICIT_VR_LE))
    return path


def test_a_file_with_single_keys_put_over(tmp_path: Path) -> None:
    step = Dataset()
    step.Modality, step.ScheduledStationAETitle = "CT", "ROOM1"
    path = query_file(
        tmp_path,
        SpecificCharacterSet="ISO_IR 100",
        QueryRetrieveLevel="SERIES",
        PatientName="Müller",
        PatientID="",
        ScheduledProcedureStepSequence=[step],
    )
    keys: Attributes = {"PatientID": "1", STEP: [{"Modality": "MR"}]}
    query = sent(build_identifier("", keys, base=read_query(path)))
    assert (query.QueryRetrieveLevel, query.PatientName, query.PatientID) == ("SERIES", "Müller", "1")
    assert query.SpecificCharacterSet == "ISO_IR 100"
    (item,) = query[STEP].value
    assert (item.Modality, item.ScheduledStationAETitle) == ("MR", "ROOM1")
    assert sent(build_identifier("STUDY", {}, base=read_query(path))).QueryRetrieveLevel == "STUDY"
    wider = sent(build_identifier("", {"PatientID": "山"}, base=read_query(path)))
    assert (wider.SpecificCharacterSet, wider.PatientName, wider.PatientID) == ("ISO_IR 192", "Müller", "山")
    other = sent(build_identifier("", {}, base=read_query(path), character_set="ISO_IR 192"))
    assert (other.SpecificCharacterSet, other.PatientName) == ("ISO_IR 192", "Müller")


@pytest.mark.parametrize("content", [b"", b"no DICOM file at all, but a text", bytes(200)])
def test_a_file_that_is_no_query(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "query.dcm"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"query\.dcm is no DICOM file"):
        read_query(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"none\.dcm cannot be read: No such file"):
        read_query(tmp_path / "none.dcm")
    assert not list(tmp_path.iterdir())


def test_a_part_10_file(tmp_path: Path) -> None:
    data_set = dcmread(query_file(tmp_path, PatientID="7"), force=True)
    data_set.file_meta = FileMetaDataset()
    data_set.file_meta.TransferSyntaxUID = UID(EXPLICIT_VR_LE)
    data_set.file_meta.MediaStorageSOPClassUID = UID("1.2")
    data_set.file_meta.MediaStorageSOPInstanceUID = UID("1.2")
    data_set.save_as(tmp_path / "part10.dcm", enforce_file_format=True)
    assert [element.keyword for element in read_query(tmp_path / "part10.dcm")] == ["PatientID"]
