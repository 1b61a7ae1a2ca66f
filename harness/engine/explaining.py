"""Failed checks get their diagnosis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.checks.outcome import Outcome
from harness.checks.statuses import STATUS_SERVICE
from harness.diagnosis.explain import explain
from harness.diagnosis.model import Parties
from harness.diagnosis.record import record_of
from harness.observe.outcomes import Observation
from harness.observe.trace import Role
from harness.results.model import Check, Verdict
from harness.scenario.service_names import ServiceName

_EXPLAINED = (Verdict.FAIL, Verdict.WARNING)


def with_diagnoses(
    checks: Sequence[Check], outcomes: Sequence[Outcome], observation: Observation, service: ServiceName
) -> list[Check]:
    """The checks of one step, one for each outcome; those that failed say why as far as it is known."""
    parties = _parties(observation)
    meaning_of = STATUS_SERVICE.get(service)
    return [
        replace(check, diagnosis=record_of(explain(outcome.name, outcome.observed, observation, meaning_of, parties)))
        if check.verdict in _EXPLAINED
        else check
        for check, outcome in zip(checks, outcomes, strict=True)
    ]


def _parties(observation: Observation) -> Parties:
    """As on the wire; a step that opened no association has none to name."""
    for trace in observation.traces:
        if trace.role is Role.REQUESTOR:
            return Parties(trace.calling_ae_title, trace.called_ae_title, trace.address)
    return Parties("our AE title", "the peer", "its address")
