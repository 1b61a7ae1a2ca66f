"""What is kept of a step: its checks, and its associations, recorded, captured where wanted, and linted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from harness.checks.lint.model import Finding
from harness.engine.baseline import Baseline
from harness.engine.details import details_of
from harness.engine.known import with_known
from harness.engine.linting import Linted, WireLint, lint_checks, result_of_rest
from harness.engine.load_details import load_record
from harness.engine.records import association_record
from harness.engine.verdicts import step_id
from harness.engine.wire_files import WireFiles
from harness.observe.load import LoadObservation
from harness.observe.outcomes import Observation
from harness.observe.trace import Trace
from harness.results.model import AssociationRecord, Check, ScenarioRecord, StepResult, Verdict
from harness.scenario.model import Scenario, Step

_NOT_GOOD = (Verdict.FAIL, Verdict.ERROR, Verdict.WARNING)


class StepResults:
    """Makes the results of the steps of one scenario. Files in `folder` were made for the run.

    What the lint finds is judged by the `baseline`; the other checks of a step already are.
    """

    def __init__(self, scenario: Scenario, wire: WireFiles, folder: Path, baseline: Baseline) -> None:
        self._scenario = scenario
        self._baseline = baseline
        self._wire = wire
        self._folder = folder
        self._lint = WireLint()

    def without(self, step: Step, check: Check) -> StepResult:
        """Of a step that was not carried out."""
        return self._result(step, (check,))

    def of(
        self, step: Step, checks: Sequence[Check], observation: Observation, attempts: int, earlier: Sequence[Trace]
    ) -> StepResult:
        """Of a step that was carried out; `earlier` are associations of attempts before the one that counts."""
        linted_before = self._lint.associations
        before = [Linted(self._lint.findings(trace), "an association of an earlier attempt") for trace in earlier]
        traces = [*observation.traces, *(trace for trace in observation.quiet if self._lint.findings(trace))]
        findings = [self._lint.findings(trace) for trace in traces]
        bad = any(check.verdict in _NOT_GOOD for check in checks) or any(findings)
        records = self._records(step, traces, findings, bad)
        linted = [
            Linted(found, f"association {number}", record.wire)
            for number, (found, record) in enumerate(zip(findings, records, strict=True), start=1)
        ]
        implementation = next((trace.peer_implementation_version_name for trace in observation.traces), None)
        found_now = self._baseline.judged(with_known(lint_checks([*linted, *before], checks[0]), implementation))
        wire = records[0].wire if records else None
        tried = (f"attempt {attempts}",) if step.eventually is not None else ()
        return replace(
            self._result(
                step,
                (*(replace(check, wire=wire) for check in checks), *found_now),
                (*tried, *details_of(observation, self._folder)),
            ),
            associations=records,
            seconds=observation.seconds,
            linted=self._lint.associations - linted_before,
            load=load_record(observation) if isinstance(observation, LoadObservation) else None,
        )

    def afterwards(self, record: ScenarioRecord) -> StepResult | None:
        """What was found when the associations that steps shared had ended; None for nothing."""
        rest = result_of_rest(self._lint.rest(), record)
        return replace(rest, checks=tuple(self._baseline.judged(rest.checks))) if rest is not None else None

    def _records(
        self, step: Step, traces: Sequence[Trace], findings: Sequence[Sequence[Finding]], bad: bool
    ) -> tuple[AssociationRecord, ...]:
        name = step_id(self._scenario, step)
        return tuple(
            association_record(trace, self._wire.write(name, number, trace, failed=bad), found)
            for number, (trace, found) in enumerate(zip(traces, findings, strict=True), start=1)
        )

    def _result(self, step: Step, checks: tuple[Check, ...], details: tuple[str, ...] = ()) -> StepResult:
        return StepResult(
            id=step_id(self._scenario, step),
            scenario=self._scenario.id,
            title=step.title,
            service=step.service.value,
            peer=step.peer,
            checks=checks,
            details=details,
            source=step.source,
        )
