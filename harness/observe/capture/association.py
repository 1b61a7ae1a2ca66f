"""One connection of a capture, as facts like those that we note of our own associations."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.observe.capture.exchanges import Exchanges
from harness.observe.capture.frames import Endpoint
from harness.observe.capture.tls import TlsSeen
from harness.observe.foreign import Foreign
from harness.observe.trace import Trace

FIRST_CLIENT_PORT = 32768
"""Systems give their clients ports from here on, most from 49152 (RFC 6335 6)."""


@dataclass(slots=True)
class CapturedAssociation:
    """One connection of a capture. `trace` is written from the requestor's side, `number` counts from 1.

    `tls` is what was seen of TLS where the opener speaks it, `foreign` and `foreign_opener` the other protocols that
    either end speaks; then nothing else is known. Of an ending, `ended_by_opener` says whose it was and `ended` when;
    `heard` is when the listener said something last, and `partial` bytes of it were no whole PDU.

    `requested` is when an association was asked for.

    `begins_before` the capture means that the connection stood already. `omitted` bytes were not captured, and `lost`
    counts the places where segments are missing; with `is_incomplete` something that was said is not known. `seconds`
    is how long the connection was seen, `watched_on` how much longer the capture lasts; with `is_among_lost` that shows
    little, as packets are missing in the capture.
    """

    number: int
    opener: Endpoint
    listener: Endpoint
    trace: Trace
    attempts: int = 0
    begins_before: bool = False
    tls: TlsSeen | None = None
    foreign: Foreign | None = None
    foreign_opener: Foreign | None = None
    requested: float | None = None
    is_accepted: bool = False
    ended_by_opener: bool = False
    ended: float | None = None
    heard: float | None = None
    partial: int = 0
    is_releasing: bool = False
    omitted: int = 0
    lost: int = 0
    is_incomplete: bool = False
    exchanges: Exchanges = field(default_factory=Exchanges)
    seconds: float = 0.0
    watched_on: float = 0.0
    is_among_lost: bool = False

    @property
    def is_connected(self) -> bool:
        """Whether the TCP connection stood."""
        return self.begins_before or "connect" in self.trace.stages

    @property
    def has_known_roles(self) -> bool:
        """Whether it is known who opened it; of one that stood already the ports tell, if one is a server's."""
        return not self.begins_before or self.listener[1] < FIRST_CLIENT_PORT <= self.opener[1]

    @property
    def is_dicom(self) -> bool:
        """Whether anybody spoke DICOM."""
        return bool(self.trace.pdus)

    @property
    def quiet_since(self) -> float:
        """When it ended, or the capture did."""
        return self.ended if self.ended is not None else self.seconds + self.watched_on
