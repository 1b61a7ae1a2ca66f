"""Exit status, results.json, JUnit, HTML, Markdown and console tell the same of any run."""

from __future__ import annotations

import json
import re

from hypothesis import given, settings
from lxml import etree

from harness.reporting.html import html_text
from harness.reporting.junit import junit_text
from harness.reporting.markdown import markdown_text
from harness.results.model import RunResult, Verdict
from harness.results.rollup import MEANINGS, ExitStatus, counts, exit_status, run_errors
from harness.results.store import results_text
from harness.results.summary import sentence
from tests.reporting.test_console import shown
from tests.support.random_results import run_results

Told = tuple[int, dict[str, int]]
"""An exit status, and how many checks have each verdict."""


def _json(run: RunResult) -> Told:
    data = json.loads(results_text(run))
    verdicts = [check["verdict"] for check in data["checks"]]
    assert data["counts"] == {verdict: verdicts.count(verdict) for verdict in data["counts"]}
    return data["exit_status"], data["counts"]


def _html(run: RunResult) -> Told:
    document = etree.HTML(html_text(run))
    rows = document.xpath("//tr[@class='check']/@data-verdict")
    badges = document.xpath("//tr[@class='check']/td[1]/span/text()")
    assert rows == badges
    told = {element.get("data-count"): int(element.text or "") for element in document.iterfind(".//dd[@data-count]")}
    assert told == {verdict: rows.count(verdict) for verdict in told}
    assert document.findtext(".//h1") == sentence(run)
    return int(document.xpath("//header/@data-exit-status")[0]), told


def _markdown(run: RunResult) -> Told:
    text = markdown_text(run)
    status = re.search(r"^Exit status \*\*(\d+)\*\*", text, re.MULTILINE)
    numbers = re.search(r"^\| (\d+ \| ){5}\d+ \|$", text, re.MULTILINE)
    assert status is not None
    assert numbers is not None
    found = [int(number) for number in re.findall(r"\d+", numbers[0])]
    return int(status[1]), dict(zip((verdict.value for verdict in Verdict), found, strict=True))


def _console(run: RunResult) -> Told:
    text = shown(run)
    status = re.findall(r"^Exit status (\d+): (.*)$", text, re.MULTILINE)[-1]
    numbers = re.findall(r"^  \d+ pass  \d+ fail  .*$", text, re.MULTILINE)[-1]
    assert status[1] == MEANINGS[exit_status(run)]
    return int(status[0]), {word: int(number) for number, word in re.findall(r"(\d+) ([a-z]+)", numbers)}


@settings(deadline=None, max_examples=150)
@given(run_results())
def test_all_tell_the_same(run: RunResult) -> None:
    told = int(exit_status(run)), {verdict.value: number for verdict, number in counts(run).items()}
    assert _json(run) == told
    assert _html(run) == told
    assert _markdown(run) == told
    assert _console(run) == told


@settings(deadline=None, max_examples=150)
@given(run_results())
def test_junit_tells_the_same(run: RunResult) -> None:
    status, counted = exit_status(run), counts(run)
    root = etree.fromstring(junit_text(run).encode())
    beside = len(run_errors(run))
    assert int(root.get("tests")) == len(run.checks) + beside == len(root.findall(".//testcase"))
    assert int(root.get("failures")) == counted[Verdict.FAIL] == len(root.findall(".//failure"))
    assert int(root.get("errors")) == counted[Verdict.ERROR] + beside == len(root.findall(".//error"))
    skipped = counted[Verdict.SKIPPED] + counted[Verdict.BLOCKED]
    assert sum(int(suite.get("skipped")) for suite in root) == skipped == len(root.findall(".//skipped"))
    assert {int(value) for value in root.xpath("//property[@name='exit_status']/@value")} <= {int(status)}
    # What CI systems make of it: red for failures and errors.
    assert (root.get("failures") == root.get("errors") == "0") is (status in (ExitStatus.OK, ExitStatus.NOTHING_RUN))
