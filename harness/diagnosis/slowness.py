"""Where time was lost on a way that works."""

from __future__ import annotations

from harness.observe.rungs import Climb

SLOW_SECONDS = 1.0
"""Nothing on the way to an association takes this long where all is well."""

_STAGES = {"name": "slow-name-lookup", "association": "slow-accept"}
_WORDS = {
    "name": "looking up the name took",
    "association": "the answer to the A-ASSOCIATE-RQ took, as of a peer that looks up our name first,",
}


def slow_stages(climb: Climb) -> tuple[tuple[str, str], ...]:
    """The codes of what was slow, each with what was seen."""
    stages = climb.trace.stages if climb.trace is not None else {}
    return tuple(
        (code, f"{_WORDS[stage]} {stages[stage]:.1f} s")
        for stage, code in _STAGES.items()
        if stages.get(stage, 0.0) >= SLOW_SECONDS
    )
