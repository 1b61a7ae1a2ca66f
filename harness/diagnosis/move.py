"""A C-MOVE to us, seen from both sides: what the peer answered, and who came to our Storage SCP."""

from __future__ import annotations

import ipaddress

from harness.diagnosis.statuses import codes_of_status
from harness.observe.outcomes import RetrieveObservation
from harness.observe.trace import Role, Trace
from harness.standard.status import Service

_DESTINATION_UNKNOWN = 0xA801


def of_move(observation: RetrieveObservation, listener: str, *, is_study_there: bool | None = None) -> tuple[str, ...]:
    """Codes for a move to us that did not arrive; `is_study_there` as C-FIND says, None where it says nothing."""
    callers = [trace for trace in observation.traces if trace.role is Role.ACCEPTOR]
    if observation.unsent:
        return ("sop-class-not-supported",)
    if observation.status == _DESTINATION_UNKNOWN:
        # pynetdicom's qrscp says so of one that it cannot connect to, too.
        return ("move-destination-unknown",) if callers else ("move-destination-unknown", "move-cannot-reach-us")
    if observation.received:
        return ("counts-disagree",)
    if callers:
        return _of_callers(callers)
    if is_study_there is False and not observation.counters.completed:
        # Orthanc answers C000 then, dcmqrscp success, whatever the destination.
        return ("no-such-instance",)
    codes = _sent_nothing(observation) if observation.status == 0 else _never_came(observation, listener)
    return tuple(code for code in codes if not (is_study_there and code == "no-such-instance"))


def _of_callers(callers: list[Trace]) -> tuple[str, ...]:
    """They reached us, and nothing came over."""
    refused = any(
        trace.ending is not None and (trace.ending.rejection is not None or trace.ending.tls is not None)
        for trace in callers
    )
    no_contexts = any(trace.contexts and not any(context.accepted for context in trace.contexts) for trace in callers)
    return ("move-refused-by-us",) if refused or no_contexts else ("sub-operations-failed", "move-refused-by-us")


def _sent_nothing(observation: RetrieveObservation) -> tuple[str, ...]:
    """Success, and nobody came: with nothing sent the study may not exist; with something it went elsewhere."""
    if observation.counters.completed:
        return ("moved-elsewhere",)
    return "moved-nowhere", "no-such-instance", "move-destination-unknown"


def _never_came(observation: RetrieveObservation, listener: str) -> tuple[str, ...]:
    """A failure, and nobody came to our listener."""
    code, *_ = codes_of_status(observation.status, Service.MOVE)
    # A peer in a container is on loopback for us, and cannot reach ours.
    ours = ("listener-on-loopback",) if _is_loopback(listener) else ()
    if code not in ("sub-operations-failed", "cannot-understand", "processing-failure"):
        return (code,)
    if observation.counters.failed:
        return ("move-cannot-reach-us", *ours, "sub-operations-failed")
    if code == "sub-operations-failed":
        return ("move-cannot-reach-us", *ours, "move-destination-unknown", "no-such-instance")
    # Nothing was even tried. Orthanc answers C000 for a destination that it does not know, where PS3.4 has A801.
    return ("move-destination-unknown", "move-cannot-reach-us", *ours, "no-such-instance")


def _is_loopback(endpoint: str) -> bool:
    try:
        return ipaddress.ip_address(endpoint.rpartition(":")[0].strip("[]")).is_loopback
    except ValueError:
        return False
