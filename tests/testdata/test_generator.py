"""Synthetic instances: valid, marked, the same for the same seed."""

from __future__ import annotations

from array import array
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import FileDataset

from harness.services.part10 import read_file_meta
from harness.standard.images import NATIVE
from harness.standard.uids import (
    EXPLICIT_VR_BE,
    GENERATED_UID_ROOT,
    IMPLICIT_VR_LE,
    is_valid_uid,
    uid_name,
)
from harness.testdata.generator import generate
from harness.testdata.modalities import TEMPLATES
from harness.testdata.pixels import make_frame
from harness.testdata.spec import GenerateSpec
from tests.support.iod import iod_problems


def one(directory: Path, spec: GenerateSpec, seed: str = "seed") -> FileDataset:
    (instance,) = generate(spec, directory, seed)
    return dcmread(instance.path)


@pytest.mark.parametrize("modality", TEMPLATES)
def test_the_iod_validator_finds_nothing(tmp_path: Path, modality: str) -> None:
    (instance,) = generate(GenerateSpec(modality), tmp_path, "seed")
    assert iod_problems(instance.path) == []


def test_the_iod_validator_is_heard_when_it_finds_something(tmp_path: Path) -> None:
    data_set = one(tmp_path, GenerateSpec("MG"))
    data_set.Laterality = "R"
    data_set.save_as(tmp_path / "wrong.dcm")
    assert any("Error - </Laterality" in problem for problem in iod_problems(tmp_path / "wrong.dcm"))


@pytest.mark.parametrize("syntax", NATIVE, ids=uid_name)
@pytest.mark.parametrize("modality", ["CT", "US"])
def test_uncompressed_pixels(tmp_path: Path, modality: str, syntax: str) -> None:
    spec = GenerateSpec(modality, rows=3, columns=5, transfer_syntax_uid=syntax)
    data_set = one(tmp_path, spec)
    samples = _samples(data_set)
    if syntax == EXPLICIT_VR_BE:
        samples.byteswap()
    assert samples == _expected(modality, spec)


def _samples(data_set: FileDataset) -> array[int]:
    samples = array("B" if data_set.BitsAllocated == 8 else "H")
    samples.frombytes(data_set.PixelData[: data_set.Rows * data_set.Columns * samples.itemsize])
    return samples


def _expected(modality: str, spec: GenerateSpec) -> array[int]:
    image = TEMPLATES[modality].image
    assert image is not None
    return make_frame(image, spec.rows, spec.columns).samples


def test_the_hierarchy(tmp_path: Path) -> None:
    made = generate(GenerateSpec("MR", patients=2, studies=3, series=2, instances=2), tmp_path / "new" / "folder", "s")
    assert len(made) == len({instance.path for instance in made}) == 24
    assert len({instance.sop_instance_uid for instance in made}) == 24
    assert len({instance.series_instance_uid for instance in made}) == 12
    assert len({instance.study_instance_uid for instance in made}) == 6
    assert len({instance.patient_id for instance in made}) == 2
    accession_numbers = {dcmread(instance.path).AccessionNumber for instance in made}
    assert len(accession_numbers) == 6
    slices = [dcmread(instance.path).ImagePositionPatient[2] for instance in made[:2]]
    assert slices == [1, 2]


def test_what_is_told_is_what_is_in_the_file(tmp_path: Path) -> None:
    for instance in generate(GenerateSpec("CR", series=2, transfer_syntax_uid=IMPLICIT_VR_LE), tmp_path):
        data_set = dcmread(instance.path)
        meta = read_file_meta(instance.path)
        assert instance.sop_class_uid == meta.sop_class_uid == data_set.SOPClassUID
        assert instance.sop_instance_uid == meta.sop_instance_uid == data_set.SOPInstanceUID
        assert instance.transfer_syntax_uid == meta.transfer_syntax_uid
        assert instance.study_instance_uid == data_set.StudyInstanceUID
        assert instance.series_instance_uid == data_set.SeriesInstanceUID
        assert instance.patient_id == data_set.PatientID


@pytest.mark.parametrize("modality", TEMPLATES)
def test_instances_are_marked(tmp_path: Path, modality: str) -> None:
    data_set = one(tmp_path, GenerateSpec(modality))
    assert str(data_set.PatientName).startswith("ZZ-SYNTHETIC^")
    assert data_set.PatientID.startswith("ZZSYN-")
    uids = [element.value for element in data_set if element.VR == "UI" and element.keyword != "SOPClassUID"]
    assert len(uids) >= 3
    for uid in uids:
        assert uid.startswith(GENERATED_UID_ROOT + ".")
        assert is_valid_uid(uid)
        assert len(uid) <= 57


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    spec = GenerateSpec("CT", instances=2)
    first, again, other = (generate(spec, tmp_path / name, seed) for name, seed in (("1", "a"), ("2", "a"), ("3", "b")))
    assert [instance.path.read_bytes() for instance in first] == [instance.path.read_bytes() for instance in again]
    assert not {i.sop_instance_uid for i in first} & {i.sop_instance_uid for i in other}
    assert first[0].study_instance_uid != other[0].study_instance_uid
    assert first[0].patient_id != other[0].patient_id


def test_without_a_seed_everything_is_new(tmp_path: Path) -> None:
    first, second = (generate(GenerateSpec("CT"), tmp_path)[0] for _ in range(2))
    assert first.sop_instance_uid != second.sop_instance_uid
    assert first.study_instance_uid != second.study_instance_uid
    assert first.patient_id != second.patient_id


def test_large_numbers_stay_within_the_value_representations(tmp_path: Path) -> None:
    # Without building a million files: the last place of the largest hierarchy that scenarios may ask for.
    from harness.testdata import generator

    place = generator._Place(1000, 1000, 1000, 10000)
    values = generator._values(TEMPLATES["CT"], place, GENERATED_UID_ROOT, "s")
    for keyword, longest in {"StudyID": 16, "AccessionNumber": 16, "SeriesNumber": 12, "PatientID": 64}.items():
        assert len(str(values[keyword])) <= longest, keyword


def test_attributes(tmp_path: Path) -> None:
    attributes = {
        "PatientName": "ZZ-SYNTHETIC^Ärger^山田",
        "PatientID": "ZZSYN-0012",
        "StudyDate": "20240101",
        "StudyDescription": "",
        "OtherPatientIDs": "A\\B",
        "SmallestImagePixelValue": "7",
        "(0018,9073)": "1.5",
        "Patient Comments": "a\\b",
    }
    data_set = one(tmp_path, GenerateSpec("CT", attributes=attributes))
    assert data_set.SpecificCharacterSet == "ISO_IR 192"
    assert data_set.PatientName == "ZZ-SYNTHETIC^Ärger^山田"
    assert data_set.PatientID == "ZZSYN-0012"
    assert data_set.StudyDate == "20240101"
    assert data_set["StudyDescription"].is_empty
    assert list(data_set.OtherPatientIDs) == ["A", "B"]
    assert data_set.SmallestImagePixelValue == 7
    assert data_set.AcquisitionDuration == 1.5
    assert data_set.PatientComments == "a\\b"


def test_a_character_set_of_choice(tmp_path: Path) -> None:
    attributes = {"SpecificCharacterSet": "ISO_IR 100", "StudyDescription": "Schädel"}
    data_set = one(tmp_path, GenerateSpec("CT", attributes=attributes))
    assert data_set.SpecificCharacterSet == "ISO_IR 100"
    assert data_set.StudyDescription == "Schädel"
    attributes = {"(0008,0005)": "ISO_IR 100", "StudyDescription": "Schädel"}
    assert one(tmp_path, GenerateSpec("CT", attributes=attributes)).SpecificCharacterSet == "ISO_IR 100"
    attributes = {"SpecificCharacterSet": "\\ISO 2022 IR 87", "PatientName": "ZZ-SYNTHETIC^Taro=山田"}
    data_set = one(tmp_path, GenerateSpec("CT", attributes=attributes))
    assert data_set.PatientName == "ZZ-SYNTHETIC^Taro=山田"


def test_the_default_repertoire_needs_no_character_set(tmp_path: Path) -> None:
    assert "SpecificCharacterSet" not in one(tmp_path, GenerateSpec("CT"))


def test_identifiers_of_a_scheduled_step_are_taken_over(tmp_path: Path) -> None:
    scheduled = {"PatientName": "DOE^JOHN", "PatientID": "4711", "StudyInstanceUID": "1.2.3"}
    spec = GenerateSpec("CT", attributes=scheduled, scheduled=frozenset(scheduled.items()))
    made = one(tmp_path, spec)
    assert (made.PatientName, made.PatientID, made.StudyInstanceUID) == ("DOE^JOHN", "4711", "1.2.3")
    for other in ({"PatientName": "4711"}, {"PatientID": "1.2.3"}, {"SeriesInstanceUID": "1.2.3"}):
        with pytest.raises(ValueError, match="or be that of an item that a `worklist` step found"):
            generate(replace(spec, attributes=other), tmp_path)


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"PatientName": "DOE^JOHN"}, "`PatientName` of generated instances must begin with `ZZ-SYNTHETIC`"),
        ({"PatientName": ""}, "`PatientName` of generated"),
        ({"patient's name": "DOE^JOHN"}, "`PatientName` of generated"),
        ({"00100020": "4711"}, "`PatientID` of generated instances must begin with `ZZSYN-`"),
        ({"PatientID": "ZZSYN-1\\4711"}, "`PatientID` takes one value"),
        ({"PatientName": "ZZ-SYNTHETIC^A\\DOE^JOHN"}, "`PatientName` takes one value"),
        ({"StudyInstanceUID": "1.2.3"}, "`StudyInstanceUID` of generated"),
        ({"SOPInstanceUID": GENERATED_UID_ROOT + ".1"}, "decided by the generator"),
        ({"Rows": "2"}, "decided by the generator"),
        ({"TransferSyntaxUID": "1.2"}, "decided by the generator"),
        ({"PixelData": "0"}, "`PixelData` cannot be given as text"),
        ({"ViewCodeSequence": "x"}, "`ViewCodeSequence` cannot be given as text"),
        ({"StudyDate": "yesterday"}, "`StudyDate` cannot be `yesterday`: no valid value of DA"),
        ({"InstanceNumber": "one"}, "`InstanceNumber` cannot be `one`"),
        ({"SmallestImagePixelValue": "70000"}, "`SmallestImagePixelValue` cannot be `70000`"),
        ({"SmallestImagePixelValue": "1.5"}, "`SmallestImagePixelValue` cannot be `1.5`"),
        ({"AccessionNumber": "12345678901234567"}, "`AccessionNumber` cannot be"),
        ({"Modality": "ct"}, "`Modality` cannot be `ct`"),
        ({"NoSuchThing": "x"}, "`NoSuchThing` is no attribute"),
        (
            {"SpecificCharacterSet": "ISO_IR 100", "StudyDescription": "山"},
            "`StudyDescription`: `山` cannot be written in ISO_IR 100",
        ),
    ],
)
def test_attributes_that_are_refused(tmp_path: Path, attributes: dict[str, str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        generate(GenerateSpec("CT", attributes=attributes), tmp_path, "seed")
    assert not list(tmp_path.iterdir())


def test_a_study_of_an_earlier_run_may_be_continued(tmp_path: Path) -> None:
    (earlier,) = generate(GenerateSpec("CT"), tmp_path, "a")
    attributes = {"StudyInstanceUID": earlier.study_instance_uid, "PatientID": earlier.patient_id}
    (later,) = generate(GenerateSpec("MR", attributes=attributes), tmp_path, "b")
    assert later.study_instance_uid == earlier.study_instance_uid
    assert later.patient_id == earlier.patient_id
    assert later.series_instance_uid != earlier.series_instance_uid


@pytest.mark.parametrize(
    ("spec", "why"),
    [
        (GenerateSpec("XX"), "modality `XX` cannot be generated; these can: CT, MR, PT, CR"),
        (
            GenerateSpec(transfer_syntax_uid="1.2.840.10008.1.2.4.101"),
            "MPEG2 High Level cannot be generated; these can",
        ),
        (
            GenerateSpec("MR", transfer_syntax_uid="1.2.840.10008.1.2.4.50"),
            "MR cannot be generated in JPEG Baseline: it has 12 bits stored, not 8; these can: XA, US",
        ),
        (
            GenerateSpec("SR", transfer_syntax_uid="1.2.840.10008.1.2.4.70"),
            "SR cannot be generated in JPEG Lossless SV1: it has no image; these can: CT",
        ),
        (
            GenerateSpec("SEG", transfer_syntax_uid="1.2.840.10008.1.2.4.80"),
            "it has 1 bit stored, not 8 or 12 or 16; these can: CT",
        ),
        (GenerateSpec(instances=0), "`instances` must be at least 1"),
        (GenerateSpec(patients=-1), "`patients` must be at least 1"),
        (GenerateSpec(rows=0), "`rows` must be from 1 to 65535"),
        (GenerateSpec(columns=65536), "`columns` must be from 1 to 65535"),
        (GenerateSpec(patients=2, attributes={"PatientID": "ZZSYN-1"}), "for one patient only, not for 2"),
        (
            GenerateSpec(studies=3, attributes={"StudyInstanceUID": GENERATED_UID_ROOT + ".1"}),
            "for one study only, not for 3",
        ),
    ],
)
def test_specifications_that_are_refused(tmp_path: Path, spec: GenerateSpec, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        generate(spec, tmp_path / "new", "seed")
    assert not (tmp_path / "new").exists()


def test_a_folder_that_cannot_be_written_is_an_os_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OSError, match="file"):
        generate(GenerateSpec("CT"), tmp_path / "file", "seed")
