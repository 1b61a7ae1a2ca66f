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
_TIME_RESOLUTION = 9
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


def read_packets(path: Path) -> Iterator[Packet]:
    """The packets of a capture, as far as the file goes: one that was cut, as by Ctrl-C, ends with its last whole one.

    Raises `NotACapture` for another file, OSError when it cannot be read.
    """
    with path.open("rb") as file:
        magic = file.read(4)
        if magic == _PCAPNG_MAGIC:
            yield from _pcapng(file)
        elif magic in _PCAP_MAGIC:
            yield from _pcap(file, *_PCAP_MAGIC[magic])
        else:
            raise NotACapture(f"{path} is no capture: neither pcap nor pcapng")


def _pcap(file: BinaryIO, order: str, digits: int) -> Iterator[Packet]:
    head = file.read(20)
    if len(head) < 20:
        return
    link_type = struct.unpack_from(f"{order}16xI", head)[0] & 0xFFFF
    while len(record := file.read(16)) == 16:
        seconds, fraction, kept, _ = struct.unpack(f"{order}IIII", record)
        if kept > LONGEST_BLOCK:
            return
        data = file.read(kept)
        if len(data) < kept:
            return
        yield Packet(seconds + fraction / 10**digits, link_type, data)


def _pcapng(file: BinaryIO) -> Iterator[Packet]:
    order, interfaces = "<", list[tuple[int, float]]()
    block_type = _PCAPNG_MAGIC
    while len(block_type) == 4:
        length_bytes = file.read(4)
        if block_type == _PCAPNG_MAGIC:
            order, body = _section(file, length_bytes)
            interfaces = []
        else:
            body = _body(file, order, length_bytes)
        if body is None:
            return
        if block_type != _PCAPNG_MAGIC:
            packet = _of_block(struct.unpack(f"{order}I", block_type)[0], order, body, interfaces)
            if packet is not None:
                yield packet
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
    while len(options) >= 4:
        code, length = struct.unpack_from(f"{order}HH", options)
        if code == _TIME_RESOLUTION and length >= 1 and len(options) > 4:
            value = options[4]
            return float(2.0 ** -(value & 0x7F) if value & 0x80 else 10.0**-value)
        if code == 0:
            break
        options = options[4 + (length + 3) // 4 * 4 :]
    return 1e-6
