"""The page of `compare` in Chromium: it loads nothing and fits a phone, in light and in dark."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from harness.reporting.compare_html import compare_html
from tests.reporting.test_compare import told

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDTH = 360


def test_it_fits_a_phone_and_loads_nothing(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "compare.html"
    file.write_text(compare_html(told("W" * 200)), encoding="utf-8")
    requests: list[str] = []
    papers = set()
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page = browser.new_page(viewport={"width": WIDTH, "height": 800}, color_scheme=scheme)
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: requests.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        label = page.evaluate("getComputedStyle(document.querySelector('td[data-head]'), '::before').content")
        assert label == '"verdict: "'
        papers.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert requests == [file.as_uri()] * 2
    assert len(papers) == 2
