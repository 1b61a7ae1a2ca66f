"""The wire lint of all associations of a probe: each rule that was broken is told once, and by whom."""

from __future__ import annotations

from dataclasses import dataclass

from harness.engine.known import with_known
from harness.engine.linting import Linted, WireLint, lint_checks
from harness.observe.probe import Probe
from harness.results.model import Check, Level, Verdict

_STEP = "probe"


@dataclass(frozen=True, slots=True)
class ProbeLint:
    """How many associations went through the lint, and a check for each rule that the peer, or we, broke."""

    associations: int
    checks: tuple[Check, ...]


def linted(probe: Probe) -> ProbeLint:
    """What is found when the probe is over, so that it costs no association any time."""
    lint = WireLint()
    found = [
        Linted(lint.findings(trace), f"association {number}") for number, trace in enumerate(probe.traces, start=1)
    ]
    like = Check(_STEP, _STEP, _STEP, probe.address, Level.REQUIRED, Verdict.PASS, "", "")
    checks = with_known(lint_checks(found, like), probe.peer.implementation_version_name)
    return ProbeLint(lint.associations, tuple(checks))
