"""Identifiers of queries as bytes, of any length, that match nothing anywhere (PS3.4 C.4.1.1.3.1; PS3.5 7.1.3)."""

from __future__ import annotations

import struct

from harness.standard.uids import new_uid

_LEVEL = 0x00080052
_STUDY_INSTANCE_UID = 0x0020000D
_LONGEST_UID, _SHORTEST_UID = 64, 6


def element(tag: int, value: bytes) -> bytes:
    """One element in Implicit VR Little Endian."""
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value)) + value


def study_query(uids: bytes) -> bytes:
    """A query at the STUDY level for these Study Instance UIDs, in Implicit VR Little Endian."""
    padding = b"\0" if len(uids) % 2 else b""
    return element(_LEVEL, b"STUDY ") + element(_STUDY_INSTANCE_UID, uids + padding)


def query_for_nothing() -> bytes:
    """A query for a study that nobody has."""
    return study_query(new_uid().encode("ascii"))


def query_of_length(length: int) -> bytes:
    """A query of an even number of bytes, for a list of studies that nobody has."""
    room = length - len(study_query(b""))
    return study_query(_uid_list(room))


def _uid_list(length: int) -> bytes:
    """UIDs separated by backslashes, so many that there are just `length` bytes of them."""
    stem = new_uid().encode("ascii")
    pieces = []
    left = length
    while left > _LONGEST_UID:
        size = min(_LONGEST_UID, left - 1 - _SHORTEST_UID)
        pieces.append(stem[:size].rstrip(b".").ljust(size, b"1"))
        left -= size + 1
    pieces.append(stem[:left].rstrip(b".").ljust(left, b"1"))
    return b"\\".join(pieces)
