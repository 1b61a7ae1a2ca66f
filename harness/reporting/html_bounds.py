"""What of a very long run is left out of the page, so that it stays small and browsers fast; results.json has all."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from harness.reporting.html_overview import likeness, places
from harness.reporting.ladder import Gap, ladder
from harness.reporting.outline import ScenarioView
from harness.results.model import AssociationRecord, RunResult, StepResult
from harness.results.rollup import severity, step_verdict

ROOM = 1_600_000
"""Bytes for associations, for what went over them, and for the checks themselves."""
LEAST_ROOM = 200_000
"""What is left of it for associations, however many checks there are."""

# About so many bytes does the page need for each of these.
_CHECK, _ASSOCIATION, _ROW, _CONTEXT, _TRANSFER_SYNTAX = 1400, 700, 300, 330, 80


def drawn_steps(result: RunResult) -> set[str]:
    """The ids of the steps whose associations and bytes are shown: all, or those for which there is room.

    Those that did not pass come first.
    """
    drawn, room = set(), max(LEAST_ROOM, ROOM - _CHECK * len(result.checks))
    for step in sorted(result.steps, key=lambda step: severity(step_verdict(step, strict=result.strict))):
        needed = _size(step)
        if needed <= room:
            drawn.add(step.id)
            room -= needed
    return drawn


def explained_checks(scenarios: Sequence[ScenarioView]) -> set[str]:
    """The ids of the checks with which a diagnosis is told in full: the first of those that have the same one."""
    first: dict[Hashable, str] = {}
    for place in places(scenarios):
        if place.item.check.diagnosis is not None:
            first.setdefault(likeness(place), place.item.check.id)
    return set(first.values())


def _size(step: StepResult) -> int:
    evidence = sum(len(line) for check in step.checks for line in check.evidence)
    return evidence + sum(map(_size_of_association, step.associations))


def _size_of_association(association: AssociationRecord) -> int:
    rows = ladder(association).rows
    heads = sum(len(row.head) for row in rows if not isinstance(row, Gap))
    contexts = sum(_CONTEXT + _TRANSFER_SYNTAX * len(context.transfer_syntaxes) for context in association.contexts)
    return _ASSOCIATION + _ROW * len(rows) + heads + contexts
