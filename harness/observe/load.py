"""What a load saw: counts, times and failures, without the single operations."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.observe.outcomes import Observation

ASSOCIATION = "association"
"""In place of an operation: asking for an association."""


class LoadModel(StrEnum):
    """What the level of a load is: so many associations that each begin anew when the peer has answered (closed), or
    so many operations per second, whether the peer keeps up or not (open)."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Times:
    """How long operations took, in seconds, by HdrHistogram with three digits."""

    count: int = 0
    mean: float = 0.0
    p50: float = 0.0
    p90: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    p999: float = 0.0
    longest: float = 0.0


@dataclass(frozen=True, slots=True)
class OperationLoad:
    """What became of the operations of one kind.

    `latency` counts from when an operation was due, so that a peer that falls behind can't hide its waiting;
    `service` from when its request was sent. In a closed model the two are the same.
    """

    name: str
    succeeded: int
    failed: int
    latency: Times
    service: Times
    bytes_sent: int = 0


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a load: since when, how long, at which level, and what it brought. All times in seconds."""

    begin: float
    seconds: float
    level: float
    succeeded: int
    failed: int
    p50: float
    p95: float

    @property
    def throughput(self) -> float:
        """Operations that succeeded, per second."""
        return self.succeeded / self.seconds if self.seconds else 0.0


@dataclass(slots=True)
class Failure:
    """Operations that failed alike: how often, when first and last, and the first of them as it was observed."""

    operation: str
    kind: str
    first: float
    last: float
    sample: Observation
    count: int = 1


@dataclass(frozen=True, slots=True)
class Knee:
    """From `level` on the latency grew and the throughput did not: the peer was at its limit."""

    level: float
    throughput: float
    latency: float


@dataclass(frozen=True, slots=True)
class OwnShare:
    """What the load cost ourselves.

    `cores` is the processor time of this process per second; `late` how late an operation began that had a free
    association waiting for it, at the 99th percentile, in seconds; `peer_within` that the peer runs in this process.
    """

    cores: float = 0.0
    late: float = 0.0
    peer_within: bool = False


@dataclass(frozen=True, slots=True)
class LeftInstances:
    """Instances that were stored at the peer, of one study; `first` is the UID of the first of them."""

    sop_class_uid: str
    study_instance_uid: str
    first: str
    count: int


@dataclass(slots=True, kw_only=True)
class LoadObservation(Observation):
    """A load as a whole. `stopped` says why it ended before its time; empty when it did not."""

    model: LoadModel = LoadModel.CLOSED
    planned_seconds: float = 0.0
    overall: OperationLoad = OperationLoad("", 0, 0, Times(), Times())
    """All operations together; associations are not among them."""
    operations: list[OperationLoad] = field(default_factory=list)
    windows: list[Window] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    knee: Knee | None = None
    own: OwnShare = OwnShare()
    stopped: str = ""
    interrupted: bool = False
    moved: tuple[int, int] | None = None
    """Of moves to us: the sub-operations that the peer says it completed, and the instances that arrived."""
    left: list[LeftInstances] = field(default_factory=list)
    last_success: float | None = None
    """Seconds after the beginning of the last operation that succeeded; None when none did."""

    @property
    def throughput(self) -> float:
        """Operations that succeeded, per second."""
        return self.overall.succeeded / self.seconds if self.seconds else 0.0
