"""Why an expectation of a step was not met."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from harness.diagnosis.answers import is_unserved, statuses_of
from harness.diagnosis.catalogue import WAY_TO_US, diagnosis_of
from harness.diagnosis.contexts import codes_of_refused, refused_texts
from harness.diagnosis.endings import codes_of_ending
from harness.diagnosis.look import codes_of_proposed, codes_of_silence, look_texts
from harness.diagnosis.model import Diagnosis, Parties
from harness.diagnosis.move import of_move
from harness.diagnosis.past import codes_of_past, past_texts, with_past
from harness.diagnosis.statuses import codes_of_status
from harness.diagnosis.too_slow import TOO_SLOW, of_slowness
from harness.diagnosis.unasked import of_unasked
from harness.observe.callers import callers_of, is_out_of_reach, refusals_of
from harness.observe.ending import Ending, EndingKind
from harness.observe.outcomes import (
    FindObservation,
    Observation,
    RetrieveObservation,
    StoreObservation,
)
from harness.observe.past import NOTHING_BEFORE, Past
from harness.observe.trace import Role, Trace
from harness.standard.status import Service, StatusCategory, describe_status

_WANTED_ENDINGS = ("rejected", "aborted", "closed", "tls_failed")
_OF_POLICY = {
    "forbidden": "accepted-beyond-policy",
    "new": "accepted-beyond-policy",
    "implementation": "another-implementation",
    "limits": "another-implementation",
    "requestor_as_scp": "role-not-granted",
    "requestor_not_scp": "accepted-beyond-policy",
}
"""What is the matter where a part of a policy is not met."""
_BY_US = (EndingKind.RELEASED, EndingKind.ABORTED_BY_US, EndingKind.INTERRUPTED)


def explain(
    expectation: str,
    observed: str,
    observation: Observation,
    service: Service | None,
    parties: Parties,
    *,
    past: Past = NOTHING_BEFORE,
    ended_as_wanted: bool = False,
) -> Diagnosis:
    """The diagnosis of an expectation that was not met.

    `expectation` is its name, `observed` what the report shows of the peer; `service` is None for steps without DIMSE
    messages. `past` is what earlier steps saw of the same peer. An association that ended as another expectation wants
    it explains nothing.
    """
    ending = None if ended_as_wanted else observation.ending
    codes = _of_ending(ending, observation) or _codes(expectation, observation, service, past)
    if codes == TOO_SLOW:
        return of_slowness(observed, observation, parties)
    return diagnosis_of(
        codes, (observed, *_nobody_came(codes, observed, observation), *_evidence(observation, past)), parties
    )


def _nobody_came(codes: Iterable[str], observed: str, observation: Observation) -> Iterator[str]:
    """Where we listened, for causes that are about the way to us."""
    is_told = not observation.listener or observation.listener in observed
    if not is_told and not callers_of(observation) and not WAY_TO_US.isdisjoint(codes):
        yield f"nobody connected to our Storage SCP, {observation.listener}"


def _evidence(observation: Observation, past: Past) -> Iterator[str]:
    yield from look_texts(observation.look)
    yield from refused_texts(observation)
    yield from past_texts(observation, past)
    yield from (refusal.text for refusal in refusals_of(observation))
    if observation.forwarder and is_out_of_reach(observation):
        yield f"{observation.forwarder} leads to the peer in a container, and our receiver is at {observation.listener}"


def _codes(expectation: str, observation: Observation, service: Service | None, past: Past) -> tuple[str, ...]:
    refused = codes_of_refused(observation)
    if refused and _is_unsent(observation):
        return refused
    if expectation in _WANTED_ENDINGS:
        return ("not-refused",)
    if expectation in ("accepted", "contexts"):
        return refused or ("result-differs",)
    if expectation in _OF_POLICY:
        return (_OF_POLICY[expectation],)
    if expectation == "within" and not _went_wrong(observation, service):
        return TOO_SLOW
    if expectation == "holds":
        return ("answers-disagree",)
    return _of_results(expectation, observation, service, past)


def _of_ending(ending: Ending | None, observation: Observation) -> tuple[str, ...]:
    if ending is None or ending.kind in _BY_US:
        return ()
    ended = observation.ended
    proposed = codes_of_proposed(observation.look)
    if proposed:
        return proposed
    if ended is None or not ended.heard:
        return codes_of_silence(ending, observation.look, over_tls=ended is not None and ended.tls is not None)
    return codes_of_ending(
        ending,
        answered=True,
        unserved=is_unserved(observation),
        with_user_identity=ended.user_identity_type != 0,
    )


def _of_results(expectation: str, observation: Observation, service: Service | None, past: Past) -> tuple[str, ...]:
    """The service was carried out; what it came to is not as expected."""
    if expectation == "unchanged" and isinstance(observation, RetrieveObservation) and observation.received:
        return ("changed-in-transit",)
    if service is Service.MOVE and isinstance(observation, RetrieveObservation) and _did_not_arrive(observation):
        return of_move(observation, is_study_there=past.has(observation.asked.wanted))
    if service is Service.GET and _has_no_role(observation):
        return ("role-not-granted",)
    wrong = _first_wrong_status(observation, service)
    if service is not None and wrong is not None:
        return with_past(codes_of_status(wrong, service), observation, past)
    told = of_unasked(observation) or codes_of_past(expectation, observation, past)
    return told or _of_what_came(expectation, observation)


def _of_what_came(expectation: str, observation: Observation) -> tuple[str, ...]:
    if isinstance(observation, RetrieveObservation) and observation.counters.failed:
        return ("sub-operations-failed",)
    if isinstance(observation, RetrieveObservation) and expectation == "received":
        return ("counts-disagree",)
    if isinstance(observation, FindObservation) and not observation.matches:
        return ("nothing-found",)
    return ("result-differs",)


def _is_unsent(observation: Observation) -> bool:
    """Whether something had no presentation context to be sent on."""
    stored = observation.instances if isinstance(observation, StoreObservation) else []
    return bool(observation.unsent) or any(instance.status is None for instance in stored)


def _did_not_arrive(observation: RetrieveObservation) -> bool:
    came = observation.received and not observation.refused
    return observation.to_us and not came and observation.cancellation is None


def _has_no_role(observation: Observation) -> bool:
    """Whether a C-GET was accepted and, for all that could come, the SCP role was not (PS3.7 D.3.3.4)."""
    accepted = [context for trace in _ours(observation) for context in trace.contexts if context.accepted]
    return len(accepted) > 1 and not any(context.scp_role for context in accepted)


def _went_wrong(observation: Observation, service: Service | None) -> bool:
    """Whether more is wrong than how long it took: it failed, or what was waited for did not come."""
    return _first_wrong_status(observation, service) is not None or bool(of_unasked(observation))


def _first_wrong_status(observation: Observation, service: Service | None) -> int | None:
    """The first status that is neither success nor pending nor the cancel that we asked for."""
    fine = (StatusCategory.SUCCESS, StatusCategory.PENDING, StatusCategory.CANCEL)
    for status in statuses_of(observation):
        if service is not None and describe_status(status, service).category not in fine:
            return status
    return None


def _ours(observation: Observation) -> list[Trace]:
    return [trace for trace in observation.traces if trace.role is Role.REQUESTOR]
