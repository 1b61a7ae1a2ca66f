"""What was sent against what came back, attribute by attribute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.services.part10 import FileMeta, read_file_meta
from harness.standard.uids import uid_name

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_CHUNK = 1 << 20
_PIXEL_DATA = 0x7FE00010


def differences(sent: Path, received: Path) -> list[str]:
    """Differences by tag, without values; empty when the data sets are the same.

    Group lengths and trailing padding do not count. Raises `NotSendable` for a file without File Meta Information.
    """
    ours, theirs = read_file_meta(sent), read_file_meta(received)
    if ours.transfer_syntax_uid == theirs.transfer_syntax_uid and _same_bytes(ours, theirs):
        return []
    from pydicom import dcmread

    return _compare(ours, theirs, dcmread(sent), dcmread(received))


def _same_bytes(first: FileMeta, second: FileMeta) -> bool:
    if first.data_set_length != second.data_set_length:
        return False
    with first.path.open("rb") as one, second.path.open("rb") as other:
        one.seek(first.data_set_offset)
        other.seek(second.data_set_offset)
        while piece := one.read(_CHUNK):
            if piece != other.read(_CHUNK):
                return False
    return True


def _compare(ours: FileMeta, theirs: FileMeta, sent: Dataset, received: Dataset) -> list[str]:
    found = []
    same_syntax = ours.transfer_syntax_uid == theirs.transfer_syntax_uid
    if not same_syntax:
        syntaxes = f"{uid_name(ours.transfer_syntax_uid)} to {uid_name(theirs.transfer_syntax_uid)}"
        found.append(f"transfer syntax changed from {syntaxes}")
    for tag in sorted({*sent.keys(), *received.keys()}):
        if tag.element == 0 or (int(tag) == _PIXEL_DATA and not same_syntax):
            continue
        if tag not in sent or tag not in received:
            found.append(f"{tag} {_keyword(tag)} {'missing' if tag in sent else 'added'}")
        elif _plain(sent[tag].value) != _plain(received[tag].value):
            found.append(f"{tag} {_keyword(tag)} changed")
    return found


def _plain(value: object) -> object:
    """A value without what only encoding adds: padding of text, and of bytes of an odd length."""
    if isinstance(value, bytes):
        return value.rstrip(b"\0")
    if isinstance(value, str):
        return value.rstrip(" \0")
    return "" if value is None else value


def _keyword(tag: int) -> str:
    from pydicom.datadict import keyword_for_tag

    return keyword_for_tag(tag) or "private attribute"
