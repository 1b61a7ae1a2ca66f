"""Whether what came as identifiers of matches can be read at all."""

from __future__ import annotations

from harness.checks.outcome import Outcome
from harness.observe.outcomes import FindObservation
from harness.standard.uids import uid_name

_NAMED = 3
"""Matches whose problem is told."""


def check_identifiers(observation: FindObservation) -> Outcome | None:
    """Each match is a data set in the transfer syntax of its presentation context (PS3.7 9.1.2.1.5); None when all are.

    The problems name elements, and hold no values.
    """
    bad = [(number, match) for number, match in enumerate(observation.matches, start=1) if match.problem]
    if not bad:
        return None
    syntax = uid_name(bad[0][1].transfer_syntax_uid)
    problems = "; ".join(f"match {number}: {match.problem}" for number, match in bad[:_NAMED])
    more = f" and {len(bad) - _NAMED} more" if len(bad) > _NAMED else ""
    observed = f"{len(bad)} of {len(observation.matches)} cannot be read: {problems}{more}"
    return Outcome("identifiers", False, f"the identifier of every match is a data set in {syntax}", observed)
