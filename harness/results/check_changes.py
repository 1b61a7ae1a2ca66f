"""Verdicts of two runs, check by check: what is new, what is gone, and what is better or worse than it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from harness.results.model import Check, RunResult, Verdict
from harness.results.rollup import effective, severity


class ChangeKind(StrEnum):
    """What became of a check, in the words of the reports."""

    NEW_FAILURE = "new failure"
    NEW_WARNING = "new warning"
    UNTESTED = "no longer tested"
    FIXED = "fixed"
    TESTED = "tested now"
    OTHERWISE = "otherwise than before"
    ADDED = "new"
    REMOVED = "gone"


UNKNOWN = (Verdict.SKIPPED, Verdict.BLOCKED, Verdict.ERROR)
"""Verdicts that say nothing about the peer."""

_WORSE = (ChangeKind.NEW_FAILURE, ChangeKind.NEW_WARNING, ChangeKind.UNTESTED)
_ONLY_WHEN_BROKEN = re.compile(r"/lint/|/save-[^/]*\Z")
"""Checks that a run has only when they are not met: without them all is well."""


@dataclass(frozen=True, slots=True)
class CheckChange:
    """One check that is not as it was. A verdict is None where the run has no such check.

    `check` is that of the later run, of the former one if it is gone. A step that only one of the runs carried out is
    one change, whatever the number of its checks.
    """

    kind: ChangeKind
    before: Verdict | None
    after: Verdict | None
    check: Check

    @property
    def is_worse(self) -> bool:
        """Whether something is lost; with a failure that is no longer tested, nothing is."""
        return self.kind in _WORSE and not (self.kind is ChangeKind.UNTESTED and self.before is Verdict.FAIL)


def check_changes(before: RunResult, after: RunResult) -> Iterator[CheckChange]:
    """Every change, in the order of the later run, then what is gone. Both are judged as the later run was."""
    strict = after.strict
    was, now = steps_of(before), steps_of(after)
    for identifier, checks in now.items():
        if identifier in was:
            yield from _in_step(was[identifier], checks, strict)
        else:
            yield from (_added(check, strict) for check in checks)
    for identifier, checks in was.items():
        if identifier not in now:
            yield from (_removed(check, strict) for check in checks)


def steps_of(run: RunResult) -> dict[str, tuple[Check, ...]]:
    """The checks of each step that has any, by its id."""
    steps: dict[str, tuple[Check, ...]] = {}
    for step in run.steps:
        if step.checks:
            steps[step.id] = steps.get(step.id, ()) + step.checks
    return steps


def _in_step(former: Sequence[Check], checks: Sequence[Check], strict: bool) -> Iterator[CheckChange]:
    """Changes within a step; a step that was not carried out has a single check in place of its own."""
    if not (_carried_out(former) and _carried_out(checks)):
        first, last = _worst(former, strict), _worst(checks, strict)
        yield from _between(first, last, strict)
        return
    was = {check.id: check for check in former}
    for check in checks:
        earlier = was.pop(check.id, None)
        yield from [_added(check, strict, known=True)] if earlier is None else _between(earlier, check, strict)
    yield from (_removed(check, strict, known=True) for check in was.values())


def _carried_out(checks: Sequence[Check]) -> bool:
    return any(check.verdict not in UNKNOWN for check in checks)


def _worst(checks: Sequence[Check], strict: bool) -> Check:
    return min(checks, key=lambda check: severity(effective(check, strict=strict)))


def _between(former: Check, check: Check, strict: bool) -> Iterator[CheckChange]:
    before, after = effective(former, strict=strict), effective(check, strict=strict)
    if before is not after:
        yield CheckChange(_kind(before, after), before, after, check)
    elif _code(former) != _code(check) or bool(former.expected_failure) is not bool(check.expected_failure):
        yield CheckChange(ChangeKind.OTHERWISE, before, after, check)


def _kind(before: Verdict, after: Verdict) -> ChangeKind:
    """What a change between two unlike verdicts is."""
    if after is Verdict.FAIL:
        return ChangeKind.NEW_FAILURE
    if after in UNKNOWN:
        return ChangeKind.OTHERWISE if before in UNKNOWN else ChangeKind.UNTESTED
    if before is Verdict.FAIL:
        return ChangeKind.FIXED
    if after is Verdict.WARNING:
        return ChangeKind.NEW_WARNING
    return ChangeKind.FIXED if before is Verdict.WARNING else ChangeKind.TESTED


def _code(check: Check) -> str:
    """Why it failed, as far as that is known; nothing for what did not."""
    return check.diagnosis.code if check.verdict is Verdict.FAIL and check.diagnosis is not None else ""


def _added(check: Check, strict: bool, *, known: bool = False) -> CheckChange:
    """A check that the former run has not; with `known` it has the step."""
    verdict = effective(check, strict=strict)
    kind = ChangeKind.ADDED
    if verdict is Verdict.FAIL:
        kind = ChangeKind.NEW_FAILURE
    elif known and verdict is Verdict.WARNING:
        kind = ChangeKind.NEW_WARNING
    return CheckChange(kind, None, verdict, check)


def _removed(check: Check, strict: bool, *, known: bool = False) -> CheckChange:
    """A check that the later run has not; with `known` it has the step."""
    verdict = effective(check, strict=strict)
    broken = known and _ONLY_WHEN_BROKEN.search(check.id) is not None
    return CheckChange(ChangeKind.FIXED if broken else ChangeKind.REMOVED, verdict, None, check)
