"""From a packet to the TCP segment in it: link layer, IP, TCP."""

from __future__ import annotations

import ipaddress
import struct
from dataclasses import dataclass

from harness.observe.capture.packets import Packet

FIN, SYN, RST, ACK = 0x01, 0x02, 0x04, 0x10

_LOOPBACK_TYPES = {0: 4, 108: 4}
_RAW_IP = frozenset((12, 14, 101, 228, 229))
_ETHERNET, _COOKED, _COOKED_2 = 1, 113, 276
_VLAN_TAGS = frozenset((0x8100, 0x88A8, 0x9100))
_IP_TYPES = frozenset((0x0800, 0x86DD))
_TCP = 6
_EXTENSIONS = frozenset((0, 43, 60))
"""IPv6 headers that may stand before that of TCP: hop-by-hop options, routing, destination options."""

Endpoint = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Segment:
    """A TCP segment. `flags` are the bits of RFC 9293 3.1; `seconds` since 1970.

    Of the payload the last `omitted` bytes were not captured, and are zero here.
    """

    seconds: float
    source: Endpoint
    destination: Endpoint
    sequence: int
    flags: int
    payload: bytes
    omitted: int = 0


def segment_of(packet: Packet) -> Segment | None:
    """The TCP segment of a packet; None where there is none, or only a fragment of one."""
    data = _network_layer(packet.link_type, packet.data)
    if not data:
        return None
    version = data[0] >> 4
    found = _ipv4(data) if version == 4 else _ipv6(data) if version == 6 else None
    return _tcp(packet.seconds, found) if found is not None else None


def _network_layer(link_type: int, data: bytes) -> bytes:
    """The IP packet in a frame; empty where there is none."""
    if link_type in _RAW_IP:
        return data
    if link_type in _LOOPBACK_TYPES:
        return data[_LOOPBACK_TYPES[link_type] :]
    if link_type == _ETHERNET:
        return _after_type(data, 12)
    if link_type == _COOKED:
        return _after_type(data, 14)
    if link_type == _COOKED_2 and len(data) >= 20:
        return data[20:] if int.from_bytes(data[:2], "big") in _IP_TYPES else b""
    return b""


def _after_type(data: bytes, at: int) -> bytes:
    """What follows an EtherType, VLAN tags passed over."""
    while len(data) >= at + 2:
        ether_type = int.from_bytes(data[at : at + 2], "big")
        if ether_type in _IP_TYPES:
            return data[at + 2 :]
        if ether_type not in _VLAN_TAGS:
            break
        at += 4
    return b""


@dataclass(frozen=True, slots=True)
class _Datagram:
    """What IP carries; `length` is that on the wire, which may be more than was captured."""

    source: str
    destination: str
    data: bytes
    length: int


def _ipv4(data: bytes) -> _Datagram | None:
    if len(data) < 20:
        return None
    header = (data[0] & 0x0F) * 4
    total, fragment = struct.unpack_from(">2xH2xH", data)
    if data[9] != _TCP or header < 20 or fragment & 0x3FFF:
        return None
    # With segmentation by the network card the length may be 0; then the packet ends where its bytes end.
    end = total if total >= header else len(data)
    source, destination = (str(ipaddress.IPv4Address(data[at : at + 4])) for at in (12, 16))
    return _Datagram(source, destination, data[header:end], end - header)


def _ipv6(data: bytes) -> _Datagram | None:
    if len(data) < 40:
        return None
    length, following = struct.unpack_from(">4xHB", data)
    length = length or len(data) - 40
    payload = data[40 : 40 + length]
    while following in _EXTENSIONS and len(payload) >= 8:
        following, size = payload[0], (payload[1] + 1) * 8
        payload, length = payload[size:], length - size
    if following != _TCP:
        return None
    source, destination = (str(ipaddress.IPv6Address(data[at : at + 16])) for at in (8, 24))
    return _Datagram(source, destination, payload, length)


def _tcp(seconds: float, datagram: _Datagram) -> Segment | None:
    data = datagram.data
    if len(data) < 20:
        return None
    source_port, destination_port, sequence, _, offset, flags = struct.unpack_from(">HHIIBB", data)
    header = (offset >> 4) * 4
    if header < 20:
        return None
    payload = data[header:]
    omitted = max(0, datagram.length - len(data)) if len(data) >= header else 0
    source, destination = (datagram.source, source_port), (datagram.destination, destination_port)
    return Segment(seconds, source, destination, sequence, flags, payload + bytes(omitted), omitted)
