"""Stores of real files: each in its own transfer syntax, through a presentation context of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pydicom.data import get_testdata_file

from harness.checks.lint.linter import lint
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.trace import Role
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.uids import IMPLICIT_VR_LE
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
    # One context for each pair of SOP class and transfer syntax, and for the default beside some: no other.
    (association,) = store["associations"]
    pairs = [(context["abstract_syntax"], tuple(context["transfer_syntaxes"])) for context in association["contexts"]]
    defaults = {pair for pair in pairs if pair[1] == (IMPLICIT_VR_LE,)}
    assert len(pairs) == len(set(pairs)) == 11
    assert len(set(pairs) - defaults) == 7
    assert all(len(syntaxes) == 1 for _, syntaxes in pairs)


def test_a_syntax_that_is_not_accepted_is_not_transcoded(files: Path) -> None:
    text = FILE.replace("{reference: {}}", "{reference: {transfer_syntaxes: [Explicit VR Little Endian]}}")
    ran = run_text(files, text)
    assert ran.status == 1
    observed = ran.check("1/status")["observed"]
    assert "no presentation context for MR Image Storage in RLE Lossless was accepted" in observed
    assert "of 7 instances as expected" in observed


UNSENDABLE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda whole: b"", "the file is empty"),
    "not-dicom": (lambda whole: b"plain text, nothing else" * 20, "not a DICOM file"),
    "no-file-meta": (lambda whole: whole[whole.index(b"\x08\0\x05\0CS") :], "without File Meta Information"),
    "bad-file-meta": (lambda whole: bytes(128) + b"DICM", "no Media Storage SOP Class UID"),
    "truncated": (lambda whole: whole[:-1000], "the data set ends within element (7FE0,0010)"),
}
"""By kind: how a whole file becomes one of it, and what is said of it."""

ONLY_FILES = """\
version: 1
peers: {bundled: {reference: {}}}
scenarios: [{id: files, peer: bundled, steps: [{store: {files: [folder]%s}}]}]
"""


@pytest.fixture
def mixed(files: Path) -> Path:
    """A folder with one file of every kind that cannot be sent beside those that can."""
    whole = (files / "one.dcm").read_bytes()
    for kind, (change, _) in UNSENDABLE.items():
        (files / "folder" / f"{kind}.dcm").write_bytes(change(whole))
    return files


def test_each_file_that_cannot_be_sent_is_named_and_the_others_are_sent(mixed: Path) -> None:
    ran = run_text(mixed, ONLY_FILES % "")
    assert ran.status == 3, ran.output
    assert ran.verdicts() == {"scenario/files/1/status": "pass", "scenario/files/1/files": "error"}
    check = ran.check("1/files")
    assert check["observed"] == "5 of 10 files cannot be sent"
    details = ran.results["steps"][0]["details"]
    for kind, (_, reason) in UNSENDABLE.items():
        name = f"{mixed}/folder/{kind}.dcm"
        assert f": {name}" in check["reason"]
        assert [line for line in details if line.startswith(f"not sent: {name}: ") and reason in line], details
    assert len(ran.results["steps"][0]["associations"]) == 1
    assert check["reason"].endswith("passes over what need not be sent")


def test_what_is_skipped_is_passed_over(mixed: Path) -> None:
    ran = run_text(mixed, ONLY_FILES % f", skip: [{', '.join(UNSENDABLE)}]")
    assert ran.status == 0, ran.output
    assert ran.verdicts() == {"scenario/files/1/status": "pass"}
    passed_over = [line for line in ran.results["steps"][0]["details"] if line.startswith("passed over: ")]
    assert len(passed_over) == 5


def test_a_failure_of_the_peer_counts_more_than_files_that_cannot_be_sent(mixed: Path) -> None:
    text = (ONLY_FILES % "").replace("reference: {}", "reference: {refuse: {store: A700}}")
    ran = run_text(mixed, text)
    assert ran.status == 1
    assert ran.verdicts() == {"scenario/files/1/status": "fail", "scenario/files/1/files": "error"}
    details = ran.results["steps"][0]["details"]
    assert len([line for line in details if line.startswith("not stored: ") and "A700H" in line]) == 5


def test_when_nothing_can_be_sent_nobody_is_asked(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "notes.txt").write_text("no instance" * 20)
    ran = run_text(tmp_path, ONLY_FILES % "")
    assert ran.status == 3
    assert ran.verdicts() == {"scenario/files/1/files": "error"}
    assert ran.results["steps"][0]["associations"] == []
    ran = run_text(tmp_path, ONLY_FILES % ", skip: not-dicom")
    assert ran.status == 3
    assert "there is nothing to store; all of 1 file passed over" in ran.check("1/store")["reason"]


def test_a_dicomdir_in_a_folder_is_passed_over(files: Path) -> None:
    source = get_testdata_file("DICOMDIR")
    assert isinstance(source, str)
    shutil.copy(source, files / "folder" / "DICOMDIR")
    ran = run_text(files, ONLY_FILES % "")
    assert ran.status == 0, ran.output
    assert f"passed over: {files}/folder/DICOMDIR: a DICOMDIR, not an instance" in ran.results["steps"][0]["details"]
    ran = run_text(files, (ONLY_FILES % "").replace("[folder]", "[folder/DICOMDIR]"))
    assert ran.status == 3, "named by itself, it was meant to be sent"


def test_a_truncated_file_is_sent_where_that_is_wanted(mixed: Path) -> None:
    text = (ONLY_FILES % ", send_truncated: true").replace("[folder]", "[folder/truncated.dcm]")
    ran = run_text(mixed, text)
    assert ran.status == 1, "the reference SCP answers that it cannot understand it"
    assert "C000H" in ran.check("1/status")["observed"]


def test_a_file_that_changes_while_it_is_sent_is_not_reported_as_sent(files: Path) -> None:
    meta = read_file_meta(files / "one.dcm")
    with (
        ReferenceSCP(ReferenceSettings(ae_title="REFERENCE", port=0)) as scp,
        request_association(
            scp.address, Proposal("HARNESS", "REFERENCE", needed_contexts([meta])), Timeouts()
        ) as association,
    ):
        for longer in (replace(meta, data_set_length=meta.data_set_length + 2), replace(meta, path=files / "gone")):
            (instance,) = store(association, [longer]).instances
            assert instance.status is None
            assert instance.context_id is None
            assert "the file cannot be read: " in instance.unsent
        (instance,) = store(association, [meta]).instances
        assert instance.status == 0, "nothing of the others was sent, so the association still stands"
    assert lint(association.trace.wire, Role.REQUESTOR) == [], "and nothing of them was recorded"
