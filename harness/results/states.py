"""What became of each scenario over many runs: its state, since when, and what changed last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from harness.results.model import Check, RunResult, Verdict
from harness.results.rollup import effective, scenario_verdict


@dataclass(frozen=True, slots=True)
class State:
    """The state of a scenario. `why` is what its first check that did not pass says; `runs` counts, and `failures`."""

    scenario: str
    peer: str
    verdict: Verdict
    since: datetime
    seconds: float
    why: str = ""
    runs: int = 1
    failures: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """A scenario whose verdict is another than before; `before` is None at the first run."""

    before: State | None
    after: State


class States:
    """The states of all scenarios, by id."""

    def __init__(self) -> None:
        self.by_scenario: dict[str, State] = {}

    def take(self, run: RunResult, when: datetime) -> list[Change]:
        """Note a finished run; what changed by it."""
        changes = []
        for record in run.scenarios:
            before = self.by_scenario.get(record.id)
            verdict = scenario_verdict(run, record.id)
            same = before is not None and before.verdict is verdict
            after = State(
                record.id,
                record.peer,
                verdict,
                before.since if before is not None and same else when,
                sum(step.seconds for step in run.steps if step.scenario == record.id),
                _why(run, record.id, verdict),
                before.runs + 1 if before is not None else 1,
                (before.failures if before is not None else 0) + (verdict is Verdict.FAIL),
            )
            self.by_scenario[record.id] = after
            if not same:
                changes.append(Change(before, after))
        return changes


def _why(run: RunResult, scenario: str, verdict: Verdict) -> str:
    if verdict is Verdict.PASS:
        return ""
    checks = [check for step in run.steps if step.scenario == scenario for check in step.checks]
    found = next((check for check in checks if effective(check, strict=run.strict) is verdict), None)
    return "" if found is None else _said(found)


def _said(check: Check) -> str:
    said = check.reason or f"expected {check.expected}; observed {check.observed}"
    return f"{said} [{check.diagnosis.code}]" if check.diagnosis is not None else said
