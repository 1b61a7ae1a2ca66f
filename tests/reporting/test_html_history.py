"""What changed since the former run, and the trend, in the report."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree

from harness.reporting.html import html_text
from harness.reporting.html_history import past
from harness.reporting.text import one_line
from harness.results.history import History
from harness.results.model import RunResult, Verdict
from harness.results.rollup import counts
from tests.reporting.sample import sample
from tests.results.test_history import former
from tests.support.runs import run_text


def better(days: int) -> RunResult:
    """A former run in which what fails today passed, and another check failed."""
    run = former(days)
    swapped = {Verdict.FAIL: Verdict.PASS}
    for place, step in enumerate(run.steps):
        checks = [replace(check, verdict=swapped.get(check.verdict, check.verdict)) for check in step.checks]
        if place == 0:
            checks[-1] = replace(checks[-1], verdict=Verdict.FAIL)
        run.steps[place] = replace(step, checks=tuple(checks))
    return run


def section(history: History | None) -> etree._Element | None:
    return etree.HTML(html_text(sample(), history)).find(".//section[@id='past']")


def text_of(history: History) -> str:
    found = section(history)
    assert found is not None
    return one_line(" ".join(found.itertext()))


def test_without_a_history_nothing_is_said() -> None:
    assert section(None) is None


def test_new_failures_and_what_is_fixed_are_told_with_links() -> None:
    found = section(History((better(1),)))
    assert found is not None
    text = one_line(" ".join(found.itertext()))
    assert "2 new failures, 1 fixed." in text
    assert "New failure: 2" in text
    assert "store-find/2/count pass → fail" in text
    assert "Fixed: 1" in text
    assert len(found.xpath(".//li/a")) == 3
    assert found.find(".//figure") is None, "two runs are no trend"


def test_what_became_slower_is_told() -> None:
    run = former(1)
    run.steps = [replace(step, seconds=step.seconds / 1000) for step in run.steps]
    assert "Far longer, measured once" in text_of(History((run,)))


def test_the_trend_has_a_column_for_each_run_and_this_one() -> None:
    found = section(History(tuple(better(days) for days in (3, 2, 1))))
    assert found is not None
    labels = found.xpath(".//svg/@aria-label")
    assert len(labels) == 4
    assert "2 fail" not in labels[0]
    assert labels[-1].startswith("2026-11-21 05:32:10 UTC: 6 pass, 2 fail, 1 warning")


def test_layers_stand_on_each_other() -> None:
    run = sample()
    found = past(run, History((former(2), former(1))))
    layers = found.columns[-1].layers
    assert [layer.verdict for layer in layers if layer.verdict is Verdict.PASS]
    assert sum(layer.height for layer in layers) == pytest.approx(100, abs=0.1)
    assert layers[-1].y == pytest.approx(0, abs=0.1)
    assert {layer.verdict for layer in layers} == {verdict for verdict, number in counts(run).items() if number}


def test_no_former_run_is_said_and_no_mistake() -> None:
    assert "There is no former run of these scenarios yet." in text_of(History())


def test_run_takes_a_folder_of_runs(tmp_path: Path) -> None:
    text = """
        version: 1
        peers: {bundled: {reference: {}}}
        scenarios: [{id: one, peer: bundled, steps: [{echo: {}, expect: {status: %s}}]}]
    """
    first = run_text(tmp_path, text % "failure", "--compare-with", str(tmp_path))
    assert first.status == 1
    assert "no former run of these scenarios" in (first.reports / "report.html").read_text()
    second = run_text(tmp_path, text % "success", "--compare-with", str(tmp_path))
    assert second.status == 0, second.output
    assert "1 fixed." in (second.reports / "report.html").read_text()
    missing = run_text(tmp_path, text % "success", "--compare-with", str(tmp_path / "nowhere"))
    assert missing.status == 2
    assert "no former run" in missing.output


def test_hostile_names_of_former_runs_stay_text() -> None:
    run = replace(better(1), run_id="</section><script>alert(1)</script>", tool="<img src=x onerror=alert(1)>")
    document = etree.HTML(html_text(sample(), History((run, better(2)))))
    assert len(document.findall(".//script")) == 1
    assert document.findall(".//img") == []
