"""A run in one sentence, and what of it needs attention; the words that all reports share."""

from __future__ import annotations

from harness.results.model import Check, RunResult, Verdict
from harness.results.rollup import ExitStatus, counts, effective, exit_status, severity

NEEDS_ATTENTION = (Verdict.FAIL, Verdict.ERROR, Verdict.BLOCKED, Verdict.WARNING)


def sentence(result: RunResult) -> str:
    """What became of the run, in one sentence."""
    status = exit_status(result)
    total = len(result.checks)
    if status is ExitStatus.INTERRUPTED:
        return f"The run was interrupted after {_checks(total)}{_of_them_failed(result)}."
    if status is ExitStatus.INTERNAL:
        return f"The harness itself failed after {_checks(total)}{_of_them_failed(result)}."
    if status is ExitStatus.FAILED:
        failed = counts(result)[Verdict.FAIL]
        return f"{failed} of {_checks(total)} failed." if total > 1 else "The only check failed."
    if status is ExitStatus.COULD_NOT_TEST:
        return _could_not_test(result)
    if status is ExitStatus.NOTHING_RUN:
        return f"Nothing was executed: {_checks(total)} skipped." if total else "Nothing was executed."
    return _nothing_failed(result)


def needs_attention(result: RunResult) -> list[Check]:
    """The checks that somebody should look at, worst first, else in the order of execution."""
    found = [check for check in result.checks if effective(check, strict=result.strict) in NEEDS_ATTENTION]
    return sorted(found, key=lambda check: severity(effective(check, strict=result.strict)))


def _checks(number: int) -> str:
    return f"{number} check" if number == 1 else f"{number} checks"


def _of_them_failed(result: RunResult) -> str:
    failed = counts(result)[Verdict.FAIL]
    return f", {failed} of them failed" if failed else ""


def _could_not_test(result: RunResult) -> str:
    counted = counts(result)
    untested = counted[Verdict.ERROR] + counted[Verdict.BLOCKED]
    if untested:
        return f"Nothing failed, but {untested} of {_checks(len(result.checks))} could not be tested."
    peers = sum(bool(peer.error) for peer in result.peers.values())
    return f"Nothing failed, but {'a peer' if peers == 1 else f'{peers} peers'} could not be tested."


def _nothing_failed(result: RunResult) -> str:
    counted = counts(result)
    aside = [
        f"{counted[verdict]} {word}"
        for verdict, word in (
            (Verdict.WARNING, "with a warning" if counted[Verdict.WARNING] == 1 else "with warnings"),
            (Verdict.SKIPPED, "skipped"),
        )
        if counted[verdict]
    ]
    total = len(result.checks)
    if not aside:
        return f"All {total} checks passed." if total > 1 else "The only check passed."
    return f"{counted[Verdict.PASS]} of {_checks(total)} passed, {', '.join(aside)}; nothing failed."
