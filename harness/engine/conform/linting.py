"""The wire lint over all associations of a conformance run: each rule that the peer breaks is told once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.engine.conform.model import Case, Conduct
from harness.engine.linting import Linted, WireLint, lint_checks
from harness.observe.trace import Trace
from harness.results.model import Check, Level, ScenarioRecord, StepResult, Verdict

_TITLE = "What the peer sent, in all cases that break no rules themselves"
_VERDICTS = {Level.REQUIRED: Verdict.FAIL, Level.RECOMMENDED: Verdict.WARNING, Level.INFORMATIONAL: Verdict.PASS}


class CaseLint:
    """Gathers what the lint finds in what the peer sent.

    What we sent is not linted here, as cases go wrong on purpose; nor is what a peer sent to a case that did.
    """

    def __init__(self) -> None:
        self._linted: list[Linted] = []
        self._first: dict[str, Case] = {}

    def take(self, case: Case, traces: Sequence[Trace]) -> int:
        """Lint the associations of a case; how many were linted."""
        if case.conduct is Conduct.BREAKS:
            return 0
        lint = WireLint()
        for number, trace in enumerate(traces, start=1):
            found = [finding for finding in lint.findings(trace) if not finding.by_us]
            for finding in found:
                self._first.setdefault(finding.rule.id, case)
            self._linted.append(Linted(found, f"association {number} of {case.id}"))
        return lint.associations

    def result(self, peer: str, again: Callable[[Case], str]) -> tuple[ScenarioRecord, StepResult] | None:
        """A check for each rule that the peer broke, with the command for the first case in which it did."""
        scenario = ScenarioRecord("conform/lint", _TITLE, peer)
        step = f"{scenario.id}/peer"
        like = Check(step, scenario.id, step, peer, Level.REQUIRED, Verdict.PASS, "", "")
        checks = [
            replace(check, verdict=_VERDICTS[check.level], source=again(self._first[check.id.removeprefix(f"{step}/")]))
            for check in lint_checks(self._linted, like)
        ]
        if not checks:
            return None
        return scenario, StepResult(step, scenario.id, "wire lint", "lint", peer, tuple(checks))
