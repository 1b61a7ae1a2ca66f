"""What a reader of `report.html` reads, to the letter and line by line, beside the tests of its structure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from harness.reporting.html import html_text
from harness.reporting.text import one_line
from harness.results.history import History
from tests.reporting.sample import sample
from tests.results.test_history import former
from tests.support.golden import check_golden

LINES = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "li",
    "tr",
    "summary",
    "dt",
    "dd",
    "figcaption",
    "blockquote",
    "text",
    "button",
}


def _lines(element: etree._Element) -> Iterator[str]:
    if element.tag in ("style", "script"):
        return
    if element.tag in LINES and not any(child.tag in LINES for child in element.iterdescendants(etree.Element)):
        yield one_line(" ".join(element.itertext()))
        return
    yield from filter(None, [one_line(element.text or "")])
    for child in element.iterchildren(etree.Element):
        yield from _lines(child)
        yield from filter(None, [one_line(child.tail or "")])


def test_golden() -> None:
    body = etree.HTML(html_text(sample(), History((former(2), former(1))))).find("body")
    assert body is not None
    check_golden(Path(__file__).parent / "golden" / "report.txt", "\n".join(_lines(body)) + "\n")
