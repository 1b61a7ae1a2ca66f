"""Expectations about a load: failures, throughput and times; and whether it was the peer that was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from harness.checks.outcome import Outcome
from harness.observe.load import ASSOCIATION, LoadModel, LoadObservation, OperationLoad, Times
from harness.scenario.amounts import Count, Limit
from harness.scenario.expect import Expectation, OperationExpectation

BUSY = 0.9
"""Cores that this process can use about: its threads take turns."""
LATE = 0.010
"""Seconds that operations may begin late, at the 99th percentile, without that being told."""
LATE_SHARE = 0.5
"""How much of the median latency they may be late at most."""
_TOLD = 3

OWN_SHARE = "own-share"
THROUGHPUT = "throughput"
QUANTILES = ("p50", "p95", "p99")


def check_load(expect: Expectation, observation: LoadObservation) -> list[Outcome]:
    """What is expected of all operations, and of those of one kind; and what is always true of a load.

    What was moved to us must have arrived; and where it was this program that was at its limit, that is told.
    """
    stated = [
        _BY_NAME[name](name, value, observation.overall, observation)
        for name, value in expect.named()
        if name in _BY_NAME
    ]
    always = (_moved(observation), _own_share(observation))
    by_kind = _of_operations(expect.operations or {}, observation)
    return [*stated, *by_kind, *(outcome for outcome in always if outcome is not None)]


def _of_operations(expected: Mapping[str, OperationExpectation], observation: LoadObservation) -> Iterator[Outcome]:
    known = {one.name: one for one in observation.operations}
    for operation, demands in expected.items():
        seen = known.get(operation, OperationLoad(operation, 0, 0, Times(), Times()))
        for name, value in demands.named():
            yield _BY_NAME[name](f"operations/{operation}/{name}", value, seen, observation)


def _errors(where: str, value: Count, seen: OperationLoad, observation: LoadObservation) -> Outcome:
    total = seen.succeeded + seen.failed
    observed = f"{seen.failed} of {total} operations failed{_how(seen, observation)}"
    if not total:
        return Outcome(where, False, f"{value} failures", "nothing was carried out")
    return Outcome(where, value.accepts(seen.failed), f"{value} failures", observed, _reason(observation))


def _how(seen: OperationLoad, observation: LoadObservation) -> str:
    names = {seen.name} if seen.name else {one.name for one in observation.operations} - {ASSOCIATION}
    kinds = [f"{one.count} x {one.operation}: {one.kind}" for one in observation.failures if one.operation in names]
    more = f" and {len(kinds) - _TOLD} more kinds" if len(kinds) > _TOLD else ""
    return f" ({'; '.join(kinds[:_TOLD])}{more})" if kinds else ""


def _reason(observation: LoadObservation) -> str:
    """When it failed, and how it ended."""
    said = []
    failures = [one for one in observation.failures if one.operation != ASSOCIATION]
    if failures:
        first = min(one.first for one in failures)
        said.append(f"the first failure came after {first:.1f} s")
        last = observation.last_success
        said.append("nothing succeeded" if last is None else f"the last success after {last:.1f} s")
    if observation.stopped:
        said.append(f"the load ended after {observation.seconds:.1f} s: {observation.stopped}")
    return "; ".join(said)


def _throughput(where: str, value: Count, seen: OperationLoad, observation: LoadObservation) -> Outcome:
    rate = seen.succeeded / observation.seconds if observation.seconds else 0.0
    return Outcome(where, value.accepts(int(rate)), f"{value} operations per second", f"{rate:.1f} per second")


def _quantile(of: str) -> Callable[[str, Limit, OperationLoad, LoadObservation], Outcome]:
    def check(where: str, value: Limit, seen: OperationLoad, _observation: LoadObservation) -> Outcome:
        expected = f"{of} {value.text}"
        if not seen.latency.count:
            return Outcome(where, False, expected, "no operation succeeded")
        seconds = getattr(seen.latency, of)
        return Outcome(where, value.accepts(seconds), expected, milliseconds(seconds))

    return check


def milliseconds(seconds: float) -> str:
    """A time in the unit in which it is read best."""
    if seconds >= 10:
        return f"{seconds:.1f} s"
    return f"{seconds * 1000:.3g} ms" if seconds < 1 else f"{seconds:.2f} s"


_BY_NAME: dict[str, Callable[[str, Any, OperationLoad, LoadObservation], Outcome]] = {
    "errors": _errors,
    THROUGHPUT: _throughput,
    **{of: _quantile(of) for of in QUANTILES},
}


def _moved(observation: LoadObservation) -> Outcome | None:
    """As many instances have arrived as the peer says that it sent; None where there was nothing to move to us."""
    if observation.moved is None:
        return None
    completed, received = observation.moved
    expected = "as many instances received as sub-operations completed"
    return Outcome("received", completed == received, expected, f"{completed} completed, {received} received")


def _own_share(observation: LoadObservation) -> Outcome | None:
    """Whether this program was what limited the load; None where it was not."""
    own = observation.own
    median = observation.overall.latency.p50
    late = observation.model is LoadModel.OPEN and own.late > max(LATE, LATE_SHARE * median)
    if own.cores < BUSY and not late:
        return None
    said = f"we used {own.cores:.2f} cores"
    if observation.model is LoadModel.OPEN:
        said += f", and began operations {milliseconds(own.late)} late (99th percentile)"
    reason = "the peer may do more, and its times may be better; take fewer operations, or several machines"
    if own.peer_within:
        reason += "; the peer runs in the same process, and takes its part"
    return Outcome(OWN_SHARE, False, "this program is not what limits the load", said, reason, aside=True)
