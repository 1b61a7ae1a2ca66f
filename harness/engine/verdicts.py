"""Outcomes become checks: level, known failures and the redaction of peer values are applied here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from harness.checks.outcome import Outcome
from harness.engine.weighing import verdict_of
from harness.results.model import Check, Level, Verdict
from harness.results.particulars import KnownDeviation

if TYPE_CHECKING:
    from harness.scenario.model import ExpectedFailure, Scenario, Step


@dataclass(slots=True)
class FailureWatch:
    """Follows a scenario's known failure, if it has one."""

    known: ExpectedFailure | None
    seen: bool = False

    def explains(self, outcome: Outcome) -> bool:
        """Whether an unmet expectation is the known failure, still within its time."""
        if self.known is None or self.expired:
            return False
        text = f"{outcome.expected} {outcome.observed} {outcome.reason}"
        if self.known.matches not in text:
            return False
        self.seen = True
        return True

    @property
    def expired(self) -> bool:
        """Whether the known failure should have been mended by now."""
        return self.known is not None and date.today() > self.known.expires


def step_id(scenario: Scenario, step: Step) -> str:
    """FILE/SCENARIO[PARAMS]/STEP."""
    return f"{scenario.id}/{step.id}"


def check_of(scenario: Scenario, step: Step, outcome: Outcome, seconds: float, watch: FailureWatch) -> Check:
    """One check from one outcome."""
    known = not outcome.met and not outcome.undecided and watch.explains(outcome)
    level = Level.RECOMMENDED if outcome.aside else Level(scenario.level)
    return Check(
        id=f"{step_id(scenario, step)}/{outcome.name}",
        scenario=scenario.id,
        step=step_id(scenario, step),
        peer=step.peer,
        level=level,
        verdict=Verdict.PASS if known else verdict_of(outcome, level),
        expected=outcome.expected,
        observed=outcome.observed,
        reason=outcome.reason,
        clauses=_clauses(scenario, outcome.requirements),
        seconds=seconds,
        source=step.source,
        expected_failure=_known_words(watch.known) if known and watch.known is not None else "",
        deviation=deviation_of(watch.known) if known and watch.known is not None else None,
    )


def _clauses(scenario: Scenario, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """What a scenario verifies, and a check of it besides."""
    # Here, because the plain echo verifies nothing and must not wait for the catalogue.
    from harness.standard.requirements.catalogue import cited

    return tuple(map(cited, dict.fromkeys((*scenario.verifies, *more))))


def deviation_of(known: ExpectedFailure) -> KnownDeviation:
    """A known failure as the results keep it."""
    return KnownDeviation(known.reason, known.owner, known.expires.isoformat())


def _known_words(known: ExpectedFailure) -> str:
    return f"failed as expected until {known.expires:%Y-%m-%d} ({known.reason}; owner: {known.owner})"


def without_result(scenario: Scenario, step: Step, verdict: Verdict, reason: str, expected: str = "") -> Check:
    """The single check of a step that was skipped, blocked or could not be tested."""
    return Check(
        id=f"{step_id(scenario, step)}/{step.service.value}",
        scenario=scenario.id,
        step=step_id(scenario, step),
        peer=step.peer,
        level=Level(scenario.level),
        verdict=verdict,
        expected=expected or f"{step.service.value} is carried out",
        observed="not carried out",
        reason=reason,
        clauses=_clauses(scenario),
        source=step.source,
    )


def known_failure_check(scenario: Scenario, watch: FailureWatch, ran: bool) -> Check | None:
    """A failing check when a known failure has expired or did not occur; None when there is nothing to say."""
    known = watch.known
    if known is None or not ran:
        return None
    if watch.expired:
        reason = (
            f"the expected failure expired on {known.expires:%Y-%m-%d}: "
            f"mend it, or agree on a new date with {known.owner}"
        )
    elif watch.seen:
        return None
    else:
        reason = "the expected failure did not occur: remove `expected_failure`, or correct its `matches`"
    return Check(
        id=f"{scenario.id}/expected-failure/matches",
        scenario=scenario.id,
        step=f"{scenario.id}/expected-failure",
        peer=scenario.peer,
        level=Level(scenario.level),
        verdict=Verdict.FAIL,
        expected=f"a failure that contains `{known.matches}` ({known.reason})",
        observed="expired" if watch.expired else "no such failure",
        reason=reason,
        source=scenario.source,
    )


def failed(checks: Sequence[Check]) -> bool:
    """Whether the steps after these checks can tell nothing anymore."""
    return any(check.verdict in (Verdict.FAIL, Verdict.ERROR) for check in checks)
