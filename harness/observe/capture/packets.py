"""Capture files of the formats pcap and pcapng, read one packet at a time."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PCAP_MAGIC = {
    b"\xa1\xb2\xc3\xd4": (">", 6),
    b"\xd4\xc3\xb2\xa1": ("<", 6),
    b"\xa1\xb2\x3c\x4d": (">", 9),
    b"\x4d\x3c\xb2\xa1": ("<", 9),
}
"""Byte order, and how many decimal digits of a second there are."""

_PCAPNG_MAGIC = b"\x0a\x0d\x0d\x0a"
_BYTE_ORDER = 0x1A2B3C4D
_INTERFACE, _PACKET, _SIMPLE_PACKET, _ENHANCED_PACKET = 1, 2, 3, 6
_STATISTICS = 5
_TIME_RESOLUTION, _END_TIME = 9, 3
"""Options: of an interface, and of its statistics."""

LONGEST_BLOCK = 64 << 20
"""No block or packet of more bytes is believed."""


class NotACapture(ValueError):
    """A file that is no capture; `str()` says why."""


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet: seconds since 1970, the link type of its interface, and the bytes that were kept of it."""

    seconds: float
    link_type: int
    data: bytes


class PacketFile:
    """The packets of a capture, one after the other, as far as the file goes.

    When all were read, `is_cut` says whether the file ends in the middle of one, as with a full disk, and `ended` when
    the capture did, in seconds since 1970: 0 in files that do not tell.
    Iterating raises `NotACapture` for another file, OSError when it cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self.is_cut = False
        self.ended = 0.0
        self._path = path

    def __iter__(self) -> Iterator[Packet]:
        with self._path.open("rb") as file:
            magic = file.read(4)
            if magic == _PCAPNG_MAGIC:
                yield from self._pcapng(file)
            elif magic in _PCAP_MAGIC:
                yield from self._pcap(file, *_PCAP_MAGIC[magic])
            elif not magic:
                raise NotACapture("the file is empty")
            else:
                raise NotACapture("the file is no capture: neither pcap nor pcapng")

    def _pcap(self, file: BinaryIO, order: str, digits: int) -> Iterator[Packet]:
        head = file.read(20)
        self.is_cut = len(head) < 20
        if self.is_cut:
            return
        link_type = struct.unpack_from(f"{order}16xI", head)[0] & 0xFFFF
        while record := file.read(16):
            kept = struct.unpack(f"{order}8xI4x", record)[0] if len(record) == 16 else LONGEST_BLOCK
            data = file.read(kept) if kept < LONGEST_BLOCK else b""
            if len(data) < kept:
                self.is_cut = True
                return
            seconds, fraction = struct.unpack_from(f"{order}II", record)
            yield Packet(seconds + fraction / 10**digits, link_type, data)

    def _pcapng(self, file: BinaryIO) -> Iterator[Packet]:
        order, interfaces = "<", list[tuple[int, float]]()
        block_type = _PCAPNG_MAGIC
        while block_type:
            length_bytes = file.read(4)
            if block_type == _PCAPNG_MAGIC:
                order, body = _section(file, length_bytes)
                interfaces = []
            else:
                body = _body(file, order, length_bytes)
            if body is None or len(block_type) < 4:
                self.is_cut = True
                return
            if block_type != _PCAPNG_MAGIC:
                kind = struct.unpack(f"{order}I", block_type)[0]
                packet = _of_block(kind, order, body, interfaces)
                if packet is not None:
                    yield packet
                elif kind == _STATISTICS:
                    self.ended = max(self.ended, _end_of_capture(order, body, interfaces))
            block_type = file.read(4)


def _section(file: BinaryIO, length_bytes: bytes) -> tuple[str, bytes | None]:
    """The byte order that a section header names, and its body."""
    magic = file.read(4)
    if len(magic) < 4:
        return "<", None
    order = "<" if struct.unpack("<I", magic)[0] == _BYTE_ORDER else ">"
    return order, _body(file, order, length_bytes, already=4)


def _body(file: BinaryIO, order: str, length_bytes: bytes, already: int = 0) -> bytes | None:
    """What stands between the two lengths of a block; None where the file ends, or makes no sense."""
    if len(length_bytes) < 4:
        return None
    length = struct.unpack(f"{order}I", length_bytes)[0]
    if not 12 + already <= length <= LONGEST_BLOCK or length % 4:
        return None
    body = file.read(length - 12 - already)
    trailer = file.read(4)
    return body if len(trailer) == 4 else None


def _of_block(block_type: int, order: str, body: bytes, interfaces: list[tuple[int, float]]) -> Packet | None:
    if block_type == _INTERFACE and len(body) >= 8:
        interfaces.append((struct.unpack_from(f"{order}H", body)[0], _resolution(order, body[8:])))
    elif block_type == _ENHANCED_PACKET and len(body) >= 20:
        interface, high, low, kept = struct.unpack_from(f"{order}IIII", body)
        return _packet(interfaces, interface, high << 32 | low, body[20 : 20 + kept])
    elif block_type == _PACKET and len(body) >= 20:
        interface, _, high, low, kept = struct.unpack_from(f"{order}HHIII", body)
        return _packet(interfaces, interface, high << 32 | low, body[20 : 20 + kept])
    elif block_type == _SIMPLE_PACKET and len(body) >= 4:
        return _packet(interfaces, 0, 0, body[4 : 4 + struct.unpack_from(f"{order}I", body)[0]])
    return None


def _packet(interfaces: list[tuple[int, float]], number: int, stamp: int, data: bytes) -> Packet | None:
    if number >= len(interfaces):
        return None
    link_type, resolution = interfaces[number]
    return Packet(stamp * resolution, link_type, data)


def _resolution(order: str, options: bytes) -> float:
    """Seconds per unit of the time stamps of an interface; microseconds unless it says otherwise."""
    value = _options(order, options).get(_TIME_RESOLUTION)
    if not value:
        return 1e-6
    return float(2.0 ** -(value[0] & 0x7F) if value[0] & 0x80 else 10.0 ** -value[0])


def _end_of_capture(order: str, body: bytes, interfaces: list[tuple[int, float]]) -> float:
    """When the capture ended on an interface, as its statistics tell; 0 where they do not."""
    number = struct.unpack_from(f"{order}I", body)[0] if len(body) >= 12 else len(interfaces)
    value = _options(order, body[12:]).get(_END_TIME, b"")
    if number >= len(interfaces) or len(value) != 8:
        return 0.0
    high, low = struct.unpack(f"{order}II", value)
    return float((high << 32 | low) * interfaces[number][1])


def _options(order: str, data: bytes) -> dict[int, bytes]:
    """The options of a block by their codes."""
    found: dict[int, bytes] = {}
    while len(data) >= 4:
        code, length = struct.unpack_from(f"{order}HH", data)
        if code == 0:
            break
        found[code] = data[4 : 4 + length]
        data = data[4 + (length + 3) // 4 * 4 :]
    return found
