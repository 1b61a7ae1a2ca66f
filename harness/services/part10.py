"""The File Meta Information of DICOM files (PS3.10 7.1), read without parsing the data set."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

PREAMBLE = 128
_LONGEST_META = 1 << 16
_LONG_FORM = {b"OB", b"OW", b"UN", b"SQ", b"UT", b"OF", b"OD", b"OL", b"UC", b"UR"}

_MEDIA_STORAGE_SOP_CLASS_UID = 0x00020002
_MEDIA_STORAGE_SOP_INSTANCE_UID = 0x00020003
_TRANSFER_SYNTAX_UID = 0x00020010
_DICOMDIR = "1.2.840.10008.1.3.10"


class NotSendable(ValueError):
    """A file that cannot be sent by C-STORE as it is; `str()` names the file and the reason."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True, slots=True)
class FileMeta:
    """What must be known of a file to send it; offset and length of the data set are in bytes."""

    path: Path
    sop_class_uid: str
    sop_instance_uid: str
    transfer_syntax_uid: str
    data_set_offset: int
    data_set_length: int


def find_files(paths: Iterable[Path]) -> Iterator[Path]:
    """The given files, and all files in given folders, each folder sorted."""
    for path in paths:
        if path.is_dir():
            yield from sorted(found for found in path.rglob("*") if found.is_file())
        else:
            yield path


def read_file_meta(path: Path) -> FileMeta:
    """Read the File Meta Information. Raises `NotSendable` for anything that is no complete DICOM instance file."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(min(size, PREAMBLE + 4 + _LONGEST_META))
    except OSError as error:
        raise NotSendable(path, error.strerror or "cannot be read") from None
    if size == 0:
        raise NotSendable(path, "the file is empty")
    if head[PREAMBLE : PREAMBLE + 4] != b"DICM":
        raise NotSendable(path, "not a DICOM file: no `DICM` after the preamble of 128 bytes")
    elements, offset = _group_2(path, head)
    missing = [name for name, tag in _NEEDED.items() if not elements.get(tag)]
    if missing:
        raise NotSendable(path, f"the File Meta Information has no {' and no '.join(missing)}")
    sop_class = elements[_MEDIA_STORAGE_SOP_CLASS_UID]
    if sop_class == _DICOMDIR:
        raise NotSendable(path, "a DICOMDIR, not an instance")
    if size <= offset:
        raise NotSendable(path, "the file ends after its File Meta Information")
    instance, syntax = elements[_MEDIA_STORAGE_SOP_INSTANCE_UID], elements[_TRANSFER_SYNTAX_UID]
    return FileMeta(path, sop_class, instance, syntax, offset, size - offset)


_NEEDED = {
    "Media Storage SOP Class UID (0002,0002)": _MEDIA_STORAGE_SOP_CLASS_UID,
    "Media Storage SOP Instance UID (0002,0003)": _MEDIA_STORAGE_SOP_INSTANCE_UID,
    "Transfer Syntax UID (0002,0010)": _TRANSFER_SYNTAX_UID,
}


def _group_2(path: Path, head: bytes) -> tuple[dict[int, str], int]:
    """The UIDs among the group 0002 elements, and where the group ends. It is always Explicit VR Little Endian."""
    elements: dict[int, str] = {}
    offset = PREAMBLE + 4
    while offset + 8 <= len(head):
        group, element, vr, length = struct.unpack_from("<HH2sH", head, offset)
        if group != 2:
            break
        start = offset + 8
        if vr in _LONG_FORM:
            if offset + 12 > len(head):
                raise NotSendable(path, "the File Meta Information is cut")
            length = int.from_bytes(head[offset + 8 : offset + 12], "little")
            start = offset + 12
        if start + length > len(head):
            raise NotSendable(path, "the File Meta Information is cut")
        if vr == b"UI":
            elements[group << 16 | element] = head[start : start + length].decode("latin-1").rstrip("\0 ")
        offset = start + length
    return elements, offset


def file_meta_bytes(sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str, source: str) -> bytes:
    """Preamble and File Meta Information for a data set that follows as it came; `source` is an AE title."""
    from harness.standard.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

    body = struct.pack("<HH2sHIH", 2, 1, b"OB", 0, 2, 0x0100)
    for element, vr, text in (
        (0x0002, b"UI", sop_class_uid),
        (0x0003, b"UI", sop_instance_uid),
        (0x0010, b"UI", transfer_syntax_uid),
        (0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
        (0x0013, b"SH", IMPLEMENTATION_VERSION_NAME),
        (0x0016, b"AE", source),
    ):
        value = text.encode("latin-1", "replace")
        if len(value) % 2:
            value += b"\0" if vr == b"UI" else b" "
        body += struct.pack("<HH2sH", 2, element, vr, len(value)) + value
    return bytes(PREAMBLE) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(body)) + body
