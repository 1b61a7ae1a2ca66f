"""Failed checks get their diagnosis."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from harness.checks.outcome import Outcome
from harness.checks.statuses import STATUS_SERVICE
from harness.diagnosis.explain import explain
from harness.diagnosis.model import Parties
from harness.diagnosis.record import record_of
from harness.engine.looking import look_after
from harness.net.forwarding import container_forwarder
from harness.observe.ending import EndingKind
from harness.observe.outcomes import AssociateObservation, Observation
from harness.observe.past import past_of
from harness.observe.trace import Role
from harness.results.model import Check, Verdict
from harness.scenario.service_names import ServiceName
from harness.standard.ae import AEAddress

EXPLAINED = (Verdict.FAIL, Verdict.WARNING)
_WANTED_ENDINGS = {
    "rejected": (EndingKind.REJECTED,),
    "aborted": (EndingKind.ABORTED,),
    "closed": (EndingKind.CLOSED, EndingKind.RESET),
    "tls_failed": (EndingKind.TLS,),
}
"""Endings that an expectation is met by."""


def with_diagnoses(
    checks: Sequence[Check],
    outcomes: Sequence[Outcome],
    observation: Observation,
    service: ServiceName,
    address: AEAddress,
    earlier: Iterable[Observation] = (),
) -> list[Check]:
    """The checks of one step, one for each outcome; those that failed say why as far as it is known.

    A peer that ended an association without a word, which nobody wanted, is looked at once more, at its `address`.
    `earlier` is what the steps before saw of it.
    """
    parties = parties_of(observation)
    meaning_of = STATUS_SERVICE.get(service)
    as_wanted = any(outcome.met and _is_wanted(outcome.name, observation) for outcome in outcomes)
    if not as_wanted:
        look(observation, address)
    explained = partial(
        explain,
        observation=observation,
        service=meaning_of,
        parties=parties,
        past=past_of(earlier),
        ended_as_wanted=as_wanted,
    )
    return [
        replace(check, diagnosis=record_of(explained(outcome.name, outcome.observed)))
        if check.verdict in EXPLAINED
        else check
        for check, outcome in zip(checks, outcomes, strict=True)
    ]


def _is_wanted(expectation: str, observation: Observation) -> bool:
    """Whether an expectation that is met wants the association to end as it did."""
    if isinstance(observation, AssociateObservation) and expectation == "accepted":
        return not observation.accepted
    return observation.ending is not None and observation.ending.kind in _WANTED_ENDINGS.get(expectation, ())


def look(observation: Observation, address: AEAddress) -> None:
    """A further look at a peer that ended an association without a word; what it showed is noted."""
    ended = observation.ended
    if observation.listener:
        observation.forwarder = container_forwarder(address.port)
    if ended is not None and observation.ending is not None:
        observation.look = look_after(address, ended, observation.ending)


def parties_of(observation: Observation) -> Parties:
    """As on the wire; a step that opened no association has none to name."""
    for trace in observation.traces:
        if trace.role is Role.REQUESTOR:
            return Parties(trace.calling_ae_title, trace.called_ae_title, trace.address)
    return Parties("our AE title", "the peer", "its address")
