"""A C-MOVE to us, seen from both sides: what the peer answered, and who came to our Storage SCP."""

from __future__ import annotations

from harness.diagnosis.statuses import codes_of_status
from harness.observe.callers import callers_of, is_out_of_reach, listens_on_loopback, refusals_of
from harness.observe.outcomes import RetrieveObservation
from harness.observe.trace import Trace
from harness.standard.status import Service

_DESTINATION_UNKNOWN = 0xA801


def of_move(observation: RetrieveObservation, *, is_study_there: bool | None = None) -> tuple[str, ...]:
    """Codes for a move to us that did not arrive; `is_study_there` as C-FIND says, None where it says nothing."""
    callers = callers_of(observation)
    if observation.unsent:
        return ("sop-class-not-supported",)
    if observation.status == _DESTINATION_UNKNOWN:
        # pynetdicom's qrscp says so of one that it cannot connect to, too.
        return ("move-destination-unknown",) if callers else ("move-destination-unknown", "move-cannot-reach-us")
    if any(refusals_of(observation)):
        return ("move-refused-by-us",)
    if observation.received:
        return ("sub-operations-failed",) if observation.counters.failed else ("counts-disagree",)
    if callers:
        return _came_in_vain(callers, is_study_there)
    if is_study_there is False and not observation.counters.completed:
        # Orthanc answers C000 then, dcmqrscp success, whatever the destination.
        return ("no-such-instance",)
    if observation.status == 0:
        return _sent_nothing(observation, is_study_there)
    codes = _never_came(observation)
    if is_study_there and "no-such-instance" in codes:
        # Its objects may still be offline or gone; Orthanc does not tell that from the rest.
        return (*(code for code in codes if code != "no-such-instance"), "found-not-retrievable")
    return codes


def _came_in_vain(callers: list[Trace], is_study_there: bool | None) -> tuple[str, ...]:
    """They came and were let in, and sent nothing: the objects are not to be had, or need a context that we refused."""
    refused = any(not context.accepted for trace in callers for context in trace.contexts)
    codes = ("found-not-retrievable", "sub-operations-failed") if is_study_there else ("sub-operations-failed",)
    return (*codes, *(("move-refused-by-us",) if refused else ()))


def _sent_nothing(observation: RetrieveObservation, is_study_there: bool | None) -> tuple[str, ...]:
    """Success, and nobody came: with nothing sent the study may not exist; with something it went elsewhere."""
    if observation.counters.completed:
        return ("moved-elsewhere",)
    if is_study_there:
        return "found-not-retrievable", "move-destination-unknown"
    return "moved-nowhere", "no-such-instance", "move-destination-unknown"


def _never_came(observation: RetrieveObservation) -> tuple[str, ...]:
    """A failure, and nobody came to our listener."""
    code, *_ = codes_of_status(observation.status, Service.MOVE)
    if code not in ("sub-operations-failed", "cannot-understand", "processing-failure"):
        return (code,)
    if is_out_of_reach(observation):
        return "listener-on-loopback", "move-destination-unknown"
    # A peer in a container is on loopback for us, and cannot reach ours.
    ours = ("listener-on-loopback",) if listens_on_loopback(observation) else ()
    if observation.counters.failed:
        return ("move-cannot-reach-us", *ours, "sub-operations-failed")
    if code == "sub-operations-failed":
        return ("move-cannot-reach-us", *ours, "move-destination-unknown", "no-such-instance")
    # Nothing was even tried. Orthanc answers C000 for a destination that it does not know, where PS3.4 has A801.
    return ("move-failed", "move-destination-unknown", "move-cannot-reach-us", *ours, "no-such-instance")
