"""Packets made by hand: a TCP connection between 10.0.0.1 and 10.0.0.2 port 104, raw IP."""

from __future__ import annotations

import struct

from harness.observe.capture.frames import ACK, FIN, RST, SYN
from harness.observe.capture.packets import Packet

PSH = 0x08
RAW_IP = 101
_CLIENT, _SERVER = (bytes((10, 0, 0, 1)), 40000), (bytes((10, 0, 0, 2)), 104)
_TCP, _UDP, _ICMP = 6, 17, 1

Step = tuple[bool, int, bytes] | float
"""Whether the client sends it, its flags, and what it carries; or a pause in seconds."""

__all__ = ["ACK", "FIN", "PSH", "RAW_IP", "RST", "SYN", "Step", "conversation", "udp", "unreachable"]


def ip(by_client: bool, protocol: int, payload: bytes) -> bytes:
    """An IPv4 packet."""
    (source, _), (destination, _) = (_CLIENT, _SERVER) if by_client else (_SERVER, _CLIENT)
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0)
    return head + source + destination + payload


def conversation(
    *steps: Step, seconds: float = 1000.0, port: int = _CLIENT[1], server_port: int = _SERVER[1]
) -> list[Packet]:
    """The packets of one connection, a millisecond apart, with the sequence numbers that belong there.

    The client is at `port`, the server at `server_port`.
    """
    sequence = {True: 1000, False: 5000}
    packets = []
    for step in steps:
        if isinstance(step, float):
            seconds += step
            continue
        by_client, flags, payload = step
        seconds += 0.001
        ports = (port, server_port) if by_client else (server_port, port)
        acknowledged = sequence[not by_client] if flags & ACK else 0
        tcp = struct.pack(">HHIIBBHHH", *ports, sequence[by_client], acknowledged, 5 << 4, flags, 65535, 0, 0)
        packets.append(Packet(seconds, RAW_IP, ip(by_client, _TCP, tcp + payload)))
        sequence[by_client] += len(payload) + bool(flags & (SYN | FIN))
    return packets


def udp() -> Packet:
    """A packet of another protocol."""
    return Packet(1000.0, RAW_IP, ip(True, _UDP, struct.pack(">HHHH", 53, 53, 8, 0)))


def unreachable(about: Packet, code: int) -> Packet:
    """What a router says of a packet that it cannot deliver: an ICMP message of type 3 (RFC 792)."""
    told = struct.pack(">BBHI", 3, code, 0, 0) + about.data[:28]
    return Packet(about.seconds + 0.001, RAW_IP, ip(False, _ICMP, told))
