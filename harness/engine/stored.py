"""The instances that a scenario has stored, for the steps that speak about them."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.outcomes import StoredInstance, StoreObservation
from harness.standard.status import is_stored
from harness.testdata.normalized import InstanceReference


@dataclass(frozen=True, slots=True)
class Stored:
    """An instance that a peer took."""

    peer: str
    reference: InstanceReference


def stored_on(peer: str, observation: StoreObservation) -> list[Stored]:
    """The instances of a store that the peer took, with a warning too."""
    return [Stored(peer, _reference(instance)) for instance in observation.instances if is_stored(instance.status)]


def _reference(instance: StoredInstance) -> InstanceReference:
    return InstanceReference(
        instance.sop_class_uid,
        instance.sop_instance_uid,
        instance.series_instance_uid,
        instance.study_instance_uid,
    )
