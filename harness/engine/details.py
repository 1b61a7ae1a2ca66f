"""What a step tells beside its checks: presentation contexts, instances not stored or committed, queries kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harness.checks.files import why_not_stored
from harness.engine.load_details import load_details
from harness.engine.negotiation_details import negotiated
from harness.observe.commitment import CommitmentObservation
from harness.observe.load import LoadObservation
from harness.observe.outcomes import (
    FindObservation,
    Observation,
    RetrieveObservation,
    StoredInstance,
    StoreObservation,
)
from harness.standard.commitment import failure_reason_name
from harness.standard.uids import uid_name

UNSUPPORTED_KEYS = 0xFF01


def details_of(observation: Observation | None, own_folder: Path) -> tuple[str, ...]:
    """Lines for the reports. Files in `own_folder` were made for the run; their names mean nothing to anybody."""
    if observation is None:
        return ()
    return (*_of_service(observation, own_folder), *dict.fromkeys(negotiated(observation)))


def _of_service(observation: Observation, own_folder: Path) -> tuple[str, ...]:
    if isinstance(observation, FindObservation):
        return tuple(_of_search(observation))
    if isinstance(observation, RetrieveObservation):
        return tuple(_of_retrieve(observation))
    if isinstance(observation, CommitmentObservation):
        return tuple(_not_committed(observation))
    if isinstance(observation, LoadObservation):
        return tuple(load_details(observation))
    if not isinstance(observation, StoreObservation):
        return ()
    contexts = Counter(_context_line(instance) for instance in observation.instances)
    lines = [line if count == 1 else f"{count} x {line}" for line, count in contexts.items()]
    return (*lines, *_not_stored(observation, own_folder))


def _of_search(observation: FindObservation) -> Iterator[str]:
    unsupported = sum(match.status == UNSUPPORTED_KEYS for match in observation.matches)
    if unsupported:
        number = f"{unsupported} of {len(observation.matches)} matches"
        yield f"{number} with status FF01H: some keys are not supported, so there may be too many"
    if observation.query_note:
        yield observation.query_note


def _of_retrieve(observation: RetrieveObservation) -> Iterator[str]:
    if observation.left_out:
        number = f"{len(observation.left_out)} SOP class{'es' * (len(observation.left_out) != 1)}"
        names = ", ".join(map(uid_name, observation.left_out))
        yield f"{number} could not be received: an association has room for 128 presentation contexts; without {names}"


def _not_committed(observation: CommitmentObservation) -> Iterator[str]:
    """The failed instances among those that were asked for: no other UID of the peer's report is shown."""
    failed = observation.report.failed if observation.report is not None else ()
    for sop_class, uid, reason in failed:
        if (sop_class, uid) in observation.requested:
            name = failure_reason_name(reason) if reason is not None else "no reason given"
            yield f"not committed: {uid_name(sop_class)} {uid}: {name}"


def _context_line(instance: StoredInstance) -> str:
    what = f"{uid_name(instance.sop_class_uid)} in {uid_name(instance.transfer_syntax_uid)}"
    if instance.context_id is None:
        return f"{what}: not sent, {instance.unsent}"
    status = f"{instance.status:04X}H" if instance.status is not None else "no answer"
    return f"{what}: presentation context {instance.context_id}, status {status}"


def _not_stored(observation: StoreObservation, own_folder: Path) -> Iterator[str]:
    for instance in observation.instances:
        why = why_not_stored(instance)
        if why and not instance.source.is_relative_to(own_folder):
            yield f"not stored: {instance.source}: {why}"
    for file in observation.refused:
        yield f"not sent: {file.path}: {file.reason}"
    for file in observation.passed_over:
        yield f"passed over: {file.path}: {file.reason}"
