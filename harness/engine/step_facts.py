"""What a step makes known: values that may be shown, and objects left behind on the peer."""

from __future__ import annotations

from collections.abc import Iterator

from harness.observe.commitment import CommitmentObservation
from harness.observe.load import LoadObservation
from harness.observe.normalized import NormalizedObservation
from harness.observe.outcomes import Observation, StoreObservation
from harness.results.particulars import LeftBehind
from harness.results.redaction import Redactor
from harness.testdata.spec import PATIENT_ID_MARK


def know_own_values(observation: Observation, redactor: Redactor) -> None:
    """What the run itself has made and sent may be shown.

    Of files that somebody else made, and of what came from a worklist, only UIDs: without them nobody could tidy up.
    """
    if isinstance(observation, StoreObservation):
        for instance in observation.instances:
            redactor.allow(
                instance.sop_instance_uid,
                instance.study_instance_uid,
                instance.series_instance_uid,
            )
            if instance.patient_id.startswith(PATIENT_ID_MARK):
                redactor.allow(instance.patient_id)
    elif isinstance(observation, LoadObservation):
        redactor.allow(*(uid for many in observation.left for uid in (many.first, many.study_instance_uid)))
    elif isinstance(observation, NormalizedObservation):
        redactor.allow(observation.sop_instance_uid)
    elif isinstance(observation, CommitmentObservation):
        redactor.allow(observation.transaction_uid, *(uid for _, uid in observation.requested))


def left_behind(peer: str, address: str, observation: Observation, redactor: Redactor) -> Iterator[LeftBehind]:
    """The objects that a step has written to a peer."""
    if isinstance(observation, NormalizedObservation) and not observation.unsent and observation.created:
        uids = (observation.sop_class_uid, observation.sop_instance_uid)
        yield LeftBehind(peer, address, *uids, "", "", _status(observation.status))
    if isinstance(observation, LoadObservation):
        for many in observation.left:
            uid = many.first if many.count == 1 else ""
            yield LeftBehind(peer, address, many.sop_class_uid, uid, many.study_instance_uid, "", "", many.count)
    if not isinstance(observation, StoreObservation):
        return
    for instance in observation.instances:
        # Without an answer nobody knows whether the instance was kept, so it is listed too.
        if instance.context_id is None:
            continue
        yield LeftBehind(
            peer,
            address,
            instance.sop_class_uid,
            instance.sop_instance_uid,
            instance.study_instance_uid,
            redactor.value(instance.patient_id, "LO"),
            _status(instance.status),
        )


def _status(status: int | None) -> str:
    return f"{status:04X}H" if status is not None else "no answer"
