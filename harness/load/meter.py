"""The meter of a load: every operation is counted, none is kept. Used by all threads of a load at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from typing import Protocol

from harness.load.work import Done
from harness.observe.load import Failure, OperationLoad, Times, Window
from harness.observe.outcomes import Observation

MOST_WINDOWS = 240
"""Stretches into which a load is divided at most; more could not be told apart in a picture."""
_MICROSECOND = 1e-6
_LONGEST = 3600 * 1_000_000
_KINDS_KEPT = 50
"""Kinds of failures that are told apart; a peer has seldom more than three."""
_OTHERS = "other failures"


class _Histogram(Protocol):
    def record_value(self, value: int) -> object: ...
    def get_value_at_percentile(self, percentile: float) -> int: ...
    def get_total_count(self) -> int: ...
    def get_mean_value(self) -> float: ...
    def get_max_value(self) -> int: ...


def _histogram(digits: int) -> _Histogram:
    # Loaded when there is a load to measure.
    from hdrh.histogram import HdrHistogram

    made: _Histogram = HdrHistogram(1, _LONGEST, digits)
    return made


def _put(histogram: _Histogram, seconds: float) -> None:
    histogram.record_value(min(_LONGEST, max(1, round(seconds / _MICROSECOND))))


def _at(histogram: _Histogram, percentile: float) -> float:
    return histogram.get_value_at_percentile(percentile) * _MICROSECOND if histogram.get_total_count() else 0.0


def _times(histogram: _Histogram) -> Times:
    count = histogram.get_total_count()
    if not count:
        return Times()
    p50, p90, p95, p99, p999 = (_at(histogram, percentile) for percentile in (50, 90, 95, 99, 99.9))
    longest = histogram.get_max_value() * _MICROSECOND
    return Times(count, histogram.get_mean_value() * _MICROSECOND, p50, p90, p95, p99, p999, longest)


@dataclass(slots=True)
class _Kind:
    """What is known of one kind of operation."""

    succeeded: int = 0
    failed: int = 0
    bytes_sent: int = 0
    latency: _Histogram = field(default_factory=lambda: _histogram(3))
    service: _Histogram = field(default_factory=lambda: _histogram(3))

    def count(self, done: Done, latency: float, service: float) -> None:
        self.bytes_sent += done.bytes_sent
        if done.failure:
            self.failed += 1
            return
        self.succeeded += 1
        _put(self.latency, latency)
        _put(self.service, service)

    def named(self, name: str) -> OperationLoad:
        times = _times(self.latency), _times(self.service)
        return OperationLoad(name, self.succeeded, self.failed, *times, self.bytes_sent)


@dataclass(slots=True)
class _Bin:
    """What is known of one stretch of the load."""

    succeeded: int = 0
    failed: int = 0
    latency: _Histogram = field(default_factory=lambda: _histogram(2))


class Meter:
    """Counts operations and their times. `seconds` is how long the load is meant to take."""

    def __init__(self, seconds: float) -> None:
        self.width = max(1.0, seconds / MOST_WINDOWS)
        # What began in time and ended after it belongs to the last stretch.
        self._last = max(0, ceil(seconds / self.width) - 1)
        self.last_success: float | None = None
        self._all = _Kind()
        self._kinds: dict[str, _Kind] = {}
        self._bins: dict[int, _Bin] = {}
        self._failures: dict[tuple[str, str], Failure] = {}
        self._late = _histogram(2)
        self._lock = threading.Lock()

    def count(self, name: str, done: Done, due: float, begun: float, ended: float) -> None:
        """An operation ended; all times in seconds since the load began. Only its success gives a time."""
        with self._lock:
            stretch = self._bins.setdefault(min(self._last, int(ended / self.width)), _Bin())
            for kind in (self._all, self._kinds.setdefault(name, _Kind())):
                kind.count(done, ended - due, ended - begun)
            if done.failure:
                stretch.failed += 1
                self._note_failure(name, done.failure, done.observation, ended)
                return
            self.last_success = ended
            stretch.succeeded += 1
            _put(stretch.latency, ended - due)

    def count_association(self, name: str, failure: str, observation: Observation, begun: float, ended: float) -> None:
        """An association was asked for. It is no operation, and counts among none."""
        with self._lock:
            kind = self._kinds.setdefault(name, _Kind())
            kind.count(Done(observation, failure), ended - begun, ended - begun)
            if failure:
                self._note_failure(name, failure, observation, ended)

    def count_late(self, seconds: float) -> None:
        """An operation for which everything was ready began so late: that is our doing."""
        with self._lock:
            _put(self._late, seconds)

    @property
    def late(self) -> float:
        """How late we began, in seconds, at the 99th percentile."""
        return _at(self._late, 99)

    def _note_failure(self, name: str, kind: str, sample: Observation, at: float) -> None:
        if (name, kind) not in self._failures and len(self._failures) >= _KINDS_KEPT:
            kind = _OTHERS
        known = self._failures.get((name, kind))
        if known is None:
            self._failures[name, kind] = Failure(name, kind, at, at, sample)
            return
        known.count += 1
        known.last = at

    @property
    def succeeded(self) -> int:
        """Operations that succeeded up to now."""
        return self._all.succeeded

    @property
    def failed(self) -> int:
        """Operations that failed up to now."""
        return self._all.failed

    def overall(self) -> OperationLoad:
        """What became of all operations."""
        with self._lock:
            return self._all.named("")

    def operations(self) -> list[OperationLoad]:
        """What became of each kind of operation, and of associations."""
        with self._lock:
            return [one.named(name) for name, one in self._kinds.items()]

    def failures(self) -> list[Failure]:
        """How operations failed, the most frequent first."""
        with self._lock:
            return sorted(self._failures.values(), key=lambda failure: -failure.count)

    def windows(self, seconds: float, level: Callable[[float], float]) -> list[Window]:
        """The load in stretches, up to `seconds`; `level` is that of a moment, and taken in the middle of each."""
        with self._lock:
            found = []
            for index in range(int(seconds / self.width) + 1):
                begin = index * self.width
                length = min(self.width, seconds - begin)
                if length <= 0:
                    break
                one = self._bins.get(index, _Bin())
                p50, p95 = _at(one.latency, 50), _at(one.latency, 95)
                found.append(Window(begin, length, level(begin + length / 2), one.succeeded, one.failed, p50, p95))
            return found
