"""A baseline of known deviations, held against what a run found; and one made from what a run found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from harness.engine.verdicts import deviation_of
from harness.results.model import Check, RunResult, Verdict
from harness.scenario.model import ExpectedFailure

_FAILED = (Verdict.FAIL, Verdict.WARNING)
_VARIABLE = re.compile(
    r"\d+(?:\.\d+){4,}"  # a UID
    r"|\d+(?:\.\d+)?(?= m?s\b)"  # a time
    r"|(?<=:)\d{4,5}\b"  # a port
)
"""What of a failure is another the next time."""


class Baseline:
    """What is known to fail, by the id of the check. Empty, it changes nothing."""

    def __init__(self, known: Mapping[str, ExpectedFailure] | None = None) -> None:
        self._known = known or {}

    def strangers(self, beginnings: Iterable[str]) -> list[str]:
        """Ids of checks that begin with none of these: nothing of that name can come in the run."""
        given = tuple(beginnings)
        return [check for check in self._known if not check.startswith(given)]

    def judged(self, checks: Iterable[Check]) -> list[Check]:
        """The checks, those that fail as is known taken for passed, and those that do so no longer for failed."""
        return [_judged(check, self._known[check.id]) if check.id in self._known else check for check in checks]


def _judged(check: Check, known: ExpectedFailure) -> Check:
    if check.verdict in _FAILED:
        return _failed(check, known)
    if check.verdict is not Verdict.PASS or check.expected_failure:
        return check
    reason = f"the baseline says that it fails ({known.reason}), and it does not: remove the entry"
    return replace(check, verdict=Verdict.FAIL, reason=reason)


def _failed(check: Check, known: ExpectedFailure) -> Check:
    if date.today() > known.expires:
        reason = f"known, and expired on {known.expires}: mend it, or agree on a new date with {known.owner}"
        return replace(check, verdict=Verdict.FAIL, reason=_joined(reason, check.reason))
    if not _fits(known.matches, check):
        reason = f"it fails in another way than the baseline says, which has `{known.matches}`"
        return replace(check, verdict=Verdict.FAIL, reason=_joined(reason, check.reason))
    words = f"known until {known.expires} ({known.reason}; owner: {known.owner})"
    return replace(check, verdict=Verdict.PASS, expected_failure=words, deviation=deviation_of(known))


def _joined(*reasons: str) -> str:
    return "; ".join(filter(None, reasons))


def _fits(matches: str, check: Check) -> bool:
    """Whether the failure contains the text, in which `*` stands for anything."""
    pattern = ".*".join(map(re.escape, matches.split("*")))
    return re.search(pattern, f"{check.expected} {check.observed} {check.reason}", re.DOTALL) is not None


def recorded(run: RunResult) -> str:
    """The text of a baseline with all that failed; what a person has to say of each is left open."""
    failed = [check for step in run.steps for check in step.checks if check.verdict in _FAILED]
    return "\n".join(_lines(failed)) + "\n"


def _lines(failed: Sequence[Check]) -> Iterator[str]:
    yield "# Known deviations. Say of each why it is accepted, who sees to it, and until when."
    yield "version: 1"
    yield "deviations:" if failed else "deviations: []"
    for check in failed:
        yield f"  - check: {_quoted(check.id)}"
        yield f"    matches: {_quoted(_signature(check))}"
        yield '    reason: ""'
        yield '    owner: ""'
        yield '    expires: ""'


def _signature(check: Check) -> str:
    """What was observed, without what is another the next time."""
    return _VARIABLE.sub("*", check.observed.partition("\n")[0])


def _quoted(text: str) -> str:
    """As YAML has it in double quotes, which JSON has, too."""
    return json.dumps(text, ensure_ascii=False)
