"""What the network says of a packet that it could not deliver (RFC 792, RFC 4443 3.1)."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from harness.observe.capture.frames import Datagram, Endpoint, datagram_of, ip_datagram
from harness.observe.capture.packets import Packet

_ICMP, _ICMPV6, _TCP = 1, 58, 6
_UNREACHABLE = {_ICMP: 3, _ICMPV6: 1}
_WORDS = {
    (_ICMP, 0): "no route to the network",
    (_ICMP, 1): "no such host, or it is off",
    (_ICMP, 2): "the host does not speak TCP",
    (_ICMP, 3): "the port is closed",
    (_ICMP, 9): "the network may not be reached",
    (_ICMP, 10): "the host may not be reached",
    (_ICMP, 13): "a firewall forbids it",
    (_ICMPV6, 0): "no route to the destination",
    (_ICMPV6, 1): "a firewall forbids it",
    (_ICMPV6, 3): "no such host, or it is off",
    (_ICMPV6, 4): "the port is closed",
}
_REFUSALS = frozenset(((_ICMP, 3), (_ICMPV6, 4)))
_FRAGMENTATION_NEEDED = (_ICMP, 4)


@dataclass(frozen=True, slots=True)
class Unreachable:
    """A TCP segment from `source` to `destination` was not delivered; `text` says who said so, and why.

    With `is_refusal` the host is there and the port is closed, as TCP itself says with a reset.
    """

    seconds: float
    source: Endpoint
    destination: Endpoint
    text: str
    is_refusal: bool = False


def unreachable_of(packet: Packet) -> Unreachable | None:
    """What an ICMP message says of a TCP segment; None where it is none."""
    told = datagram_of(packet)
    if told is None or told.protocol not in _UNREACHABLE or len(told.data) < 8:
        return None
    kind, code = told.data[0], told.data[1]
    about = ip_datagram(told.data[8:])
    if kind != _UNREACHABLE[told.protocol] or (told.protocol, code) == _FRAGMENTATION_NEEDED or about is None:
        return None
    return _of_segment(packet.seconds, told, code, about)


def _of_segment(seconds: float, told: Datagram, code: int, about: Datagram) -> Unreachable | None:
    if about.protocol != _TCP or len(about.data) < 4:
        return None
    source, destination = struct.unpack_from(">HH", about.data)
    words = _WORDS.get((told.protocol, code), f"code {code}")
    text = f"{told.source} says that the destination is unreachable: {words}"
    is_refusal = (told.protocol, code) in _REFUSALS
    return Unreachable(seconds, (about.source, source), (about.destination, destination), text, is_refusal)
