"""Whether sub-operations name the C-MOVE that they belong to (PS3.7 9.1.1.1.6, 9.1.1.1.7)."""

from __future__ import annotations

from harness.checks.outcome import Outcome
from harness.observe.outcomes import RetrieveObservation


def check_originators(observation: RetrieveObservation) -> Outcome | None:
    """Nobody has to name a Move Originator, but who names one names the C-MOVE; None when nobody is wrong."""
    ours = observation.originator
    named = [one.move_originator for one in observation.received if one.move_originator is not None]
    others = [(title, number) for title, number in named if (title.strip(), number) != ours]
    if ours is None or not others:
        return None
    title, number = others[0]
    observed = (
        f"{len(others)} of {len(observation.received)} instances came with {title.strip()} and Message ID {number}"
    )
    expected = f"as Move Originator {ours[0]} and Message ID {ours[1]}, or none"
    return Outcome("originator", False, expected, observed, aside=True)
