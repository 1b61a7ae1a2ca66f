"""Chromium, for pages as people see them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_START_SECONDS = 120
"""Within which Chromium has to start, on a machine that does much else, too."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox"], timeout=_START_SECONDS * 1000
        )
        yield browser
        browser.close()
