"""The expectation that a relation among the answers of an archive holds."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.outcome import Outcome, Show
from harness.checks.relations.asking import Conclusion, Finding, judged
from harness.checks.relations.catalogue import RELATIONS
from harness.observe.ending import Ending, EndingKind
from harness.observe.outcomes import Observation
from harness.observe.relations import Answer, RelationObservation


def check_holds(name: str, value: bool, observation: Observation, show: Show) -> Outcome:
    """Whether a relation holds (or, for `false`, does not); undecided when the answers do not tell."""
    assert isinstance(observation, RelationObservation)
    entry = RELATIONS[observation.relation]
    expected = entry.title if value else f"not: {entry.title}"
    complete = [answer for answer in observation.answers if answer.ending is None]
    finding = judged(entry.relation, observation.limits, complete)
    if finding is None and observation.ending is not None and not _is_no_fault(observation.ending, complete):
        return Outcome(name, False, expected, observation.ending.text, requirements=entry.requirements)
    if finding is None or finding.conclusion is Conclusion.UNDECIDED:
        reason = finding.text if finding is not None else _why_stopped(observation)
        return Outcome(name, False, expected, "not decided", reason, undecided=True, requirements=entry.requirements)
    holds = finding.conclusion is Conclusion.HOLDS
    return Outcome(
        name,
        holds is value,
        expected,
        _words(finding, show),
        aside=finding.advice,
        requirements=entry.requirements,
    )


def _is_no_fault(ending: Ending, answers: Sequence[Answer]) -> bool:
    """Whether we aborted, or an archive that has answered before did not answer in time: it may be busy."""
    return ending.kind is EndingKind.ABORTED_BY_US or (bool(answers) and ending.kind is EndingKind.TIMEOUT)


def _why_stopped(observation: RelationObservation) -> str:
    ended = observation.ending.text if observation.ending is not None else ""
    return observation.stopped or ended


def _words(finding: Finding, show: Show) -> str:
    examples = ", ".join(show(value, vr) for value, vr in finding.examples)
    return f"{finding.text} ({examples})" if examples else finding.text
