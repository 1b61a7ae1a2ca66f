"""What was sent against what came back: every kind of difference is told by tag, and nothing else."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian

from harness.services.compare import differences
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec


@pytest.fixture
def original(tmp_path: Path) -> Path:
    (made,) = generate(GenerateSpec(), tmp_path, "compare")
    return made.path


def changed(original: Path, change: Callable[[Dataset], object]) -> Path:
    data_set = dcmread(original)
    change(data_set)
    path = original.with_suffix(".changed")
    data_set.save_as(path)
    return path


def test_the_same_file(original: Path) -> None:
    assert differences(original, original) == []


def test_another_encoding_of_the_same_values(original: Path) -> None:
    data_set = dcmread(original)
    data_set.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    path = original.with_suffix(".implicit")
    data_set.save_as(path, implicit_vr=True)
    assert data_set.original_encoding == (False, True)
    assert ExplicitVRLittleEndian != ImplicitVRLittleEndian
    assert differences(original, path) == [
        "transfer syntax changed from Explicit VR Little Endian to Implicit VR Little Endian"
    ]


def rename(data_set: Dataset) -> None:
    data_set.PatientName = "ZZ-SYNTHETIC^OTHER"


def drop(data_set: Dataset) -> None:
    del data_set.StudyID


def add(data_set: Dataset) -> None:
    data_set.RetrieveAETitle = "PACS"


def scratch(data_set: Dataset) -> None:
    data_set.PixelData = b"\1" + data_set.PixelData[1:]


def private(data_set: Dataset) -> None:
    data_set.add_new(0x00091001, "LO", "mine")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (rename, ["(0010,0010) PatientName changed"]),
        (drop, ["(0020,0010) StudyID missing"]),
        (add, ["(0008,0054) RetrieveAETitle added"]),
        (scratch, ["(7FE0,0010) PixelData changed"]),
        (private, ["(0009,1001) private attribute added"]),
    ],
)
def test_a_difference_is_told_by_tag(original: Path, change: Callable[[Dataset], object], expected: list[str]) -> None:
    found = differences(original, changed(original, change))
    assert [line.upper() for line in found] == [line.upper() for line in expected]
    assert not any("OTHER" in line for line in found), "values are never told"
