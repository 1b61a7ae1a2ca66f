"""`reports/sample` is what the reports of today look like, and what a visitor of the repository sees first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from lxml import etree

from harness.reporting.html import html_text
from harness.reporting.junit import junit_text
from harness.reporting.markdown import markdown_text
from harness.results.model import Verdict
from harness.results.store import load_results, results_text
from harness.scenario.load import load_scenarios
from tests.support.schemas import check_printed

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "reports" / "sample"
REMAKE = "`make sample-report` remakes it"


def _read(name: str) -> str:
    return (SAMPLE / name).read_text(encoding="utf-8")


def test_it_has_the_scenarios_of_today_and_one_failure() -> None:
    run = load_results(SAMPLE)
    (file,) = load_scenarios([ROOT / "scenarios" / "go-live.yaml"])
    assert [record.id for record in run.scenarios] == [scenario.id for scenario in file.scenarios], REMAKE
    assert [record.name for record in run.scenarios] == [scenario.name for scenario in file.scenarios], REMAKE
    assert run.attestations == list(file.attestations), REMAKE
    verdicts = [check.verdict for check in run.checks]
    assert verdicts.count(Verdict.FAIL) == 1
    assert {Verdict.PASS, Verdict.WARNING, Verdict.SKIPPED} <= set(verdicts)
    assert [check.deviation.owner for check in run.checks if check.deviation] == ["PACS team"]


def test_its_json_is_as_the_schema_says_and_complete() -> None:
    data = json.loads(_read("results.json"))
    check_printed("results", data)
    assert results_text(load_results(SAMPLE)) == _read("results.json"), REMAKE


def test_its_page_is_built_as_pages_are_today() -> None:
    made, kept = (etree.HTML(text) for text in (html_text(load_results(SAMPLE)), _read("report.html")))
    assert list(_bones(made)) == list(_bones(kept)), REMAKE
    for name in ("style", "script"):
        assert made.findtext(f".//{name}") == kept.findtext(f".//{name}"), REMAKE


def _bones(document: etree._Element) -> Iterator[tuple[str, str | None, str | None]]:
    """The elements, but for those of the charts of times: results.json has rounded seconds, and so other slivers."""
    for chart in document.xpath("//section[@id='times']/figure"):
        chart.getparent().remove(chart)
    for element in document.iter(etree.Element):
        yield element.tag, element.get("id"), element.get("class")


def test_its_other_reports_are_those_of_today() -> None:
    run = load_results(SAMPLE)
    assert _cases(junit_text(run)) == _cases(_read("junit.xml")), REMAKE
    assert markdown_text(run).splitlines()[4:] == _read("summary.md").splitlines()[4:], REMAKE


def _cases(text: str) -> list[tuple[str | None, list[tuple[str, str | None]]]]:
    cases = ElementTree.fromstring(text.encode()).iter("testcase")
    return [(case.get("name"), [(child.tag, child.text) for child in case]) for case in cases]


def test_whatever_it_links_to_is_there() -> None:
    document = etree.HTML(_read("report.html"))
    links = {link for link in document.xpath("//a/@href") if not link.startswith("#")}
    assert any("wire/" in link for link in links)
    assert [link for link in links if not (SAMPLE / link).is_file()] == []


def test_nothing_of_the_machine_that_made_it_is_in_it() -> None:
    for path in SAMPLE.rglob("*.*"):
        data = path.read_bytes()
        assert str(ROOT).encode() not in data, path
        assert b"/tmp/" not in data, path
