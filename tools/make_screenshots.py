"""Writes `docs/images/report*.png`: what the report of `reports/sample` looks like. Needs Debian's chromium."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, ViewportSize, sync_playwright

ROOT = Path(__file__).parents[1]
REPORT = ROOT / "reports" / "sample" / "report.html"
IMAGES = ROOT / "docs" / "images"
SIZE: ViewportSize = {"width": 1180, "height": 820}
TALL: ViewportSize = {"width": 1180, "height": 1040}
BEFORE = 14
"""Pixels above what a picture is of."""


def show(page: Page, selector: str, before: int = BEFORE) -> None:
    """Scroll so that an element stands at the top."""
    page.evaluate(f"scrollTo(0, document.querySelector({selector!r}).getBoundingClientRect().top + scrollY - {before})")


def main() -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport=SIZE, color_scheme="light")
        page.goto(REPORT.as_uri())
        page.screenshot(path=IMAGES / "report.png")
        show(page, "#sign-off h3:nth-of-type(3)")
        page.screenshot(path=IMAGES / "report-sign-off.png")
        show(page, "#times")
        page.screenshot(path=IMAGES / "report-charts.png")
        page.emulate_media(color_scheme="dark")
        page.set_viewport_size(TALL)
        page.get_by_role("button", name="fail").click()
        page.locator(".scenario:visible [data-head]").first.click()
        show(page, ".scenario:not([hidden])", before=70)
        page.screenshot(path=IMAGES / "report-evidence.png")
        browser.close()
    print(f"wrote {IMAGES}/report*.png")


if __name__ == "__main__":
    main()
