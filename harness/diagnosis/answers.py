"""What a peer answered to the requests of a step."""

from __future__ import annotations

from collections.abc import Iterable

from harness.observe.commitment import CommitmentObservation
from harness.observe.normalized import NormalizedObservation
from harness.observe.outcomes import (
    EchoObservation,
    FindObservation,
    Observation,
    RetrieveObservation,
    StoreObservation,
)


def statuses_of(observation: Observation) -> Iterable[int]:
    """The final status of each request."""
    match observation:
        case EchoObservation():
            return observation.statuses
        case StoreObservation():
            return [instance.status for instance in observation.instances if instance.status is not None]
        case FindObservation() | RetrieveObservation() | NormalizedObservation() | CommitmentObservation():
            return [observation.status] if observation.status is not None else []
    return []


def is_unserved(observation: Observation) -> bool:
    """Whether the association was accepted, something was asked for, and not one answer came."""
    if not any(context.accepted for trace in observation.traces for context in trace.contexts):
        return False
    match observation:
        case FindObservation() if observation.matches:
            return False
        case RetrieveObservation() if observation.pending_responses:
            return False
        case EchoObservation() | StoreObservation() | FindObservation() | RetrieveObservation():
            return not list(statuses_of(observation))
        case NormalizedObservation() | CommitmentObservation():
            return observation.status is None
    return False
