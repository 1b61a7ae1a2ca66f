"""What a load tells beside its checks: operations and times, failures, the limit of the peer, and our own share."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.load import milliseconds
from harness.observe.load import LoadModel, LoadObservation, OperationLoad
from harness.results.particulars import LoadRecord, LoadWindow

_LEVELS = {LoadModel.CLOSED: "associations", LoadModel.OPEN: "operations per second"}


def load_details(observation: LoadObservation) -> Iterator[str]:
    """Lines for the reports."""
    yield (
        f"{observation.overall.succeeded} operations in {observation.seconds:.1f} s, "
        f"{observation.throughput:.1f} per second ({observation.model.value} model)"
    )
    for one in observation.operations:
        yield _operation(one, observation)
    for failure in observation.failures:
        when = f"from {failure.first:.1f} s to {failure.last:.1f} s"
        yield f"failed: {failure.count} x {failure.operation}: {failure.kind}, {when}"
    if observation.knee is not None:
        knee = observation.knee
        yield (
            f"limit of the peer: from {knee.level:.0f} {_LEVELS[observation.model]} on its latency grows and its "
            f"throughput of {knee.throughput:.0f} operations per second does not"
        )
    if observation.stopped:
        yield f"ended after {observation.seconds:.1f} s of {observation.planned_seconds:g} s: {observation.stopped}"
    within = "; the peer runs in the same process" if observation.own.peer_within else ""
    yield f"our own share: {observation.own.cores:.2f} cores{within}"


def load_record(observation: LoadObservation) -> LoadRecord:
    """The course of a load, for pictures of it."""
    windows = tuple(
        LoadWindow(one.begin, one.seconds, one.level, one.succeeded, one.failed, one.p50, one.p95)
        for one in observation.windows
    )
    return LoadRecord(observation.model.value, windows, observation.knee.level if observation.knee else None)


def _operation(one: OperationLoad, observation: LoadObservation) -> str:
    times = one.latency
    failed = f", {one.failed} failed" if one.failed else ""
    line = f"{one.name}: {one.succeeded} succeeded{failed}"
    if not times.count:
        return line
    quantiles = ((50, times.p50), (95, times.p95), (99, times.p99), (99.9, times.p999))
    line += "; " + ", ".join(f"p{of:g} {milliseconds(seconds)}" for of, seconds in quantiles)
    line += f", longest {milliseconds(times.longest)}"
    if one.bytes_sent and observation.seconds:
        line += f"; {one.bytes_sent / observation.seconds / 2**20:.1f} MB per second"
    return line
