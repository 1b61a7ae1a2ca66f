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
_UNDERSTOOD = _RAW_IP | {_ETHERNET, _COOKED, _COOKED_2} | _LOOPBACK_TYPES.keys()
_TCP = 6
_PROTOCOLS = {1: "ICMP", _TCP: "TCP that was cut", 17: "UDP", 58: "ICMP"}
_EXTENSIONS = frozenset((0, 43, 60))
"""IPv6 headers that may stand before that of TCP: hop-by-hop options, routing, destination options."""

Endpoint = tuple[str, int]


def written(endpoint: Endpoint) -> str:
    """An endpoint as `host:port`; an IPv6 address stands in brackets."""
    host, port = endpoint
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


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
    acknowledged: int = 0
    """The sequence number that the sender expects next, where the flag ACK is set."""


@dataclass(frozen=True, slots=True)
class Datagram:
    """What IP carries; `length` is that on the wire, which may be more than was captured."""

    source: str
    destination: str
    protocol: int
    data: bytes
    length: int


def segment_of(packet: Packet) -> Segment | None:
    """The TCP segment of a packet; None where there is none, or only a fragment of one."""
    found = datagram_of(packet)
    return _tcp(packet.seconds, found) if found is not None and found.protocol == _TCP else None


def kind_of(packet: Packet) -> str:
    """What a packet without a TCP segment is, in a word."""
    if packet.link_type not in _UNDERSTOOD:
        return f"link type {packet.link_type}"
    found = datagram_of(packet)
    if found is not None:
        return _PROTOCOLS.get(found.protocol, f"IP protocol {found.protocol}")
    data = _network_layer(packet.link_type, packet.data)
    return "fragments of IP" if data and data[0] >> 4 in (4, 6) else "no IP"


def datagram_of(packet: Packet) -> Datagram | None:
    """What IP carries in a packet; None where there is no IP, or only a fragment."""
    return ip_datagram(_network_layer(packet.link_type, packet.data))


def ip_datagram(data: bytes) -> Datagram | None:
    """The same of bytes that begin with the header of IP."""
    if not data:
        return None
    version = data[0] >> 4
    return _ipv4(data) if version == 4 else _ipv6(data) if version == 6 else None


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


def _ipv4(data: bytes) -> Datagram | None:
    if len(data) < 20:
        return None
    header = (data[0] & 0x0F) * 4
    total, fragment = struct.unpack_from(">2xH2xH", data)
    if header < 20 or fragment & 0x3FFF:
        return None
    # With segmentation by the network card the length may be 0; then the packet ends where its bytes end.
    end = total if total >= header else len(data)
    source, destination = (str(ipaddress.IPv4Address(data[at : at + 4])) for at in (12, 16))
    return Datagram(source, destination, data[9], data[header:end], end - header)


def _ipv6(data: bytes) -> Datagram | None:
    if len(data) < 40:
        return None
    length, following = struct.unpack_from(">4xHB", data)
    length = length or len(data) - 40
    payload = data[40 : 40 + length]
    while following in _EXTENSIONS and len(payload) >= 8:
        following, size = payload[0], (payload[1] + 1) * 8
        payload, length = payload[size:], length - size
    source, destination = (str(ipaddress.IPv6Address(data[at : at + 16])) for at in (8, 24))
    return Datagram(source, destination, following, payload, length)


def _tcp(seconds: float, datagram: Datagram) -> Segment | None:
    data = datagram.data
    if len(data) < 20:
        return None
    source_port, destination_port, sequence, acknowledged, offset, flags = struct.unpack_from(">HHIIBB", data)
    header = (offset >> 4) * 4
    if header < 20:
        return None
    payload = data[header:]
    omitted = max(0, datagram.length - len(data)) if len(data) >= header else 0
    source, destination = (datagram.source, source_port), (datagram.destination, destination_port)
    return Segment(seconds, source, destination, sequence, flags, payload + bytes(omitted), omitted, acknowledged)
