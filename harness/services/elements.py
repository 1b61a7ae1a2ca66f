"""Data sets walked element by element (PS3.5 7): nothing is built, and what cannot be decoded is refused.

The reference SCP must not answer success to bytes that are no data set in the negotiated transfer syntax, and must
look at each instance that it stores; both are done in one pass over the headers of the elements.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Container
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from harness.standard.uids import DEFLATED_EXPLICIT_VR_LE, EXPLICIT_VR_BE, EXPLICIT_VR_LE, IMPLICIT_VR_LE

UNDEFINED = 0xFFFFFFFF
LAST_TAG = 0xFFFFFFFF
LONGEST_VALUE = 1 << 16
"""Longer values of wanted elements are passed over, in bytes: nothing that is matched comes near."""

DEEPEST_NESTING = 50

SHORT_VRS = frozenset(
    (
        *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FD", b"FL", b"IS", b"LO"),
        *(b"LT", b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
    )
)
"""Value representations with a length of 16 bits; all others, future ones too, have 32 (PS3.5 6.2, 7.1.2)."""

_DEFLATED = frozenset((DEFLATED_EXPLICIT_VR_LE, "1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"))
_IMPLICIT_HEADER = struct.Struct("<HHI")
_ITEM = 0xFFFEE000
_ITEM_END = 0xFFFEE00D
_SEQUENCE_END = 0xFFFEE0DD


class Undecodable(ValueError):
    """Bytes that are no data set in their transfer syntax; `str()` names the element and holds no value."""


class Truncated(Undecodable):
    """Bytes that end within an element: its header, its value, or before the delimiter that must end it."""


@dataclass(frozen=True, slots=True)
class Element:
    """An element of the top level. In implicit VR `vr` is empty.

    The value of a sequence is not kept: it is empty, or in implicit VR of defined length the bytes of its items.
    """

    tag: int
    vr: str
    value: bytes
    big_endian: bool = False


def read_elements(
    stream: BinaryIO, transfer_syntax_uid: str, wanted: Container[int] | None = None, last: int = LAST_TAG
) -> dict[int, Element]:
    """The wanted elements of the data set from here to the end of a stream, by tag; all without `wanted`.

    The structure of the data set is checked, pixel data included, up to the first element beyond `last`. Sequences of
    defined length are not looked into. Of repeated elements the first counts. Raises `Truncated`, `Undecodable`,
    OSError.
    """
    source: _Source = _Inflated(stream) if transfer_syntax_uid in _DEFLATED else _Plain(stream)
    explicit = transfer_syntax_uid != IMPLICIT_VR_LE
    walker = _Walker(source, explicit, transfer_syntax_uid == EXPLICIT_VR_BE)
    try:
        return walker.walk(wanted, last)
    except _Cut:
        raise Truncated(f"the data set ends within {walker.place}") from None


def is_deflated(transfer_syntax_uid: str) -> bool:
    """Whether data sets are deflated as a whole, so that nothing of them is known without inflating it (PS3.5 A.5)."""
    return transfer_syntax_uid in _DEFLATED


def problem_of(data: bytes, transfer_syntax_uid: str) -> str:
    """Why bytes are no data set in a transfer syntax; empty when they are one."""
    if transfer_syntax_uid in (EXPLICIT_VR_LE, IMPLICIT_VR_LE) and _is_plainly_whole(
        data, transfer_syntax_uid == EXPLICIT_VR_LE
    ):
        return ""
    try:
        read_elements(io.BytesIO(data), transfer_syntax_uid, ())
    except Undecodable as problem:
        return str(problem)
    return ""


def _is_plainly_whole(data: bytes, explicit: bool) -> bool:
    """Whether elements of defined length follow one another to the end, in ascending order: quick to see, and usual."""
    offset, size, before = 0, len(data), 0x00080000
    while offset + 8 <= size:
        group, element, length = _IMPLICIT_HEADER.unpack_from(data, offset)
        tag = group << 16 | element
        if tag < before or group == 0xFFFE:
            return False
        if explicit:
            if data[offset + 4 : offset + 6] not in SHORT_VRS:
                return False
            length >>= 16
        before = tag
        offset += 8 + length
    return offset == size


def parse_elements(data: bytes, transfer_syntax_uid: str) -> dict[int, Element]:
    """All elements of a data set in memory. Raises `Undecodable`."""
    return read_elements(io.BytesIO(data), transfer_syntax_uid)


class _Cut(Exception):
    """There are fewer bytes than there must be."""


class _Source(Protocol):
    def take(self, count: int) -> bytes:
        """Just so many bytes. Raises `_Cut` when there are fewer."""

    def skip(self, count: int) -> None:
        """Pass over bytes. Raises `_Cut` when there are fewer."""

    def at_end(self) -> bool:
        """Whether nothing is left."""


class _Plain:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        start = stream.tell()
        self._left = stream.seek(0, os.SEEK_END) - start
        stream.seek(start)

    def take(self, count: int) -> bytes:
        self._spend(count)
        return self._stream.read(count)

    def skip(self, count: int) -> None:
        self._spend(count)
        self._stream.seek(count, os.SEEK_CUR)

    def at_end(self) -> bool:
        return self._left == 0

    def _spend(self, count: int) -> None:
        if count > self._left:
            raise _Cut
        self._left -= count


class _Inflated:
    """A deflated data set (PS3.5 A.5), inflated piece by piece."""

    _PIECE = 65536

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
        self._buffer = b""

    def take(self, count: int) -> bytes:
        parts = []
        while count:
            part = self._some(count)
            parts.append(part)
            count -= len(part)
        return b"".join(parts)

    def skip(self, count: int) -> None:
        while count:
            count -= len(self._some(count))

    def at_end(self) -> bool:
        return not self._fill()

    def _some(self, count: int) -> bytes:
        if not self._fill():
            raise _Cut
        part, self._buffer = self._buffer[:count], self._buffer[count:]
        return part

    def _fill(self) -> bool:
        while not self._buffer and not self._inflate.eof:
            packed = self._inflate.unconsumed_tail or self._stream.read(self._PIECE)
            try:
                self._buffer = self._inflate.decompress(packed, self._PIECE)
            except zlib.error:
                raise Undecodable("the data set is not deflated (PS3.5 A.5)") from None
            if not (packed or self._buffer or self._inflate.eof):
                raise Truncated("the deflated stream is cut")
        return bool(self._buffer)


class _Walker:
    def __init__(self, source: _Source, explicit: bool, big_endian: bool) -> None:
        self._source = source
        self._explicit = explicit
        self._big_endian = big_endian
        order = ">" if big_endian else "<"
        self._tag = struct.Struct(f"{order}HH")
        self._short = struct.Struct(f"{order}H")
        self._long = struct.Struct(f"{order}I")
        self.place = "the first element"

    def walk(self, wanted: Container[int] | None, last: int) -> dict[int, Element]:
        found: dict[int, Element] = {}
        while not self._source.at_end():
            tag, vr, length = self._header(self._explicit)
            if tag > last:
                break
            self.place = f"element {_name(tag)}"
            if tag >> 16 < 8 or tag >> 16 >= 0xFFFE:
                raise Undecodable(f"element {_name(tag)} does not belong into a data set")
            value = b""
            if length == UNDEFINED:
                self._undefined(tag, vr, self._explicit, 0)
            elif vr != b"SQ" and (wanted is None or tag in wanted) and length <= LONGEST_VALUE:
                value = self._source.take(length)
            else:
                self._source.skip(length)
            if tag not in found and (wanted is None or tag in wanted):
                found[tag] = Element(tag, vr.decode("ascii"), value, self._big_endian)
            self.place = f"what follows {_name(tag)}"
        return found

    def _header(self, explicit: bool) -> tuple[int, bytes, int]:
        """Tag, value representation (empty in implicit VR) and length."""
        header = self._source.take(8)
        group, element = self._tag.unpack_from(header)
        tag = group << 16 | element
        if not explicit or group == 0xFFFE:
            return tag, b"", self._long.unpack_from(header, 4)[0]
        vr = header[4:6]
        if vr in SHORT_VRS:
            return tag, vr, self._short.unpack_from(header, 6)[0]
        if not (vr.isalpha() and vr.isupper()):
            raise Undecodable(f"element {_name(tag)} has no value representation")
        return tag, vr, self._long.unpack(self._source.take(4))[0]

    def _undefined(self, tag: int, vr: bytes, explicit: bool, depth: int) -> None:
        """Pass over a value of undefined length: a sequence, or pixel data in fragments (PS3.5 7.5, A.4)."""
        if depth > DEEPEST_NESTING:
            raise Undecodable(f"element {_name(tag)} is nested too deeply")
        fragments = vr in (b"OB", b"OW")
        if explicit and not fragments and vr not in (b"SQ", b"UN"):
            raise Undecodable(f"element {_name(tag)} must not have an undefined length")
        while True:
            item, _, length = self._header(explicit)
            if item == _SEQUENCE_END and length == 0:
                return
            if item != _ITEM or (fragments and length == UNDEFINED):
                raise Undecodable(f"element {_name(tag)} holds something else than items")
            if length == UNDEFINED:
                # What has the value representation UN is in implicit VR inside (PS3.5 6.2.2).
                self._item(explicit and vr != b"UN", depth + 1)
            else:
                self._source.skip(length)

    def _item(self, explicit: bool, depth: int) -> None:
        while True:
            tag, vr, length = self._header(explicit)
            if tag == _ITEM_END and length == 0:
                return
            if tag >> 16 == 0xFFFE:
                raise Undecodable("an item does not end as it must")
            if length == UNDEFINED:
                self._undefined(tag, vr, explicit, depth)
            else:
                self._source.skip(length)


def _name(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"
