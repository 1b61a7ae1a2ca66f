"""What an outcome weighs."""

from __future__ import annotations

from harness.checks.outcome import Outcome
from harness.results.model import Level, Verdict


def verdict_of(outcome: Outcome, level: Level) -> Verdict:
    """The verdict of a check of some level that is no known failure."""
    if outcome.met:
        return Verdict.PASS
    if outcome.undecided:
        return Verdict.SKIPPED
    if outcome.ours:
        return Verdict.ERROR
    if level is Level.REQUIRED:
        return Verdict.FAIL
    return Verdict.WARNING if level is Level.RECOMMENDED else Verdict.PASS
