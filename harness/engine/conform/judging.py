"""What was seen in a case, held against what the standard allows."""

from __future__ import annotations

from dataclasses import dataclass

from harness.engine.conform.model import Case, Kind, Seen
from harness.results.model import Level, Verdict

_UNKNOWN_LAST_WORD = "a connection that was reset may have lost the last PDU that the peer sent"


@dataclass(frozen=True, slots=True)
class Judgment:
    """The verdict on a case and why."""

    verdict: Verdict
    observed: str
    reason: str = ""


def judge(case: Case, seen: Seen) -> Judgment:
    """Pass for every outcome that the case allows, with a note for one that is not the preferred one.

    A TCP reset is no proof that nothing was said before: systems reset when they close with bytes unread, and what
    they sent then is lost. It passes where the connection may be closed, decides nothing where a PDU must come first,
    and fails where the association must go on.
    """
    for outcome in case.allowed:
        if outcome.matches(seen):
            preferred = case.allowed[0]
            note = "" if outcome is preferred else f"allowed; the preferred outcome is: {preferred.text}"
            return Judgment(Verdict.PASS, seen.text, note)
    if seen.kind is Kind.RESET:
        kinds = {outcome.kind for outcome in case.allowed}
        if Kind.CLOSED in kinds:
            return Judgment(Verdict.PASS, seen.text, f"allowed as a close; {_UNKNOWN_LAST_WORD}")
        if kinds & {Kind.ABORTED, Kind.REJECTED}:
            return Judgment(Verdict.SKIPPED, seen.text, f"inconclusive: {_UNKNOWN_LAST_WORD}")
    return Judgment(_UNMET[case.level], seen.text)


_UNMET = {
    Level.REQUIRED: Verdict.FAIL,
    Level.RECOMMENDED: Verdict.WARNING,
    Level.INFORMATIONAL: Verdict.PASS,
}


def expected(case: Case) -> str:
    """The allowed outcomes in words, the preferred one first."""
    return ", or ".join(outcome.text for outcome in case.allowed)
