"""Stores of real files: each in its own transfer syntax, through a presentation context of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from tests.support.runs import run_text

NAMES = ("CT_small.dcm", "MR_small.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm", "image_dfl.dcm", "JPEG-LL.dcm")

FILE = """\
version: 1
peers: {bundled: {reference: {}}}
scenarios:
  - id: files
    peer: bundled
    steps:
      - store: {files: [folder, one.dcm], generate: {modality: US}}
        expect: {status: success, count: 7}
        save: {study: "stored.studies[0].StudyInstanceUID", class: "stored.instances[0].SOPClassUID"}
      - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        expect: {received: ">= 1", unchanged: true}
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "folder" / "deeper"
    folder.mkdir(parents=True)
    for name in NAMES:
        source = get_testdata_file(name)
        assert isinstance(source, str)
        shutil.copy(source, tmp_path / "one.dcm" if name == "CT_small.dcm" else folder / name)
    return tmp_path


def test_files_folders_and_generated_instances_together(files: Path) -> None:
    ran = run_text(files, FILE)
    assert ran.status == 0, ran.output
    (store, _) = ran.results["steps"]
    details = "\n".join(store["details"])
    for words in (
        "MR Image Storage in RLE Lossless",
        "in Deflated Explicit VR Little Endian",
        "in JPEG 2000",
        "Ultrasound Image Storage",
    ):
        assert words in details, details
    # One context for each pair of SOP class and transfer syntax, and no other.
    (association,) = store["associations"]
    pairs = [(context["abstract_syntax"], tuple(context["transfer_syntaxes"])) for context in association["contexts"]]
    assert len(pairs) == len(set(pairs)) == 7
    assert all(len(syntaxes) == 1 for _, syntaxes in pairs)


def test_a_syntax_that_is_not_accepted_is_not_transcoded(files: Path) -> None:
    text = FILE.replace("{reference: {}}", "{reference: {transfer_syntaxes: [Explicit VR Little Endian]}}")
    ran = run_text(files, text)
    assert ran.status == 1
    observed = ran.check("1/status")["observed"]
    assert "no presentation context for MR Image Storage in RLE Lossless was accepted" in observed
    assert "of 7 instances as expected" in observed


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "the file is empty"),
        (b"plain text, nothing else" * 20, "not a DICOM file"),
        (bytes(128) + b"DICM", "no Media Storage SOP Class UID"),
    ],
)
def test_a_file_that_cannot_be_sent_is_named(files: Path, content: bytes, reason: str) -> None:
    (files / "folder" / "bad.dcm").write_bytes(content)
    ran = run_text(files, FILE)
    assert ran.status == 3
    said = ran.check("1/store")["reason"]
    assert "bad.dcm" in said
    assert reason in said
    assert ran.results["steps"][0]["associations"] == [], "nothing is half sent"
