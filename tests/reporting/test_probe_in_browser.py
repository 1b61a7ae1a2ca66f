"""The heat map of `probe` in Chromium: it loads nothing, filters, folds, and fits a phone in light and in dark."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from harness.observe.exercise import Exercise, Exercised
from harness.observe.habits import Habits
from harness.observe.probe import Matrix, PeerFacts, Probe
from harness.reporting.probe_html import probe_html
from harness.standard.families import current_sop_classes
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_2000, transfer_syntaxes

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MR = "1.2.840.10008.5.1.4.1.1.4"
WIDTH = 390
ACCEPTED = {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE), (CT_IMAGE_STORAGE, JPEG_2000), (MR, IMPLICIT_VR_LE)}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page of a whole matrix in which little is accepted."""
    classes, syntaxes = current_sop_classes(), transfer_syntaxes()
    results = {(uid, syntax): 0 if (uid, syntax) in ACCEPTED else 3 for uid in classes for syntax in syntaxes}
    sent = {(CT_IMAGE_STORAGE, IMPLICIT_VR_LE): Exercised(0, sent=True), (MR, IMPLICIT_VR_LE): Exercised(why="no MR")}
    probe = Probe(
        f"{'W' * 16}@archive.radiology.hospital.example.org:11112",
        "HARNESS",
        datetime.now(UTC),
        1.0,
        1,
        PeerFacts(implementation_class_uid="1.2.3" * 12),
        Matrix(classes, syntaxes, results),
        habits=Habits(made_up_sop_class=0),
        exercise=Exercise(sent),
    )
    page = tmp_path_factory.mktemp("probe") / "matrix.html"
    page.write_text(probe_html(probe), encoding="utf-8")
    return page


def shown(page: Page, what: str) -> list[str]:
    """The texts of what can be seen of a kind."""
    texts: list[str] = page.eval_on_selector_all(
        what, "all => all.filter(one => one.offsetParent !== null).map(one => one.textContent)"
    )
    return texts


def test_families_fold_and_both_axes_are_filtered(browser: Browser, file: Path) -> None:
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto(file.as_uri())
    rows = shown(page, "tr.class th")
    assert "CT Image Storage" in rows
    assert "Basic Film Session" not in rows, "a family of which nothing is accepted is folded"
    page.get_by_role("button", name="print:").click()
    assert "Basic Film Session" in shown(page, "tr.class th")
    page.fill("[name=text]", "image ct")
    assert {"CT Image Storage", "Enhanced CT Image Storage"} <= set(shown(page, "tr.class th"))
    assert "MR Image Storage" not in shown(page, "tr.class th")
    page.check("[name=accepted]")
    assert shown(page, "tr.class th") == ["CT Image Storage"]
    assert shown(page, ".heat thead th") == ["SOP class", "Implicit VR Little Endian", "JPEG 2000"]
    assert shown(page, "tr.class td") == ["●", "✓"]
    page.fill("[name=text]", "")
    page.fill("[name=syntax]", "implicit")
    assert shown(page, "tr.class th") == ["CT Image Storage", "MR Image Storage"]
    assert shown(page, ".heat thead th") == ["SOP class", "Implicit VR Little Endian"]
    page.fill("[name=syntax]", EXPLICIT_VR_LE + ".99")
    assert shown(page, "tr.class th") == []


def test_it_fits_a_phone_and_loads_nothing(browser: Browser, file: Path) -> None:
    seen, papers = list[str](), set[str]()
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page = browser.new_page(viewport={"width": WIDTH, "height": 844}, color_scheme=scheme)
        page.on("request", lambda request: seen.append(request.url))
        page.on("console", lambda message: seen.append(message.text))
        page.goto(file.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        papers.add(page.evaluate("getComputedStyle(document.querySelector('td.yes')).backgroundColor"))
    assert seen == [file.as_uri()] * 2
    assert len(papers) == 2


def test_names_stay_in_sight_wherever_one_scrolls(browser: Browser, file: Path) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 844})
    page.goto(file.as_uri())
    page.evaluate("document.querySelector('.scroll').scrollTo(500, 2000)")
    inside = "one => {const a = one.getBoundingClientRect(), b = one.closest('.scroll').getBoundingClientRect();"
    assert page.eval_on_selector(".heat thead th:last-child", inside + "return Math.abs(a.top - b.top) < 3}")
    assert page.eval_on_selector(f'th[title*="({MR})"]', inside + "return Math.abs(a.left - b.left) < 3}")
    assert page.eval_on_selector(f'th[title*="({MR})"]', inside + "return a.width < b.width / 2}")
