"""Capture files made of chosen packets."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from pathlib import Path

from harness.observe.capture.packets import Packet


def write_pcap(path: Path, packets: Iterable[Packet], *, kept: int = 1 << 18) -> Path:
    """A pcap file of these packets, which are of one link type, of each only the first `kept` bytes."""
    chosen = list(packets)
    link_type = chosen[0].link_type if chosen else 1
    with path.open("wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 1 << 18, link_type))
        for packet in chosen:
            seconds, fraction = divmod(round(packet.seconds * 1_000_000), 1_000_000)
            data = packet.data[:kept]
            file.write(struct.pack("<IIII", seconds, fraction, len(data), len(packet.data)) + data)
    return path
