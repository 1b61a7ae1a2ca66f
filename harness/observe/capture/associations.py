"""A capture file as a whole: its connections, and what else is in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.connections import events
from harness.observe.capture.frames import Segment, kind_of, segment_of
from harness.observe.capture.packets import Packet, PacketFile
from harness.observe.capture.reader import ConnectionReader
from harness.observe.capture.unreachable import Unreachable, unreachable_of


@dataclass(slots=True)
class Capture:
    """What a capture holds: its connections in the order in which they begin.

    `packets` counts all, `others` those without TCP by what they are. It lasts from `begun` to `ended`, in seconds
    since 1970. With `is_cut` the file ends in the middle of a packet.
    """

    associations: list[CapturedAssociation] = field(default_factory=list)
    packets: int = 0
    others: Counter[str] = field(default_factory=Counter)
    begun: float = 0.0
    ended: float = 0.0
    is_cut: bool = False


def read_capture(path: Path) -> Capture:
    """All of a capture. Raises `NotACapture` for another file, OSError when it cannot be read."""
    file, capture = PacketFile(path), Capture()
    under_way: dict[int, ConnectionReader] = {}
    finished: dict[int, CapturedAssociation] = {}
    for event in events(_found(file, capture)):
        if event.number not in under_way:
            under_way[event.number] = ConnectionReader(event)
        reader = under_way[event.number]
        reader.take(event)
        if reader.is_over:
            finished[event.number] = under_way.pop(event.number).result(capture.ended)
    capture.is_cut = file.is_cut
    capture.ended = max(capture.ended, file.ended)
    finished |= {number: reader.result(capture.ended) for number, reader in under_way.items()}
    capture.associations = [finished[number] for number in sorted(finished)]
    is_lossy = any(found.lost for found in capture.associations)
    for found in capture.associations:
        found.is_among_lost = is_lossy
    return capture


def _found(packets: Iterable[Packet], capture: Capture) -> Iterator[Segment | Unreachable]:
    for packet in packets:
        capture.packets += 1
        capture.begun = min(capture.begun or packet.seconds, packet.seconds)
        capture.ended = max(capture.ended, packet.seconds)
        found = segment_of(packet) or unreachable_of(packet)
        if found is not None:
            yield found
        if not isinstance(found, Segment):
            capture.others[kind_of(packet)] += 1
