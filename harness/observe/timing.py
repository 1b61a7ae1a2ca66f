"""Where the time of an association went, from its trace alone: it may be ours or come from a capture."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from harness.observe.trace import DATA_SET, Direction, PduFact, Trace

STAGES = ("name", "connect", "tls", "association", "service", "release")
"""In the order in which they come."""

_P_DATA, _ABORT = "P-DATA-TF", "A-ABORT"


def stage_seconds(traces: Iterable[Trace]) -> dict[str, float]:
    """Seconds of each stage, of several associations together; stages that none of them came to are left out."""
    found: dict[str, float] = {}
    for trace in traces:
        for stage, seconds in (*trace.stages.items(), *_service(trace)):
            found[stage] = found.get(stage, 0.0) + seconds
    return {stage: found[stage] for stage in STAGES if stage in found}


def _service(trace: Trace) -> Iterable[tuple[str, float]]:
    """From the first message to the end of the last one, or to the abort that ended the wait for it."""
    pdus = trace.pdus
    begun = next((fact.seconds for fact in pdus if fact.name == _P_DATA), None)
    if begun is not None:
        ended = max(fact.seconds for fact in pdus if fact.name in (_P_DATA, _ABORT))
        yield "service", ended - begun


def response_seconds(trace: Trace) -> list[float]:
    """Seconds from each request to the first answer to it, seen from the end that the trace is of.

    A request with a data set of several PDUs is left out: its time is also that of sending.
    """
    return [answer.seconds - sent.seconds for sent, answer in pairwise(trace.pdus) if _is_pair(sent, answer)]


def _is_pair(sent: PduFact, answer: PduFact) -> bool:
    """Whether the one is the end of a request, and the other the beginning of its answer."""
    messages = sent.name == answer.name == _P_DATA and sent.count == 1 and answer.summary != DATA_SET
    return messages and sent.direction is Direction.SENT and answer.direction is Direction.RECEIVED
