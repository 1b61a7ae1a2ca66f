"""`summary.md`: short, and nothing in it is live."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree
from markdown_it import MarkdownIt

from harness.reporting.markdown import DETAILED_CHECKS, LISTED_SCENARIOS, markdown_text
from harness.reporting.text import one_line
from harness.results.model import RunResult, ScenarioRecord, StepResult
from tests.reporting.sample import sample
from tests.support.golden import check_golden
from tests.support.random_results import HOSTILE, run_results

GITHUB_LIMIT = 1024 * 1024
SHOWN_TAGS = {"heading", "paragraph", "inline", "table", "thead", "tbody", "tr", "th", "td"}


def _parser() -> MarkdownIt:
    """Close to GitHub's: tables, strikethrough and links without markup."""
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def test_golden() -> None:
    check_golden(Path(__file__).parent / "golden" / "summary.md", markdown_text(sample()))


@settings(deadline=None)
@given(run_results())
def test_hostile_texts_stay_texts(run: RunResult) -> None:
    for token in _parser().parse(markdown_text(run)):
        assert token.type.removesuffix("_open").removesuffix("_close") in SHOWN_TAGS
        for child in token.children or ():
            assert child.type in ("text", "text_special", "strong_open", "strong_close"), child


@pytest.mark.parametrize("text", [*HOSTILE, "a`b`c", "*a* _b_ ~~c~~ $d$", "www.example.org", ":smile:", "1. x", "<b>"])
def test_a_hostile_text_is_shown_to_the_letter(text: str) -> None:
    run = sample()
    run.scenarios = [replace(run.scenarios[0], name=text)]
    assert _name_of_first_scenario(markdown_text(run)) == one_line(text)


def _name_of_first_scenario(text: str) -> str:
    """The third cell of the first line below the head of the table of scenarios, as a reader sees it."""
    document = etree.HTML(_parser().render(text[text.index("## Scenarios") :]))
    cell = document.findall(".//tbody/tr/td")[2]
    assert len(cell) == 0, "no element within"
    return cell.text or ""


def test_a_huge_run_fits_a_job_summary() -> None:
    run = sample()
    failing = next(step for step in run.steps if step.id.endswith("store-find/2"))
    run.scenarios = [ScenarioRecord(f"f/{number}", "name " * 20, "archive") for number in range(2000)]
    run.steps = [_copy(failing, f"f/{number}") for number in range(2000)]
    text = markdown_text(run)
    assert len(text.encode()) < GITHUB_LIMIT
    assert f"And {4000 - DETAILED_CHECKS:,} checks more: see report.html." in text
    assert f"And {2000 - LISTED_SCENARIOS:,} scenarios more: see report.html." in text


def _copy(step: StepResult, scenario: str) -> StepResult:
    return replace(step, id=f"{scenario}/1", scenario=scenario)
