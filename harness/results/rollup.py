"""Verdicts rolled up: counts, the verdict of a step or scenario, and the exit status. Everything derives from here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from harness.results.model import Check, Level, RunResult, StepResult, Verdict


class ExitStatus(IntEnum):
    """Exit status of a run: a contract."""

    OK = 0
    FAILED = 1
    USAGE = 2
    COULD_NOT_TEST = 3
    INTERNAL = 4
    NOTHING_RUN = 5
    INTERRUPTED = 130


MEANINGS = {
    ExitStatus.OK: "everything required passed",
    ExitStatus.FAILED: "at least one check failed",
    ExitStatus.USAGE: "wrong usage, or a scenario with mistakes; nothing was contacted",
    ExitStatus.COULD_NOT_TEST: "something could not be tested, and nothing failed",
    ExitStatus.INTERNAL: "internal error of the harness",
    ExitStatus.NOTHING_RUN: "nothing was executed, as everything was skipped or left out",
    ExitStatus.INTERRUPTED: "interrupted; the reports are complete",
}

_WORST_FIRST = (Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED, Verdict.WARNING, Verdict.PASS, Verdict.SKIPPED)


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run as a whole is not what it should be, where no check says so. `name` is short and stable."""

    name: str
    text: str


def effective(check: Check, *, strict: bool) -> Verdict:
    """The verdict that counts: with `--strict` a warning is a failure, unless the check is informational."""
    if strict and check.verdict is Verdict.WARNING and check.level is not Level.INFORMATIONAL:
        return Verdict.FAIL
    return check.verdict


def counts(result: RunResult) -> dict[Verdict, int]:
    """How many checks of a run have each verdict."""
    return _count(effective(check, strict=result.strict) for check in result.checks)


def step_counts(steps: Sequence[StepResult], *, strict: bool) -> dict[Verdict, int]:
    """How many checks of some steps have each verdict."""
    return _count(effective(check, strict=strict) for step in steps for check in step.checks)


def _count(verdicts: Iterable[Verdict]) -> dict[Verdict, int]:
    counted = dict.fromkeys(Verdict, 0)
    for verdict in verdicts:
        counted[verdict] += 1
    return counted


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict of a group: the worst of its members; skipped when there are none."""
    present = set(verdicts)
    return next((verdict for verdict in _WORST_FIRST if verdict in present), Verdict.SKIPPED)


def step_verdict(step: StepResult, *, strict: bool) -> Verdict:
    """The verdict of a step."""
    return worst(effective(check, strict=strict) for check in step.checks)


def scenario_verdict(result: RunResult, scenario_id: str) -> Verdict:
    """The verdict of a scenario."""
    return worst(step_verdict(step, strict=result.strict) for step in result.steps if step.scenario == scenario_id)


def severity(verdict: Verdict) -> int:
    """A number to sort by, worst first."""
    return _WORST_FIRST.index(verdict)


def run_errors(result: RunResult) -> list[RunError]:
    """What is wrong with the run beside its checks: interruption, internal error, peers that were not there.

    A peer that could not be started counts here only while no check of it says that it could not be tested.
    """
    errors = []
    if result.interrupted:
        errors.append(RunError("interrupted", "the run was interrupted; what is shown was found until then"))
    if result.internal_error:
        errors.append(RunError("internal error", result.internal_error))
    said = {check.peer for check in result.checks if check.verdict in (Verdict.ERROR, Verdict.BLOCKED, Verdict.FAIL)}
    for name, peer in result.peers.items():
        if peer.error and name not in said:
            errors.append(RunError(f"peer {name}", peer.error))
    counted = counts(result)
    if counted[Verdict.BLOCKED] and not (counted[Verdict.FAIL] or counted[Verdict.ERROR] or errors):
        errors.append(RunError("blocked", "checks were blocked by something that no check tells of"))
    return errors


def exit_status(result: RunResult) -> ExitStatus:
    """The exit status of a run."""
    if result.interrupted:
        return ExitStatus.INTERRUPTED
    if result.internal_error:
        return ExitStatus.INTERNAL
    counted = counts(result)
    if counted[Verdict.FAIL]:
        return ExitStatus.FAILED
    if counted[Verdict.ERROR] or counted[Verdict.BLOCKED] or run_errors(result):
        return ExitStatus.COULD_NOT_TEST
    if counted[Verdict.PASS] or counted[Verdict.WARNING]:
        return ExitStatus.OK
    return ExitStatus.NOTHING_RUN
