"""A report of storage commitment that did not come, seen from both sides (PS3.4 J.3.3)."""

from __future__ import annotations

from harness.observe.callers import is_out_of_reach, listens_on_loopback, refusals_of
from harness.observe.commitment import CommitmentObservation


def of_commitment(observation: CommitmentObservation) -> tuple[str, ...]:
    """Codes for a request that was accepted and never reported on."""
    if any(refusals_of(observation)):
        return ("commitment-refused-by-us",)
    if is_out_of_reach(observation):
        return "listener-on-loopback", "commitment-never-came"
    # A peer in a container is on loopback for us, and cannot reach ours.
    return ("commitment-never-came", *(("listener-on-loopback",) if listens_on_loopback(observation) else ()))
