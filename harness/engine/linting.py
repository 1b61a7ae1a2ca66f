"""The wire lint of the associations of a run: what it finds becomes checks of the step."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from harness.checks.lint.linter import Linter
from harness.checks.lint.model import Finding
from harness.observe.ending import EndingKind
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
_NOT_DICOM = (EndingKind.NOT_DICOM, EndingKind.TLS)


class WireLint:
    """Lints associations, each from where it was when last seen: steps may share one.

    `associations` counts those that were linted.
    """

    def __init__(self) -> None:
        self.associations = 0
        self._linters: dict[int, tuple[Trace, Linter]] = {}

    def findings(self, traces: Iterable[Trace]) -> list[Finding]:
        """What is new in these associations. One in which no PDU was exchanged, or no DICOM spoken, is not linted."""
        found: list[Finding] = []
        for trace in traces:
            if trace.wire.entries and not (trace.ending is not None and trace.ending.kind in _NOT_DICOM):
                found += self._linter(trace).take(trace.wire)
        return found

    def rest(self) -> list[Finding]:
        """What came to the associations after their last step: the end of those that steps shared."""
        return self.findings([trace for trace, _ in self._linters.values()])

    def _linter(self, trace: Trace) -> Linter:
        known = self._linters.get(id(trace))
        if known is None:
            # The trace is kept with it, so that no other one can have its id.
            known = self._linters[id(trace)] = (trace, Linter(trace.role))
            self.associations += 1
        return known[1]


def result_of_rest(findings: Sequence[Finding], scenario: ScenarioRecord) -> StepResult | None:
    """What was found when the steps of a scenario were over, as the result of a step; None for nothing."""
    step = f"{scenario.id}/{AFTERWARDS}"
    like = Check(step, scenario.id, step, scenario.peer, Level.REQUIRED, Verdict.PASS, "", "", source=scenario.source)
    checks = tuple(lint_checks(findings, like))
    if not checks:
        return None
    title = "the end of associations that steps shared"
    return StepResult(step, scenario.id, title, "lint", scenario.peer, checks, source=scenario.source)


def lint_checks(findings: Sequence[Finding], like: Check) -> list[Check]:
    """One check for each rule that was broken, and by whom; `like` is a check of the same step."""
    broken: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        broken.setdefault((finding.rule.id, finding.by_us), []).append(finding)
    return [_check(found, like) for found in broken.values()]


def _check(found: Sequence[Finding], like: Check) -> Check:
    first = found[0]
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
        reason=f"PDU {first.entry + 1} of its association, {direction}: {first.octets}{fault}",
        clauses=tuple(dict.fromkeys(finding.clause for finding in found)),
        source=like.source,
    )
