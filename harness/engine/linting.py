"""The wire lint of the associations of a run: what it finds becomes checks of the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from harness.checks.lint.linter import Linter
from harness.checks.lint.model import Finding
from harness.checks.lint.selection import is_linted, unchosen
from harness.observe.trace import Trace
from harness.results.model import Check, Level, ScenarioRecord, StepResult, Verdict
from harness.standard.requirements.model import Level as Binding

_LEVELS = {
    Binding.SHALL: Level.REQUIRED,
    Binding.SHOULD: Level.RECOMMENDED,
    Binding.INFORMATIVE: Level.INFORMATIONAL,
}
AFTERWARDS = "afterwards"
"""In place of a step, in ids of checks."""


class WireLint:
    """Lints associations, each from where it was when last seen: steps may share one.

    `associations` counts those that were linted.
    """

    def __init__(self) -> None:
        self.associations = 0
        self._linters: dict[int, tuple[Trace, Linter]] = {}

    def findings(self, trace: Trace) -> list[Finding]:
        """What is new in an association. One in which no PDU was exchanged, or no DICOM spoken, is not linted."""
        return unchosen(self._linter(trace).take(trace.wire)) if is_linted(trace) else []

    def rest(self) -> list[Finding]:
        """What came to the associations after their last step: the end of those that steps shared."""
        return unchosen(finding for trace, linter in self._linters.values() for finding in linter.take(trace.wire))

    def _linter(self, trace: Trace) -> Linter:
        known = self._linters.get(id(trace))
        if known is None:
            # The trace is kept with it, so that no other one can have its id.
            known = self._linters[id(trace)] = (trace, Linter(trace.role))
            self.associations += 1
        return known[1]


@dataclass(frozen=True, slots=True)
class Linted:
    """What was found in one association of a step; `place` names it, `wire` is its capture file."""

    findings: Sequence[Finding]
    place: str
    wire: str | None = None


def result_of_rest(findings: Sequence[Finding], scenario: ScenarioRecord) -> StepResult | None:
    """What was found when the steps of a scenario were over, as the result of a step; None for nothing."""
    step = f"{scenario.id}/{AFTERWARDS}"
    like = Check(step, scenario.id, step, scenario.peer, Level.REQUIRED, Verdict.PASS, "", "", source=scenario.source)
    checks = tuple(lint_checks([Linted(findings, "an association that steps shared")], like))
    if not checks:
        return None
    title = "the end of associations that steps shared"
    return StepResult(step, scenario.id, title, "lint", scenario.peer, checks, source=scenario.source)


def lint_checks(linted: Sequence[Linted], like: Check) -> list[Check]:
    """One check for each rule that was broken, and by whom; `like` is a check of the same step."""
    broken: dict[tuple[str, bool], list[tuple[Linted, Finding]]] = {}
    for association in linted:
        for finding in association.findings:
            broken.setdefault((finding.rule.id, finding.by_us), []).append((association, finding))
    return [_check(found, like) for found in broken.values()]


def _check(found: Sequence[tuple[Linted, Finding]], like: Check) -> Check:
    association, first = found[0]
    name = first.rule.id.replace("lint/", "lint/ours/") if first.by_us else first.rule.id
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    direction = "sent" if first.by_us else "received"
    fault = "; a defect of dicom-harness, please report it" if first.by_us else ""
    return Check(
        id=f"{like.step}/{name}",
        scenario=like.scenario,
        step=like.step,
        peer=like.peer,
        level=_LEVELS[first.rule.level],
        verdict=Verdict.ERROR if first.by_us else Verdict.WARNING,
        expected=first.rule.title,
        observed=first.detail + more,
        reason=f"PDU {first.entry + 1} of {association.place}, {direction}: {first.octets}{fault}",
        clauses=tuple(dict.fromkeys(finding.clause for _, finding in found)),
        wire=association.wire,
        source=like.source,
    )
