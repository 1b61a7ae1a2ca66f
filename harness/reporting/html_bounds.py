"""What of a very long run is left out of the page, so that browsers stay fast with it; results.json has all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from harness.reporting.ladder import ladder
from harness.results.model import AssociationRecord, RunResult, StepResult
from harness.results.rollup import severity, step_verdict

PDUS_DRAWN = 3600
HEADS_SHOWN = 400_000
"""Hexadecimal digits of PDUs, of all together."""


def drawn_steps(result: RunResult) -> set[str]:
    """The ids of the steps whose associations are drawn: all, or of a very long run those that did not pass first."""
    drawn, room = set(), PDUS_DRAWN
    for step in _worst_first(result):
        room -= sum(2 + len(ladder(association).rows) for association in step.associations)
        if room >= 0:
            drawn.add(step.id)
    return drawn


def with_bounded_heads(result: RunResult) -> RunResult:
    """The run with the bytes of as many PDUs as there is room for, those of steps that did not pass first."""
    room, bounded = HEADS_SHOWN, dict[int, StepResult]()
    for step in _worst_first(result):
        room -= sum(len(pdu.head) for association in step.associations for pdu in association.pdus)
        if room < 0:
            bounded[id(step)] = replace(step, associations=_without_heads(step.associations))
    return replace(result, steps=[bounded.get(id(step), step) for step in result.steps]) if bounded else result


def _worst_first(result: RunResult) -> list[StepResult]:
    return sorted(result.steps, key=lambda step: severity(step_verdict(step, strict=result.strict)))


def _without_heads(associations: Sequence[AssociationRecord]) -> tuple[AssociationRecord, ...]:
    return tuple(
        replace(association, pdus=tuple(replace(pdu, head="") for pdu in association.pdus))
        for association in associations
    )
