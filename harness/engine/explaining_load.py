"""Failed checks of a load get the diagnosis of the failure that came most often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.checks.load import OWN_SHARE, QUANTILES, THROUGHPUT
from harness.checks.outcome import Outcome
from harness.checks.statuses import STATUS_SERVICE
from harness.diagnosis.explain import explain
from harness.diagnosis.model import Diagnosis
from harness.diagnosis.record import record_of
from harness.engine.explaining import EXPLAINED, look, parties_of
from harness.load.open import NOT_BEGUN
from harness.observe.load import ASSOCIATION, Failure, LoadObservation
from harness.results.model import Check
from harness.scenario.service_names import ServiceName
from harness.standard.ae import AEAddress

_SLOW = (*QUANTILES, THROUGHPUT)


def with_load_diagnoses(
    checks: Sequence[Check], outcomes: Sequence[Outcome], observation: LoadObservation, address: AEAddress
) -> list[Check]:
    """The checks of a load, one for each outcome; those that failed say why as far as it is known."""
    explained = []
    for check, outcome in zip(checks, outcomes, strict=True):
        diagnosis = _explained(outcome, observation, address) if check.verdict in EXPLAINED else None
        explained.append(check if diagnosis is None else replace(check, diagnosis=record_of(diagnosis)))
    return explained


def _explained(outcome: Outcome, observation: LoadObservation, address: AEAddress) -> Diagnosis | None:
    *_, operation, name = ("", *outcome.name.split("/"))
    if name == OWN_SHARE:
        return None
    if name in _SLOW:
        return explain("within", outcome.observed, observation, None, parties_of(observation))
    failure = _most_frequent(observation, operation)
    if failure is None:
        return explain(name, outcome.observed, observation, None, parties_of(observation))
    if failure.kind == NOT_BEGUN:
        return explain("within", outcome.observed, observation, None, parties_of(observation))
    sample = failure.sample
    look(sample, address)
    service = STATUS_SERVICE.get(_service_of(failure))
    return explain("status", outcome.observed, sample, service, parties_of(sample))


def _most_frequent(observation: LoadObservation, operation: str) -> Failure | None:
    """Of all operations, or of one kind; failures to get an association are also those of the operation."""
    return next((one for one in observation.failures if operation in ("", one.operation)), None)


def _service_of(failure: Failure) -> ServiceName:
    return ServiceName.ASSOCIATE if failure.operation == ASSOCIATION else ServiceName(failure.operation)
