"""What many steps have in common the console says once, and where the time of a run went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from harness.reporting.console_text import scenario_lines, summary_lines
from harness.reporting.outline import scenario_view
from harness.results.model import Check, Level, ScenarioRecord, StepResult, Verdict
from tests.reporting.sample import sample

SCENARIO = ScenarioRecord("conform/ul/data", "P-DATA-TF", "peer")
LOST, ABSENT = "the peer is lost since ul/request/plain", "the peer has nowhere to send to"


def step(name: str, verdict: Verdict, reason: str) -> StepResult:
    identifier = f"{SCENARIO.id}/{name}"
    check = Check(f"{identifier}/outcome", SCENARIO.id, identifier, "peer", Level.REQUIRED, verdict, "", "")
    return StepResult(identifier, SCENARIO.id, name, "conform", "peer", (replace(check, reason=reason),))


def told(steps: Sequence[StepResult]) -> list[str]:
    lines = scenario_lines(scenario_view(SCENARIO, list(steps), strict=False))
    return ["".join(text for text, _ in line) for line in lines]


def test_a_scenario_of_which_nothing_was_carried_out_for_one_reason_is_one_line() -> None:
    assert told([step(str(number), Verdict.BLOCKED, LOST) for number in range(9)]) == [
        f"blocked  conform/ul/data  P-DATA-TF  0 ms  9 steps: {LOST}"
    ]


def test_steps_with_the_same_reason_are_one_line_and_some_are_named() -> None:
    blocked = [step(f"case-{number}", Verdict.BLOCKED, LOST) for number in range(6)]
    skipped = [step("here", Verdict.SKIPPED, ABSENT), step("there", Verdict.SKIPPED, ABSENT)]
    lines = told([step("fine", Verdict.PASS, ""), *blocked[:3], *skipped, *blocked[3:]])
    assert lines[1:] == [
        f"  blocked  steps case-0, case-1, case-2, case-3 and 2 more  {LOST}",
        f"  skipped  steps here, there  {ABSENT}",
    ]


def test_steps_with_reasons_of_their_own_keep_their_lines() -> None:
    lines = told([step("one", Verdict.SKIPPED, ABSENT), step("two", Verdict.BLOCKED, LOST)])
    assert lines[1:] == [f"  skipped  step one: outcome  {ABSENT}", f"  blocked  step two: outcome  {LOST}"]


@pytest.mark.parametrize("waits", [(), (3.0, 3.0, 1.0)])
def test_what_was_spent_on_waiting_for_nothing_is_said_by_group(waits: tuple[float, ...]) -> None:
    run = sample()
    run.ended = run.started + timedelta(seconds=10)
    for index, seconds in enumerate(waits):
        place = SCENARIO.id if index < 2 else "conform/ul/state"
        run.steps[index] = replace(run.steps[index], scenario=place, waited=seconds)
    text = "\n".join("".join(piece for piece, _ in line) for line in summary_lines(run, {}))
    expected = (
        "  3.00 s of work, and 7.00 s of waiting for what never came:\n"
        "  ul/data 6.00 s (2 cases), ul/state 1.00 s (1 case)"
    )
    assert (expected in text) is bool(waits)
    assert ("never came" in text) is bool(waits)
