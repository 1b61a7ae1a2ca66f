"""Associations as pcapng files that Wireshark opens with its DICOM dissector.

The harness records PDUs, not packets; the file dresses them as TCP segments over IP with made-up sequence numbers,
so that stream reassembly works. Times are those of the recording.
"""

from __future__ import annotations

import ipaddress
import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from harness.observe.ending import EndingKind
from harness.observe.trace import Role, Trace
from harness.observe.wire import WireEntry

_SECTION_HEADER = 0x0A0D0D0A
_INTERFACE = 0x00000001
_ENHANCED_PACKET = 0x00000006
_LINKTYPE_RAW = 101
_SEGMENT = 61440
_SYN, _ACK, _FIN, _PSH, _RST = 0x02, 0x10, 0x01, 0x08, 0x04

Endpoint = tuple[str, int]

_NOBODY = ("192.0.2.1", "192.0.2.2")


def write_pcapng(trace: Trace, path: Path, *, hide_addresses: bool = False) -> None:
    """Write one association as a pcapng file, overwriting `path`. Raises OSError as `open` does.

    With `hide_addresses` both ends have addresses that belong to nobody (RFC 5737), the ports stay.
    """
    with path.open("wb") as file:
        _block(file, _SECTION_HEADER, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))
        # Option 9 (if_tsresol) = 9: times in nanoseconds; option 0 ends the list.
        options = struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
        _block(file, _INTERFACE, struct.pack("<HHI", _LINKTYPE_RAW, 0, 0) + options)
        for seconds, packet, original_length in _packets(trace, _endpoints(trace, hide_addresses)):
            _packet_block(file, trace.started, seconds, packet, original_length)


def _block(file: BinaryIO, block_type: int, body: bytes) -> None:
    body += bytes(-len(body) % 4)
    length = struct.pack("<I", len(body) + 12)
    file.write(struct.pack("<I", block_type) + length + body + length)


def _packet_block(file: BinaryIO, started: datetime, seconds: float, packet: bytes, original_length: int) -> None:
    stamp = int(started.timestamp() * 1_000_000) * 1000 + int(seconds * 1_000_000_000)
    head = struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), original_length)
    _block(file, _ENHANCED_PACKET, head + packet)


def _packets(trace: Trace, ends: tuple[Endpoint, Endpoint]) -> Iterator[tuple[float, bytes, int]]:
    flow = _Flow(*ends)
    opener = trace.role is Role.REQUESTOR
    yield 0.0, *flow.segment(opener, _SYN, b"")
    yield 0.0, *flow.segment(not opener, _SYN | _ACK, b"")
    yield 0.0, *flow.segment(opener, _ACK, b"")
    last = 0.0
    for entry in trace.wire.entries:
        last = entry.seconds
        for data, missing in _segments(entry):
            yield last, *flow.segment(entry.sent, _PSH | _ACK, data, missing)
    ended = trace.ended if trace.ended is not None else last
    for from_us, flags in _farewells(trace):
        yield max(ended, last), *flow.segment(from_us, flags, b"")


def _farewells(trace: Trace) -> list[tuple[bool, int]]:
    """Who closes the connection first, and how: the peer where that was the end of it, otherwise the requestor."""
    kind = trace.ending.kind if trace.ending is not None else EndingKind.RELEASED
    if kind is EndingKind.RESET:
        return [(False, _RST | _ACK)]
    by_us = trace.role is Role.REQUESTOR and kind not in (EndingKind.CLOSED, EndingKind.TLS)
    return [(by_us, _FIN | _ACK), (not by_us, _FIN | _ACK)]


def _endpoints(trace: Trace, hide: bool) -> tuple[Endpoint, Endpoint]:
    """Our and the peer's endpoint; a made-up pair where the connection never told, or where nobody is to know."""
    us, peer = trace.local_endpoint, trace.remote_endpoint
    if hide:
        return (_NOBODY[0], us[1] or 50000), (_NOBODY[1], peer[1] or 104)
    if not us[0] or not peer[0] or _version(us[0]) != _version(peer[0]):
        return ("127.0.0.1", us[1] or 50000), ("127.0.0.1", peer[1] or 104)
    return us, peer


def _version(address: str) -> int:
    return ipaddress.ip_address(address.partition("%")[0]).version


def _segments(entry: WireEntry) -> Iterator[tuple[bytes, int]]:
    """An entry as TCP payloads with the number of bytes that are announced and not kept."""
    data = bytes(entry.head) + bytes(entry.zeros)
    missing = entry.omitted
    for start in range(0, max(len(data), 1), _SEGMENT):
        piece = data[start : start + _SEGMENT]
        is_last = start + _SEGMENT >= len(data)
        room = min(missing, _SEGMENT - len(piece)) if is_last else 0
        missing -= room
        yield piece, room
    while missing > 0:
        room = min(missing, _SEGMENT)
        missing -= room
        yield b"", room


class _Flow:
    """Sequence numbers of both directions of one made-up TCP connection."""

    def __init__(self, us: Endpoint, peer: Endpoint) -> None:
        self.ends = {True: us, False: peer}
        self.sequence = {True: 1000, False: 2000}

    def segment(self, from_us: bool, flags: int, data: bytes, missing: int = 0) -> tuple[bytes, int]:
        """An IP packet with the kept bytes and its length on the wire."""
        source, destination = self.ends[from_us], self.ends[not from_us]
        sequence, acknowledged = self.sequence[from_us], self.sequence[not from_us]
        if not flags & _ACK:
            acknowledged = 0
        length = len(data) + missing
        self.sequence[from_us] = (sequence + length + bool(flags & (_SYN | _FIN))) & 0xFFFFFFFF
        tcp = struct.pack(">HHIIBBHHH", source[1], destination[1], sequence, acknowledged, 5 << 4, flags, 65535, 0, 0)
        header = _ip_header(source[0], destination[0], 20 + length)
        packet = header + tcp + data
        return packet, len(packet) + missing


def _ip_header(source: str, destination: str, length: int) -> bytes:
    sender = ipaddress.ip_address(source.partition("%")[0])
    receiver = ipaddress.ip_address(destination.partition("%")[0])
    if sender.version == 6:
        return struct.pack(">IHBB", 6 << 28, length, 6, 64) + sender.packed + receiver.packed
    return struct.pack(">BBHHHBBH", 0x45, 0, 20 + length, 0, 0x4000, 64, 6, 0) + sender.packed + receiver.packed
