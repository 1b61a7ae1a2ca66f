"""Cases as the results keep them: a group is a scenario, a case a step with one check, and one for the canary."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from harness.engine.conform.canary import Canary, Health
from harness.engine.conform.cases.catalogue import GROUPS
from harness.engine.conform.evidence import bytes_of
from harness.engine.conform.facts import Facts
from harness.engine.conform.judging import Judgment, expected
from harness.engine.conform.model import Case
from harness.engine.conform.request import ConformRequest
from harness.engine.records import association_record
from harness.engine.wire_files import WireFiles
from harness.observe.trace import Trace
from harness.results.model import Check, Level, PeerRecord, ScenarioRecord, StepResult, Verdict
from harness.standard.requirements.catalogue import REQUIREMENTS

PEER = "peer"
_ROOT = "conform"
_TELLING = (Verdict.FAIL, Verdict.WARNING)


@dataclass(frozen=True, slots=True)
class Finished:
    """What became of a case. Without a canary nothing was sent.

    `recovered` is after how many seconds a peer that served nobody did so again; None when it never did, and
    `waited` how many were spent on what did not come before a deadline.
    """

    case: Case
    judgment: Judgment
    traces: tuple[Trace, ...] = ()
    canary: Canary | None = None
    seconds: float = 0.0
    linted: int = 0
    recovered: float | None = None
    waited: float = 0.0


class CaseRecords:
    """Makes the records of one run, and writes the captures of what did not pass."""

    def __init__(self, request: ConformRequest, report_directory: Path | None) -> None:
        self._request = request
        self._wire = WireFiles(report_directory, everything=False, hide_addresses=request.redact_addresses)

    def peer(self, facts: Facts) -> PeerRecord:
        """The peer as far as it is known."""
        return PeerRecord(
            PEER,
            "address",
            str(self._request.target.address),
            self._request.environment.value,
            facts.implementation_class_uid,
            facts.implementation_version_name,
        )

    def scenario(self, group: str) -> ScenarioRecord:
        """The group of a case."""
        return ScenarioRecord(f"{_ROOT}/{group}", GROUPS[group], PEER)

    def unreached(self, why: str, traces: Sequence[Trace]) -> tuple[ScenarioRecord, StepResult]:
        """What says that nothing could be found out about the peer."""
        scenario = ScenarioRecord(f"{_ROOT}/facts", "What the peer supports", PEER)
        step_id = f"{scenario.id}/negotiation"
        check = Check(
            id=f"{step_id}/accepted",
            scenario=scenario.id,
            step=step_id,
            peer=PEER,
            level=Level.REQUIRED,
            verdict=Verdict.ERROR,
            expected="an association with a context for Verification is accepted",
            observed=why,
            reason=f"`dicom-harness diagnose {self._request.target.address}` looks for the cause",
            source=self._request.again,
        )
        associations = tuple(association_record(trace) for trace in traces)
        title = "find out what the peer supports"
        return scenario, StepResult(step_id, scenario.id, title, _ROOT, PEER, (check,), associations)

    def step(self, finished: Finished) -> StepResult:
        """A case with its checks."""
        case = finished.case
        step_id = f"{_ROOT}/{case.id}"
        checks = [self._outcome(finished)]
        if finished.canary is not None and finished.canary.health is not Health.WELL:
            checks.append(self._lost(finished, finished.canary))
        bad = any(check.verdict in _TELLING for check in checks)
        associations = tuple(
            association_record(trace, self._wire.write(step_id, number, trace, failed=bad))
            for number, trace in enumerate(finished.traces, 1)
        )
        return StepResult(
            id=step_id,
            scenario=f"{_ROOT}/{case.group}",
            title=case.title,
            service=_ROOT,
            peer=PEER,
            checks=tuple(checks),
            associations=associations,
            seconds=finished.seconds,
            source=self.again(case),
            linted=finished.linted,
            waited=finished.waited,
        )

    def _outcome(self, finished: Finished) -> Check:
        case, judgment = finished.case, finished.judgment
        return self._check(finished, "outcome", judgment.verdict, expected(case), judgment.observed, _why(finished))

    def _lost(self, finished: Finished, canary: Canary) -> Check:
        """No clause says how soon, so a peer that comes back is only told of; one that does not is there for nobody."""
        observed = f"{canary.health.value}: {canary.text}"
        text = "after the case the peer answers a C-ECHO on a new association"
        verdict, level = Verdict.FAIL, Level.REQUIRED
        if finished.recovered is not None:
            observed += f"; it was back {finished.recovered:.0f} s later"
            verdict, level = Verdict.WARNING, Level.RECOMMENDED
        found = self._check(finished, "canary", verdict, text, observed, "", level=level)
        return replace(found, clauses=())

    def _check(
        self,
        finished: Finished,
        name: str,
        verdict: Verdict,
        wanted: str,
        observed: str,
        reason: str,
        level: Level | None = None,
    ) -> Check:
        case = finished.case
        telling = verdict in _TELLING
        return Check(
            id=f"{_ROOT}/{case.id}/{name}",
            scenario=f"{_ROOT}/{case.group}",
            step=f"{_ROOT}/{case.id}",
            peer=PEER,
            level=level or case.level,
            verdict=verdict,
            expected=wanted,
            observed=observed,
            reason=reason,
            clauses=tuple(dict.fromkeys(REQUIREMENTS[identifier].clause for identifier in case.requirements)),
            seconds=finished.seconds,
            source=self.again(case),
            evidence=bytes_of(finished.traces) if telling else (),
        )

    def again(self, case: Case) -> str:
        """The command that runs just this case."""
        return f"{self._request.again} --only {shlex.quote(case.id)}"


def _why(finished: Finished) -> str:
    """The note of the judgment; for what is held against the peer, the requirements that say so."""
    if finished.judgment.verdict not in _TELLING:
        return finished.judgment.reason
    return " ".join(f"{identifier}: {REQUIREMENTS[identifier].text}" for identifier in finished.case.binding)
