"""The File Meta Information of DICOM files (PS3.10 7.1), read without parsing the data set."""

from __future__ import annotations

import os
import re
import stat
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from harness.standard.uids import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

PREAMBLE = 128
_START = PREAMBLE + len(b"DICM")
_LONG_FORM = frozenset((b"OB", b"OD", b"OF", b"OL", b"OV", b"OW", b"SQ", b"SV", b"UC", b"UN", b"UR", b"UT", b"UV"))
"""Value representations with two reserved bytes and a length of 32 bits (PS3.5 7.1.2)."""

_ELEMENT = struct.Struct("<HH2sH")
_UID_CHARACTERS = re.compile(r"[0-9.]{1,64}")
"""What must hold to put a UID on the wire; a UID that breaks PS3.5 9.1 otherwise is sent as it stands."""

_SOP_CLASS = 0x00020002
_SOP_INSTANCE = 0x00020003
_TRANSFER_SYNTAX = 0x00020010
_NEEDED = {
    _SOP_CLASS: "Media Storage SOP Class UID (0002,0002)",
    _SOP_INSTANCE: "Media Storage SOP Instance UID (0002,0003)",
    _TRANSFER_SYNTAX: "Transfer Syntax UID (0002,0010)",
}
_DICOMDIR = "1.2.840.10008.1.3.10"


class Unsendable(StrEnum):
    """Kinds of files that C-STORE cannot send."""

    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NOT_DICOM = "not-dicom"
    NO_FILE_META = "no-file-meta"
    BAD_FILE_META = "bad-file-meta"
    DICOMDIR = "dicomdir"
    TRUNCATED = "truncated"


class NotSendable(ValueError):
    """A file that cannot be sent by C-STORE as it is; `str()` names the file and the reason."""

    def __init__(self, path: Path, kind: Unsendable, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.path = path
        self.kind = kind
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
    """The given files, and all files in given folders and below: those of a folder, then its folders, by name.

    A folder that cannot be read comes itself, at the end, so that `read_file_meta` refuses it and none is passed over.
    """
    for path in paths:
        if path.is_dir():
            yield from _files_below(path)
        else:
            yield path


def _files_below(top: Path) -> Iterator[Path]:
    unreadable: list[Path] = []
    for folder, folders, names in os.walk(top, onerror=lambda error: unreadable.append(Path(error.filename))):
        folders.sort()
        found = (Path(folder, name) for name in sorted(names))
        yield from (file for file in found if file.is_file())
    yield from unreadable


def read_file_meta(path: Path) -> FileMeta:
    """Read the File Meta Information. Raises `NotSendable` for anything that is no complete DICOM instance file.

    Group lengths are not relied upon, and padding of UIDs by spaces is taken for what was meant.
    """
    try:
        size = _size(path)
        descriptor = os.open(path, os.O_RDONLY)
        try:
            head = _Head(descriptor)
            _check_prefix(path, head.at(0, _START))
            elements, offset = _group_2(path, head, size)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise NotSendable(path, Unsendable.UNREADABLE, error.strerror or "cannot be read") from None
    uids = _uids(path, elements)
    if size <= offset:
        raise NotSendable(path, Unsendable.TRUNCATED, "the file ends after its File Meta Information")
    return FileMeta(path, *uids, offset, size - offset)


def _size(path: Path) -> int:
    """Bytes of a file. Raises OSError, and `NotSendable` for what is none: a pipe must not even be opened."""
    found = os.stat(path)  # noqa: PTH116 - as for each file, pathlib takes longer than the system does
    if stat.S_ISDIR(found.st_mode):
        next(path.iterdir(), None)  # a folder that cannot be read says why
    if not stat.S_ISREG(found.st_mode):
        raise NotSendable(path, Unsendable.UNREADABLE, "a folder, a pipe or a device, not a file")
    return found.st_size


def _uids(path: Path, elements: Mapping[int, str]) -> tuple[str, str, str]:
    """SOP class, SOP instance and transfer syntax, all of them there and fit to be sent."""
    missing = [name for tag, name in _NEEDED.items() if not elements.get(tag)]
    if missing:
        reason = f"the File Meta Information has no {' and no '.join(missing)}"
        raise NotSendable(path, Unsendable.BAD_FILE_META, reason)
    for tag, name in _NEEDED.items():
        if not _UID_CHARACTERS.fullmatch(elements[tag]):
            raise NotSendable(path, Unsendable.BAD_FILE_META, f"{name} is no UID: {elements[tag]!a}")
    if elements[_SOP_CLASS] == _DICOMDIR:
        raise NotSendable(path, Unsendable.DICOMDIR, "a DICOMDIR, not an instance")
    return elements[_SOP_CLASS], elements[_SOP_INSTANCE], elements[_TRANSFER_SYNTAX]


def _check_prefix(path: Path, head: bytes) -> None:
    if not head:
        raise NotSendable(path, Unsendable.EMPTY, "the file is empty")
    if head[PREAMBLE:] == b"DICM":
        return
    if _starts_like_a_data_set(head):
        raise NotSendable(path, Unsendable.NO_FILE_META, "a data set without File Meta Information (PS3.10 7.1)")
    raise NotSendable(path, Unsendable.NOT_DICOM, "not a DICOM file: no `DICM` after the preamble of 128 bytes")


def _starts_like_a_data_set(head: bytes) -> bool:
    """Whether the first tag is one of the first of groups 0002 or 0008, in either byte order."""
    return any((group, high) in ((2, 0), (8, 0)) for group, high in (_tag(head, "<"), _tag(head, ">")))


def _tag(head: bytes, byte_order: str) -> tuple[int, int]:
    if len(head) < 4:
        return 0, 0
    group, element = struct.unpack_from(f"{byte_order}HH", head)
    return group, element >> 8


class _Head:
    """The beginning of a file, read in large pieces: opening and reading is most of what a small instance costs."""

    _PIECE = 4096

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._start = 0
        self._piece = os.pread(descriptor, self._PIECE, 0)

    def at(self, offset: int, count: int) -> bytes:
        """So many bytes, fewer at the end of the file."""
        begin = offset - self._start
        if begin < 0 or begin + count > len(self._piece):
            self._piece = os.pread(self._descriptor, max(count, self._PIECE), offset)
            self._start, begin = offset, 0
        return self._piece[begin : begin + count]


def _group_2(path: Path, head: _Head, size: int) -> tuple[dict[int, str], int]:
    """The UIDs among the group 0002 elements, and where the group ends. It is always Explicit VR Little Endian."""
    elements: dict[int, str] = {}
    offset = _START
    while len(header := head.at(offset, 8)) == 8:
        group, element, vr, length = _ELEMENT.unpack(header)
        if group != 2:
            break
        if not (vr.isalpha() and vr.isupper()):
            reason = "the File Meta Information is not in Explicit VR Little Endian (PS3.10 7.1)"
            raise NotSendable(path, Unsendable.BAD_FILE_META, reason)
        offset += 8
        if vr in _LONG_FORM:
            length = int.from_bytes(head.at(offset, 4), "little")
            offset += 4
        if offset + length > size:
            raise NotSendable(path, Unsendable.TRUNCATED, "the file ends within its File Meta Information")
        if vr == b"UI":
            elements[group << 16 | element] = head.at(offset, length).decode("latin-1").strip("\0 ")
        offset += length
    return elements, offset


@lru_cache(maxsize=256)
def _text_element(element: int, vr: bytes, text: str) -> bytes:
    """An element of group 0002; all but that of the instance come again and again."""
    value = text.encode("latin-1", "replace")
    if len(value) % 2:
        value += b"\0" if vr == b"UI" else b" "
    return _ELEMENT.pack(2, element, vr, len(value)) + value


def file_meta_bytes(sop_class_uid: str, sop_instance_uid: str, transfer_syntax_uid: str, source: str) -> bytes:
    """Preamble and File Meta Information for a data set that follows as it came; `source` is an AE title."""
    body = struct.pack("<HH2sHI2s", 2, 1, b"OB", 0, 2, b"\0\1")
    for element, vr, text in (
        (0x0002, b"UI", sop_class_uid),
        (0x0003, b"UI", sop_instance_uid),
        (0x0010, b"UI", transfer_syntax_uid),
        (0x0012, b"UI", IMPLEMENTATION_CLASS_UID),
        (0x0013, b"SH", IMPLEMENTATION_VERSION_NAME),
        (0x0016, b"AE", source),
    ):
        body += _text_element(element, vr, text)
    return bytes(PREAMBLE) + b"DICM" + struct.pack("<HH2sHI", 2, 0, b"UL", 4, len(body)) + body
