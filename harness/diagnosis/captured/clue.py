"""What is concluded from a captured association, before it becomes a diagnosis."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.capture.association import CapturedAssociation

PATIENCE_SECONDS = 0.5
"""Who gives up sooner was not tired of waiting: somebody pressed Cancel, or the answer was not wanted any longer."""

WATCHED_SECONDS = 3.0
"""A capture that ends sooner after a question does not show whether it would have been answered."""

INCOMPLETE = "capture-incomplete"


@dataclass(frozen=True, slots=True)
class Clue:
    """The codes of causes, the most likely first, and what was seen of them.

    With `is_swapped` it is the acceptor of the association who asked, and the requestor who failed to answer.
    """

    codes: tuple[str, ...]
    evidence: tuple[str, ...]
    is_swapped: bool = False


def waited_in_vain(found: CapturedAssociation, since: float, awaited: str) -> tuple[bool, str]:
    """Whether the requestor waited long enough for something that never came, and the sentence about it."""
    seconds = found.quiet_since - since
    if found.ended is not None:
        return seconds >= PATIENCE_SECONDS, f"no {awaited} within {seconds:.1f} s, when the requestor gave up"
    is_watched = seconds >= WATCHED_SECONDS and not found.is_among_lost
    return is_watched, f"no {awaited} within {seconds:.1f} s, when the capture ends"
