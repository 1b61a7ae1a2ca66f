"""What a peer was to tell us by itself, seen from our end (PS3.4 J.3.3, R.3.2)."""

from __future__ import annotations

from harness.observe.callers import is_out_of_reach, listens_on_loopback, refusals_of
from harness.observe.commitment import CommitmentObservation
from harness.observe.notifications import NotifiedObservation
from harness.observe.outcomes import Observation


def of_unasked(observation: Observation) -> tuple[str, ...]:
    """Codes for a report or a notification that did not come, or tells of failures; none for everything else."""
    if isinstance(observation, CommitmentObservation):
        if observation.report is None and observation.strays:
            return ("commitment-of-another-request",)
        if observation.report is None:
            return _never_came(observation, "commitment-refused-by-us", "commitment-never-came")
        return ("not-committed",) if observation.report.failed else ()
    if isinstance(observation, NotifiedObservation) and not observation.matches:
        return _never_came(observation, "notification-refused-by-us", "notification-never-came")
    return ()


def _never_came(observation: Observation, refused: str, never: str) -> tuple[str, ...]:
    if any(refusals_of(observation)):
        return (refused,)
    if is_out_of_reach(observation):
        return "listener-on-loopback", never
    # A peer in a container is on loopback for us, and cannot reach ours.
    return (never, *(("listener-on-loopback",) if listens_on_loopback(observation) else ()))
