"""What changed between two runs, on the console, in Markdown, in HTML and as data."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from html import escape
from pathlib import Path

import pytest
from hypothesis import given, settings

from harness.errors import UsageError
from harness.reporting.compare_data import compare_data
from harness.reporting.compare_html import compare_html
from harness.reporting.compare_markdown import compare_markdown
from harness.reporting.compare_text import SHOWN, compare_lines
from harness.results.compare import Comparison, compare_runs
from harness.results.model import RunResult, StepResult, Verdict
from tests.reporting.sample import sample
from tests.support.golden import check_golden
from tests.support.random_results import HOSTILE, run_results
from tests.support.schemas import validator

VALIDATOR = validator("compare")
GOLDEN = Path(__file__).parent / "golden"


def later() -> RunResult:
    """The sample a day later: what failed is mended, something that passed fails, a step is gone, all is slower."""
    run = sample()
    run.run_id, run.started = "20261122T053210Z-5e6f70", run.started + timedelta(days=1)
    swapped = {Verdict.FAIL: Verdict.PASS, Verdict.PASS: Verdict.FAIL}
    steps = [
        replace(
            step,
            checks=tuple(replace(check, verdict=swapped.get(check.verdict, check.verdict)) for check in step.checks),
        )
        for step in run.steps[1:]
    ]
    first = run.steps[0]
    run.steps = [replace(first, seconds=first.seconds + 1.5), *steps[:-1]]
    return run


def changed() -> Comparison:
    return compare_runs(sample(), later())


def text_of(found: Comparison) -> str:
    return "\n".join("".join(piece for piece, _ in line) for line in compare_lines(found)) + "\n"


def test_console() -> None:
    check_golden(GOLDEN / "compare.txt", text_of(changed()))


def test_markdown() -> None:
    check_golden(GOLDEN / "compare.md", compare_markdown(changed()))


def test_html_has_what_markdown_has_and_loads_nothing() -> None:
    text = compare_html(changed())
    for change in changed().checks:
        assert escape(change.check.id) in text
    assert "default-src &#39;none&#39;" in text
    assert "src=" not in text
    assert "href=" not in text


def test_data() -> None:
    found = changed()
    data = json.loads(json.dumps(compare_data(found)))
    VALIDATOR.validate(data)
    assert data["worse"] is True
    assert {one["kind"] for one in data["checks"]} == {change.kind.value for change in found.checks}
    assert data["before"]["name"] == "20261121T053210Z-1a2b3c"


def told(text: str) -> Comparison:
    """A comparison in which the peer says this, and all that was seen is this."""
    former, now = sample(), later()
    for run, version in ((former, "1"), (now, text)):
        run.peers["archive"] = replace(run.peers["archive"], version=version)
        run.steps = [_with(step, text) for step in run.steps]
    return compare_runs(former, now)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_what_a_peer_says_is_only_text(hostile: str) -> None:
    html, markdown = compare_html(told(hostile)), compare_markdown(told(hostile))
    assert html.count("<") == compare_html(told("harmless")).count("<")
    for live in ("<script", "<img", "\x1b", "\u202e"):
        assert live not in html + markdown
    assert markdown.count("\n") == compare_markdown(told("harmless")).count("\n")


def _with(step: StepResult, text: str) -> StepResult:
    return replace(step, checks=tuple(replace(check, observed=text) for check in step.checks))


@settings(deadline=None, max_examples=10)
@given(run_results(), run_results())
def test_any_two_runs_can_be_told(former: RunResult, now: RunResult) -> None:
    try:
        found = compare_runs(former, now)
    except UsageError:
        return
    assert found.is_worse in (True, False)
    VALIDATOR.validate(json.loads(json.dumps(compare_data(found))))
    for text in (text_of(found), compare_markdown(found), compare_html(found)):
        assert text


@settings(deadline=None, max_examples=20)
@given(run_results())
def test_nothing_changes_from_a_run_to_itself(run: RunResult) -> None:
    again = replace(run, started=run.started + timedelta(seconds=1))
    try:
        found = compare_runs(run, again)
    except UsageError:
        return
    assert not found.checks
    assert not found.capabilities
    assert not found.slower


def test_known_failures_that_come_and_go_are_named() -> None:
    former, now = sample(), later()
    step = former.steps[0]
    known = replace(step.checks[0], verdict=Verdict.PASS, expected_failure="known until 2027-01-01 (a defect)")
    former.steps = [replace(step, checks=(replace(known, expected_failure=""),))]
    now.steps = [replace(step, checks=(known,))]
    assert "pass → pass\n      known until 2027-01-01 (a defect)" in text_of(compare_runs(former, now))
    assert "pass → pass\n      no known failure any more" in text_of(compare_runs(now, former))


def test_many_changes_are_counted_on_the_console() -> None:
    former, now = sample(), later()
    step = former.steps[0]
    check = replace(step.checks[0], verdict=Verdict.PASS)
    many = tuple(replace(check, id=f"{step.id}/{number}") for number in range(SHOWN + 5))
    former.steps = [replace(step, checks=many)]
    now.steps = [replace(step, checks=tuple(replace(one, verdict=Verdict.FAIL) for one in many))]
    text = text_of(compare_runs(former, now))
    assert "new failure: 25" in text
    assert "and 5 more" in text
