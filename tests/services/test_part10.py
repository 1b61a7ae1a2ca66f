"""What must be known of files to send them."""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pydicom.data
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom import dcmread, dcmwrite
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomFileLike
from pydicom.filereader import read_preamble
from pydicom.filewriter import write_file_meta_info
from pydicom.uid import UID

from harness.services.part10 import FileMeta, NotSendable, file_meta_bytes, find_files, read_file_meta
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE

BUNDLED = Path(pydicom.data.__file__).parent
NOT_INSTANCES = {
    "DICOMDIR": "a DICOMDIR, not an instance",
    "DICOMDIR-bigEnd": "a DICOMDIR, not an instance",
    "ExplVR_LitEndNoMeta.dcm": "a data set without File Meta Information",
    "ExplVR_BigEndNoMeta.dcm": "a data set without File Meta Information",
    "meta_missing_tsyntax.dcm": "has no Media Storage SOP Class UID .* and no Transfer Syntax UID",
    "README.txt": "not a DICOM file",
    "zipMR.gz": "not a DICOM file",
}


def written(path: Path, *, instance: str = "2.25.1", **more: Any) -> Path:
    """A small file by pydicom; `more` are further elements of its File Meta Information, None leaves one out."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(CT_IMAGE_STORAGE), UID(instance)
    meta.TransferSyntaxUID = UID(EXPLICIT_VR_LE)
    for keyword, value in more.items():
        if value is None:
            delattr(meta, keyword)
        else:
            setattr(meta, keyword, value)
    data_set = Dataset()
    data_set.SOPClassUID, data_set.SOPInstanceUID = UID(CT_IMAGE_STORAGE), UID(instance)
    with path.open("wb") as file:
        file.write(bytes(128) + b"DICM")
        write_file_meta_info(DicomFileLike(file), meta, enforce_standard=False)
        dcmwrite(file, data_set, implicit_vr=False, little_endian=True)
    return path


def bundled(name: str) -> Path:
    return next(path for path in sorted(BUNDLED.rglob(name)) if path.is_file())


def bundled_instances() -> Iterator[Path]:
    for path in sorted(BUNDLED.rglob("*.dcm")):
        head = path.read_bytes()[:132]
        if head[128:] == b"DICM" and "DICOMDIR" not in path.name:
            yield path


def test_pydicoms_files_are_read_as_pydicom_reads_them() -> None:
    read = 0
    for path in bundled_instances():
        with path.open("rb") as file:
            read_preamble(file, force=False)
            meta = pydicom.filereader._read_file_meta_info(file)
            offset = file.tell()
        sop_class, instance = (
            str(meta.get("MediaStorageSOPClassUID", "")),
            str(meta.get("MediaStorageSOPInstanceUID", "")),
        )
        syntax = str(meta.get("TransferSyntaxUID", ""))
        if sop_class and instance and syntax:
            length = path.stat().st_size - offset
            assert read_file_meta(path) == FileMeta(path, sop_class, instance, syntax, offset, length)
            read += 1
        else:
            with pytest.raises(NotSendable, match="has no"):
                read_file_meta(path)
    assert read > 90


@pytest.mark.parametrize("name", NOT_INSTANCES)
def test_pydicoms_files_that_are_no_instances(name: str) -> None:
    with pytest.raises(NotSendable, match=NOT_INSTANCES[name]):
        read_file_meta(bundled(name))


def test_the_data_set_starts_at_the_offset(tmp_path: Path) -> None:
    meta = read_file_meta(written(tmp_path / "a.dcm"))
    assert meta == FileMeta(
        tmp_path / "a.dcm", CT_IMAGE_STORAGE, "2.25.1", EXPLICIT_VR_LE, meta.data_set_offset, meta.data_set_length
    )
    data_set = (tmp_path / "a.dcm").read_bytes()[meta.data_set_offset :]
    assert data_set.startswith(b"\x08\x00\x16\x00UI")
    assert len(data_set) == meta.data_set_length


def test_a_file_meta_information_of_any_size(tmp_path: Path) -> None:
    path = written(tmp_path / "a.dcm", PrivateInformationCreatorUID="2.25.9", PrivateInformation=b"\x08\x00" * 100_000)
    assert read_file_meta(path).data_set_offset > 200_000


def test_a_missing_or_wrong_group_length_does_not_matter(tmp_path: Path) -> None:
    right = read_file_meta(written(tmp_path / "a.dcm", FileMetaInformationGroupLength=0))
    content = (tmp_path / "a.dcm").read_bytes()
    assert content[132:140] == b"\x02\x00\x00\x00UL\x04\x00"
    (tmp_path / "b.dcm").write_bytes(content[:140] + struct.pack("<L", 7) + content[144:])
    (tmp_path / "c.dcm").write_bytes(content[:132] + content[144:])
    assert read_file_meta(tmp_path / "b.dcm").data_set_offset == right.data_set_offset
    assert read_file_meta(tmp_path / "c.dcm").data_set_offset == right.data_set_offset - 12


def test_uids_padded_by_spaces(tmp_path: Path) -> None:
    content = written(tmp_path / "a.dcm", instance="2.25.111").read_bytes()
    padded = content.replace(b"\x03\x00UI\x08\x002.25.111", b"\x03\x00UI\x0a\x002.25.111 \0", 1)
    assert padded != content
    (tmp_path / "a.dcm").write_bytes(padded)
    assert read_file_meta(tmp_path / "a.dcm").sop_instance_uid == "2.25.111"


@pytest.mark.parametrize(
    ("keyword", "why"),
    [
        ("MediaStorageSOPClassUID", r"no Media Storage SOP Class UID \(0002,0002\)$"),
        ("MediaStorageSOPInstanceUID", r"no Media Storage SOP Instance UID \(0002,0003\)$"),
        ("TransferSyntaxUID", r"no Transfer Syntax UID \(0002,0010\)$"),
    ],
)
def test_what_a_file_meta_information_lacks(tmp_path: Path, keyword: str, why: str) -> None:
    lacking: dict[str, Any] = {keyword: None}
    with pytest.raises(NotSendable, match=why):
        read_file_meta(written(tmp_path / "a.dcm", **lacking))


@pytest.mark.parametrize("uid", ["x.y", "1.2.é", "1." + "2" * 64])
def test_what_is_no_uid_is_not_sent(tmp_path: Path, uid: str) -> None:
    content = file_meta_bytes(CT_IMAGE_STORAGE, uid, EXPLICIT_VR_LE, "A") + b"\x08\x00\x05\x00CS\x00\x00"
    (tmp_path / "a.dcm").write_bytes(content)
    with pytest.raises(NotSendable, match=r"\(0002,0003\) is no UID"):
        read_file_meta(tmp_path / "a.dcm")


def test_a_file_cut_anywhere_is_refused_or_has_a_data_set(tmp_path: Path) -> None:
    content = written(tmp_path / "whole.dcm").read_bytes()
    offset = read_file_meta(tmp_path / "whole.dcm").data_set_offset
    cut = tmp_path / "cut.dcm"
    for length in range(len(content)):
        cut.write_bytes(content[:length])
        if length > offset:
            assert read_file_meta(cut).data_set_length == length - offset
        else:
            with pytest.raises(NotSendable):
                read_file_meta(cut)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "the file is empty"),
        (b"\x08", "not a DICOM file"),
        (b"hello", "not a DICOM file"),
        (bytes(132), "not a DICOM file"),
        (bytes(128) + b"DICM", "has no"),
        (bytes(128) + b"DICM\x02\x00\x02\x00\x1a\x00\x00\x00" + b"1" * 26, "not in Explicit VR Little Endian"),
        (bytes(128) + b"DICM\x02\x00\x02\x00UI\x40\x001.2", "ends within its File Meta Information"),
        (bytes(128) + b"DICM\x02\x00\x01\x00OB\x00\x00\xff\xff\xff\xff", "ends within its File Meta Information"),
        (file_meta_bytes(CT_IMAGE_STORAGE, "2.25.1", EXPLICIT_VR_LE, "A"), "ends after its File Meta Information"),
    ],
)
def test_damaged_files(tmp_path: Path, content: bytes, why: str) -> None:
    (tmp_path / "a").write_bytes(content)
    with pytest.raises(NotSendable, match=why) as caught:
        read_file_meta(tmp_path / "a")
    assert caught.value.path == tmp_path / "a"
    assert str(caught.value) == f"{tmp_path / 'a'}: {caught.value.reason}"


@given(st.binary(max_size=200), st.booleans())
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes, begun: bool) -> None:
    path = tmp_path_factory.mktemp("any") / "a"
    path.write_bytes(bytes(128) + b"DICM" + (b"\x02\x00" if begun else b"") + content)
    try:
        meta = read_file_meta(path)
    except NotSendable:
        return
    assert meta.data_set_length > 0


def test_what_is_not_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name, why in {"pipe": "not a file", ".": "not a file", "missing": "No such file"}.items():
        with pytest.raises(NotSendable, match=why):
            read_file_meta(tmp_path / name)


def test_files_and_folders_in_order(tmp_path: Path) -> None:
    for name in ("b/2", "b/1", "b/a/3", "a", "c/.hidden"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    os.mkfifo(tmp_path / "b" / "pipe")
    (tmp_path / "b" / "broken").symlink_to(tmp_path / "nowhere")
    found = [str(path.relative_to(tmp_path)) for path in find_files([tmp_path / "missing", tmp_path / "a", tmp_path])]
    assert found == ["missing", "a", "a", "b/1", "b/2", "b/a/3", "c/.hidden"]


def test_folders_come_in_order_too(tmp_path: Path) -> None:
    names = [f"{number:02}" for number in range(40)]
    for name in (*names[1::2], *reversed(names[::2])):
        (tmp_path / name).mkdir()
        (tmp_path / name / "file").write_bytes(b"")
    assert [path.parent.name for path in find_files([tmp_path])] == names


def test_a_folder_that_cannot_be_read_is_not_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Permissions do not stop root, so the refusal of the operating system is played.
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "open").write_bytes(b"")
    really_scan, really_list = os.scandir, os.listdir

    def scandir(path: str) -> Any:
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", path)
        return really_scan(path)

    def listdir(path: Path) -> list[str]:
        if path == closed:
            raise PermissionError(13, "Permission denied", path)
        return really_list(path)

    monkeypatch.setattr(os, "scandir", scandir)
    monkeypatch.setattr(os, "listdir", listdir)
    assert list(find_files([tmp_path])) == [tmp_path / "open", closed]
    with pytest.raises(NotSendable, match="Permission denied"):
        read_file_meta(closed)


UIDS = st.lists(st.integers(0, 10**9), min_size=2, max_size=6).map(lambda parts: ".".join(map(str, parts)))


@given(UIDS, UIDS, st.sampled_from([IMPLICIT_VR_LE, EXPLICIT_VR_LE]), st.sampled_from(["A", "AB", "ARCHIVE"]))
def test_written_file_meta_information_is_read_alike(
    tmp_path_factory: pytest.TempPathFactory, sop_class: str, instance: str, syntax: str, source: str
) -> None:
    path = tmp_path_factory.mktemp("written") / "a.dcm"
    head = file_meta_bytes(sop_class, instance, syntax, source)
    path.write_bytes(head + b"\x08\x00\x05\x00CS\x00\x00")
    for uid in (sop_class, instance, syntax):
        assert uid.encode() + b"\0" * (len(uid) % 2) in head
    assert read_file_meta(path) == FileMeta(path, sop_class, instance, syntax, len(head), 8)
    meta = dcmread(path).file_meta
    assert meta.FileMetaInformationGroupLength == len(head) - 144
    assert meta.FileMetaInformationVersion == b"\0\1"
    assert (meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID) == (sop_class, instance)
    assert (meta.TransferSyntaxUID, meta.SourceApplicationEntityTitle) == (syntax, source)


@pytest.mark.peer("dcmftest")
def test_dcmtk_takes_the_file_for_a_dicom_file(tmp_path: Path) -> None:
    data_set = b"\x08\x00\x16\x00UI\x1a\x00" + CT_IMAGE_STORAGE.encode() + b"\0"
    (tmp_path / "a.dcm").write_bytes(file_meta_bytes(CT_IMAGE_STORAGE, "2.25.1", EXPLICIT_VR_LE, "A") + data_set)
    done = subprocess.run(["/usr/bin/dcmftest", tmp_path / "a.dcm"], capture_output=True, text=True)
    assert done.stdout.startswith("yes:"), done.stdout
