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
from typing import BinaryIO, NamedTuple, Protocol

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


class Element(NamedTuple):
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
    """A data set as it lies in a stream, read piece by piece; what is skipped is not read."""

    _PIECE = 8192

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._end = stream.tell()
        """Where the piece ends in the stream."""
        self._left = stream.seek(0, os.SEEK_END) - self._end
        self._piece = b""
        self._at = 0
        """What comes next, in the piece or beyond it."""

    def take(self, count: int) -> bytes:
        self.skip(count)
        if self._at > len(self._piece):
            self._read(count)
        return self._piece[self._at - count : self._at]

    def skip(self, count: int) -> None:
        if count > self._left:
            raise _Cut
        self._left -= count
        self._at += count

    def at_end(self) -> bool:
        return self._left == 0

    def _read(self, count: int) -> None:
        """A piece that begins with the bytes that were to be taken, so many."""
        start = self._end + self._at - len(self._piece) - count
        self._stream.seek(start)
        self._piece = self._stream.read(max(count, self._PIECE))
        self._end, self._at = start + len(self._piece), count
        if len(self._piece) < count:
            raise _Cut


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
        self._implicit_header = struct.Struct(f"{order}HHI")
        self._explicit_header = struct.Struct(f"{order}HH2sH")
        self._long = struct.Struct(f"{order}I")
        self._latest: int | None = None
        """The tag of the latest element of the top level."""
        self._within = False
        """Whether what comes next belongs to it."""

    @property
    def place(self) -> str:
        """What is being read."""
        if self._latest is None:
            return "the first element"
        return f"{'element' if self._within else 'what follows'} {_name(self._latest)}"

    def walk(self, wanted: Container[int] | None, last: int) -> dict[int, Element]:
        found: dict[int, Element] = {}
        source = self._source
        while not source.at_end():
            tag, vr, length = self._header(self._explicit)
            if tag > last:
                break
            self._latest, self._within = tag, True
            if not 0x00080000 <= tag < 0xFFFE0000:
                raise Undecodable(f"element {_name(tag)} does not belong into a data set")
            is_wanted = wanted is None or tag in wanted
            value = b""
            if length == UNDEFINED:
                self._undefined(tag, vr, self._explicit, 0)
            elif is_wanted and vr != b"SQ" and length <= LONGEST_VALUE:
                value = source.take(length)
            else:
                source.skip(length)
            if is_wanted and tag not in found:
                found[tag] = Element(tag, vr.decode("ascii"), value, self._big_endian)
            self._within = False
        return found

    def _header(self, explicit: bool) -> tuple[int, bytes, int]:
        """Tag, value representation (empty in implicit VR) and length."""
        header = self._source.take(8)
        group, element, length = self._implicit_header.unpack(header)
        if not explicit or group == 0xFFFE:
            return group << 16 | element, b"", length
        _, _, vr, length = self._explicit_header.unpack(header)
        if vr in SHORT_VRS:
            return group << 16 | element, vr, length
        if not (vr.isalpha() and vr.isupper()):
            raise Undecodable(f"element {_name(group << 16 | element)} has no value representation")
        return group << 16 | element, vr, self._long.unpack(self._source.take(4))[0]

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
