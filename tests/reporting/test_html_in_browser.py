"""`report.html` in Chromium: it loads nothing, filters, prints whole, and fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Dialog, Page

from harness.reporting.write import write_reports
from harness.results.model import PeerRecord, Verdict
from harness.results.particulars import DiagnosisRecord
from tests.reporting.sample import sample
from tests.support.random_results import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOTAL = 12


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_reports(sample(), tmp_path_factory.mktemp("report"))["html"]


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """The report, opened; a request or an error of its script fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text))
    page.goto(report.as_uri())
    yield page
    assert requests == [report.as_uri()]
    assert errors == []
    context.close()


def _shown(page: Page) -> int:
    return page.locator(".check:visible").count()


def test_opens_with_everything_visible_and_no_other_request(page: Page) -> None:
    assert page.title().startswith("2 of 12 checks failed.")
    assert _shown(page) == TOTAL
    assert page.locator("#shown").inner_text() == "12 checks"


def test_filters_by_verdict(page: Page) -> None:
    page.get_by_role("button", name="fail").click()
    assert _shown(page) == 2
    assert page.locator("#shown").inner_text() == "2 of 12 checks"
    assert page.locator(".scenario:visible").count() == 1
    assert page.locator(".step:visible").count() == 1
    page.get_by_role("button", name="warning").click()
    assert _shown(page) == 3
    page.get_by_role("button", name="fail").click()
    page.get_by_role("button", name="warning").click()
    assert _shown(page) == TOTAL


def test_filters_by_scenario(page: Page) -> None:
    page.get_by_label("Scenario").select_option(label="scenarios/go-live.yaml/store-find")
    assert _shown(page) == 5
    page.get_by_role("button", name="blocked").click()
    assert _shown(page) == 1


def test_searches_everything_in_a_step_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("/")
    page.keyboard.type("jpeg LOSSLESS")
    assert _shown(page) == 1
    page.keyboard.press("Escape")
    assert _shown(page) == TOTAL
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.type("A-ASSOCIATE-RJ")
    assert page.locator(".scenario:visible h4").all_inner_texts() == ["pass An unknown called AE title is refused"]
    page.keyboard.press("Control+a")
    page.keyboard.type("no such words")
    assert _shown(page) == 0
    assert page.locator("#nothing").is_visible()


def test_buttons_work_by_keyboard_and_say_their_state(page: Page) -> None:
    button = page.get_by_role("button", name="error")
    button.focus()
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert _shown(page) == 1
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    assert _shown(page) == TOTAL


def test_a_link_leads_to_a_check_that_the_filter_hides(page: Page) -> None:
    page.get_by_role("button", name="pass").click()
    link = page.locator("#attention a").first
    target = page.locator(link.get_attribute("href") or "")
    assert not target.is_visible()
    link.click()
    target.wait_for(state="visible")
    assert _shown(page) == TOTAL


WIDTHS = [320, 360, 768, 1280, 1920]


def _assert_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    within = (
        "[...document.querySelectorAll('body *')].filter((e) => !e.closest('.scroll, .hidden, .skip, thead, option'))"
    )
    out = f"{within}.filter((e) => e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML)"
    assert page.evaluate(out) == []


@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_overflows(page: Page, width: int) -> None:
    _assert_fits(page, width)


def test_a_phone_gets_lines_that_can_be_read(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    cells = "[...document.querySelectorAll('.check [data-label], .check th')]"
    assert min(page.evaluate(f"{cells}.map((e) => e.getBoundingClientRect().width)")) > 180


def test_a_phone_shows_the_matrix_beside_the_names(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    cells = "[...document.querySelectorAll('.matrix tbody td:nth-of-type(3)')]"
    assert max(page.evaluate(f"{cells}.map((e) => e.getBoundingClientRect().right)")) < 360


@pytest.mark.parametrize("width", [360, 1280])
def test_long_words_are_broken(browser: Browser, tmp_path: Path, width: int) -> None:
    long = "W" * 300
    run = sample()
    run.run_id = run.tool = run.command = run.internal_error = run.traceback = long
    run.peers = {long: PeerRecord(long, long, long, long, long, long, long, long, (long,))}
    step = run.steps[0]
    context = replace(step.associations[0].contexts[0], abstract_syntax=long, transfer_syntaxes=(long,), result=long)
    association = replace(
        step.associations[0],
        address=long,
        calling_ae_title=long[:16],
        called_ae_title=long[:16],
        contexts=(context,),
        pdus=(replace(step.associations[0].pdus[0], summary=long),),
        ending=long,
        deviations=(long,),
        wire=long,
    )
    check = replace(
        step.checks[0],
        id=f"{step.id}/{long}",
        expected=long,
        observed=long,
        reason=long,
        diagnosis=DiagnosisRecord(long, "effect", "theirs", long, long, (long,), (long,), long, long, (long,), long),
        clauses=(long,),
        verdict=Verdict.FAIL,
        source=long,
    )
    run.steps = [
        replace(step, title=long, source=long, checks=(check,), associations=(association,), details=(long,)),
    ]
    run.scenarios = [replace(run.scenarios[0], name=long, peer=long, tags=(long,))]
    page = browser.new_page()
    page.goto(write_reports(run, tmp_path)["html"].as_uri())
    _assert_fits(page, width)
    page.close()


def test_without_scripts_everything_is_shown(browser: Browser, report: Path) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert _shown(page) == TOTAL
    assert not page.locator("#filter").is_visible()
    page.locator("details.wire summary").first.click()
    assert page.locator("details.wire").first.get_by_text("C-ECHO-RQ, message 1").is_visible()
    context.close()


def test_prints_whole(page: Page) -> None:
    page.emulate_media(media="print")
    assert not page.locator("#filter").is_visible()
    pdf = page.pdf(format="A4")
    assert pdf.startswith(b"%PDF")
    # What was folded before is folded again, when the page is told that it is printed.
    page.locator("details.diagnosis:not([open])").first.wait_for(state="attached")


def test_on_paper_nothing_is_cut(page: Page) -> None:
    """What must stay together says so and is shorter than a page; nothing is wider than the paper."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 672, "height": 1000})  # A4 less its margins, in CSS pixels
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    whole = "[...document.querySelectorAll('tr, .problems > li, .sequence > svg, .peer, .signatures, .strip')]"
    kept = page.evaluate(f"{whole}.map((e) => [getComputedStyle(e).breakInside, e.getBoundingClientRect().height])")
    assert len(kept) > 50
    assert {breaking for breaking, _ in kept} == {"avoid"}
    assert max(height for _, height in kept) < 900
    assert page.evaluate("document.documentElement.scrollWidth") <= 672


# Contrast of every text against what lies below it, as WCAG 2.2 computes it.
CONTRASTS = """
() => {
  const channels = (color) => color.match(/[\\d.]+/g).map(Number);
  const linear = (c) => ((c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const below = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = channels(getComputedStyle(at).backgroundColor);
      if (found.length < 4 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const texts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!texts.length || element.closest("script, option")) continue;
    const style = getComputedStyle(element);
    const color = channels(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const [high, dark] = [luminance(color), luminance(below(element))].sort((a, b) => b - a);
    if ((high + 0.05) / (dark + 0.05) < 4.5) low.push(element.outerHTML);
  }
  return low;
}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_the_contrast_of_aa(page: Page, scheme: Literal["light", "dark"]) -> None:
    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    page.get_by_role("button", name="fail").click()
    assert page.evaluate(CONTRASTS) == []
    page.evaluate("document.querySelector('h1').style.color = getComputedStyle(document.body).backgroundColor")
    assert len(page.evaluate(CONTRASTS)) == 1, "the measure itself sees what is too pale"


def test_prints_what_is_folded_but_for_what_fills_pages(page: Page) -> None:
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.diagnosis:not([open])").count() == 0
    assert page.locator(".step[data-verdict=fail] details.wire:not([open])").count() == 0
    assert page.locator(".step[data-verdict=pass] details.wire[open]").count() == 0
    assert page.locator("details.log[open]").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.diagnosis:not([open])").count() > 0


def test_shows_the_bytes_of_a_pdu_on_demand(page: Page) -> None:
    button = page.get_by_role("button", name="A-ASSOCIATE-RQ")
    assert button.count() == 1, "only PDUs of captured associations have bytes"
    button.focus()
    page.keyboard.press("Enter")
    shown = page.locator("pre.hex").inner_text().splitlines()
    assert shown[0] == "0000  01 00 00 00 00 cd 00 01 00 00 41 52 43 48 49 56  ..........ARCHIV"
    assert shown[1].startswith("0010  45 20")
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Enter")
    assert page.locator("pre.hex").count() == 0


def test_what_is_to_be_sent_can_be_copied(page: Page) -> None:
    page.get_by_role("button", name="Copy").click()
    assert page.evaluate("getSelection().toString()").strip() == "Which keys do you match?"


def test_follows_the_color_scheme(page: Page) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page.emulate_media(color_scheme="light")
    light = page.evaluate(background)
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(background) != light


def test_hostile_texts_do_nothing(browser: Browser, tmp_path: Path) -> None:
    run = sample()
    run.command = " ".join(HOSTILE)
    hostile = " ".join(HOSTILE)
    run.peers["archive"] = PeerRecord(hostile, hostile, hostile, hostile)
    path = write_reports(run, tmp_path)["html"]
    page = browser.new_page()
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", dismiss)
    page.goto(path.as_uri())
    assert dialogs == []
    assert _shown(page) == TOTAL
    page.close()


def test_the_policy_stops_a_script_that_got_in(browser: Browser, tmp_path: Path, report: Path) -> None:
    broken = tmp_path / "broken.html"
    attack = "<script>document.title = 'owned'</script><img src=x onerror=\"document.title = 'owned'\">"
    broken.write_text(report.read_text(encoding="utf-8").replace("<main>", f"<main>{attack}"), encoding="utf-8")
    page = browser.new_page()
    page.goto(broken.as_uri())
    assert page.title() != "owned"
    page.close()
