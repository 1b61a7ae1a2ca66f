"""`report.html` by its structure; how it behaves in a browser is tested beside."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from lxml import etree

from harness.reporting.html import ATTENTION_SHOWN, LEFT_BEHIND_SHOWN, html_text, segments
from harness.reporting.html_bounds import ROOM, drawn_steps
from harness.reporting.text import one_line
from harness.results.model import RunResult, ScenarioRecord, StepResult, Verdict
from harness.results.rollup import counts
from tests.reporting.sample import sample
from tests.support.random_results import HOSTILE, run_results

ELEMENTS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "article", "script"),
    *("h1", "h2", "h3", "h4", "h5", "p", "a", "span", "b", "small", "strong", "code", "pre", "time", "div", "br"),
    *("ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "details", "summary"),
    *("form", "button", "label", "select", "option", "input", "output", "figure", "figcaption", "blockquote", "i"),
    *("svg", "symbol", "use", "g", "rect", "line", "path", "circle", "text", "foreignobject"),
}


def _parsed(run: RunResult) -> etree._Element:
    return etree.HTML(html_text(run))


def _text(element: etree._Element) -> str:
    return one_line("".join(element.itertext()))


def test_every_check_is_there_once_with_both_sides() -> None:
    run = sample()
    rows = _parsed(run).findall(".//tr[@class='check']")
    assert [row.get("data-verdict") for row in rows] == [check.verdict.value for check in run.checks]
    for row, check in zip(rows, run.checks, strict=True):
        cells = [_text(cell) for cell in row]
        assert cells[0] == check.verdict.value
        assert check.id.endswith(f"/{cells[1]}")
        assert cells[2] == check.expected
        assert cells[3].startswith(check.observed)
        for text in (
            check.reason,
            check.expected_failure,
            *check.clauses,
            *([check.diagnosis.title, check.diagnosis.code] if check.diagnosis else []),
        ):
            assert text in cells[3]


def test_the_bytes_of_a_check_are_folded_below_it() -> None:
    run = sample()
    echo = run.steps[0]
    run.steps[0] = replace(echo, checks=(replace(echo.checks[0], evidence=("sent A-ABORT: 07 00",)),))
    (details,) = _parsed(run).findall(".//details[@class='evidence']")
    assert _text(details) == "The bytes of status sent A-ABORT: 07 00"


def test_what_a_scenario_verifies_is_told_once() -> None:
    run = sample()
    echo = run.steps[0]
    checks = tuple(replace(check, clauses=("PS3.7 9.1.5",)) for check in echo.checks)
    lint = replace(checks[0], id=f"{echo.id}/lint/reserved", clauses=("PS3.8 9.3.2",))
    run.steps[0] = replace(echo, checks=(*checks, lint))
    scenario = _parsed(run).find(".//article[@id='s1']")
    assert scenario is not None
    assert _text(scenario).count("PS3.7 9.1.5") == 1
    assert "Verifies PS3.7 9.1.5" in _text(scenario)
    assert _text(scenario).count("PS3.8 9.3.2") == 1


def test_anchors_lead_somewhere_and_are_unique() -> None:
    document = _parsed(sample())
    ids = document.xpath("//@id")
    assert len(ids) == len(set(ids))
    inner = [link[1:] for link in document.xpath("//a/@href") if link.startswith("#")]
    assert len(inner) > 10
    assert set(inner) <= set(ids)


def test_contexts_and_pdus_are_named() -> None:
    text = _text(_parsed(sample()))
    for part in (
        "CT Image Storage 1.2.840.10008.5.1.4.1.1.2",
        "JPEG Lossless SV1",
        "Study Root Query/Retrieve Information Model - FIND",
        "acceptance: Explicit VR Little Endian",
        "sent A-ASSOCIATE-RQ HARNESS to ARCHIVE, 1 presentation context",
        "the same 118 more times",
        "A-ASSOCIATE-AC: reserved byte 2 is 01H, 00H expected (PS3.8 9.3.3)",
        "OFFIS_DCMTK_367",
        "receives PDUs of at most 16,384 bytes",
        "connect 1.1 ms",
        "Orthanc ended before it answered a C-ECHO",
        "TCP port of the DICOM server is already in use",
        "2 x CT Image Storage in Explicit VR Little Endian: presentation context 1, status 0000H",
    ):
        assert part in text


def test_nothing_is_loaded_from_anywhere() -> None:
    document = _parsed(sample())
    assert not document.xpath("//link|//img|//iframe|//object|//script[@src]|//style[contains(., '@import')]")
    assert "url(" not in document.findtext(".//style")
    for link in document.xpath("//a/@href"):
        assert link.startswith(("#", "./")) or re.fullmatch(r"[a-z-]+\.[a-z]+", link)


def test_the_policy_allows_just_the_script_and_style_within() -> None:
    document = _parsed(sample())
    policy = document.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")[0]
    assert "unsafe" not in policy
    for name in ("style", "script"):
        (element,) = document.iter(name)
        digest = base64.b64encode(hashlib.sha256((element.text or "").encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert not document.xpath("//@style|//@onclick")


@settings(deadline=None, max_examples=60)
@given(run_results())
def test_hostile_texts_stay_texts(run: RunResult) -> None:
    text = html_text(run)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", text)
    document = etree.HTML(text)
    assert {element.tag for element in document.iter(etree.Element)} <= ELEMENTS
    assert len(document.findall(".//script")) == 1
    assert not document.xpath("//@*[starts-with(name(), 'on')]")
    for link in document.xpath("//a/@href"):
        assert ":" not in link.split("/")[0]
    assert len(document.findall(".//tr[@class='check']")) == len(run.checks)


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_text_is_shown_to_the_letter(hostile: str) -> None:
    run = sample()
    step = run.steps[0]
    run.steps[0] = replace(step, checks=(replace(step.checks[0], expected=hostile, observed=hostile),))
    row = _parsed(run).find(".//tr[@class='check']")
    assert [_text(cell) for cell in row][2:] == [one_line(hostile)] * 2


def test_links_to_captures_never_have_a_scheme() -> None:
    run = sample()
    step = run.steps[0]
    association = replace(step.associations[0], wire="javascript:alert(1)")
    run.steps[0] = replace(step, associations=(association,))
    links = [link for link in _parsed(run).xpath("//a/@href") if "alert" in link]
    assert links == ["./javascript%3Aalert%281%29"]


def test_segments_fill_the_bar() -> None:
    run = sample()
    parts = segments(run)
    assert sum(part.width for part in parts) == pytest.approx(1000, abs=0.1)
    assert [part.verdict for part in parts] == [verdict for verdict, number in counts(run).items() if number]
    run.steps = []
    assert segments(run) == []


def test_internal_error_and_interruption_are_on_top() -> None:
    run = replace(sample(), interrupted=True, internal_error="KeyError: 'x'", traceback="File a.py, line 1")
    section = _parsed(run).find(".//section[@id='attention']")
    assert "the run was interrupted" in _text(section)
    assert "internal error: KeyError: 'x'" in _text(section)
    assert "File a.py, line 1" in _text(section)


def test_a_run_without_anything() -> None:
    empty = replace(sample(), peers={}, scenarios=[], steps=[], left_behind=[], ended=None)
    text = _text(_parsed(empty))
    for part in ("Nothing was executed.", "No scenario was run.", "No peer was contacted.", "still going on"):
        assert part in text


def test_long_lists_are_cut_and_say_so() -> None:
    run = sample()
    failing = next(step for step in run.steps if step.id.endswith("store-find/2"))
    for number in range(ATTENTION_SHOWN):
        checks = tuple(replace(check, diagnosis=None, reason=str(number)) for check in failing.checks)
        run.steps.append(replace(failing, id=f"f/{number}", scenario="f", checks=checks))
    run.left_behind = run.left_behind * LEFT_BEHIND_SHOWN
    text = _text(_parsed(run))
    assert "problems more, in the evidence below" in text
    assert f"And {LEFT_BEHIND_SHOWN:,} objects more in left-behind.csv" in text


def _section(run: RunResult, name: str) -> etree._Element:
    found = _parsed(run).find(f".//section[@id='{name}']")
    assert found is not None
    return found


def test_checks_that_show_the_same_are_one_problem() -> None:
    run = sample()
    once = len(_section(run, "attention").findall(".//ol/li"))
    failing = next(step for step in run.steps if step.id.endswith("store-find/2"))
    again = [_moved(failing, f"f/{number}") for number in range(4)]
    run.steps += again
    section = _section(run, "attention")
    assert len(section.findall(".//ol/li")) == once
    assert "and 2 checks more that show the same" in _text(section)
    run.steps[-1] = replace(again[-1], checks=tuple(replace(check, peer="other") for check in again[-1].checks))
    assert len(_section(run, "attention").findall(".//ol/li")) == once + 2


def test_a_broken_rule_of_the_lint_is_one_problem_wherever_it_was_seen() -> None:
    run = sample()
    echo = run.steps[0]
    for number, observed in enumerate(("byte 7 is FFH", "byte 9 is FFH")):
        check = replace(echo.checks[0], verdict=Verdict.WARNING, expected="Reserved fields are sent as zero")
        check = replace(check, id=f"f/{number}/lint/reserved", observed=observed, reason=observed)
        run.steps.append(replace(_moved(echo, f"f/{number}"), id=f"f/{number}", checks=(check,)))
    headings = [_text(heading) for heading in _section(run, "attention").iterfind(".//h4")]
    assert [heading for heading in headings if "Reserved" in heading] == [
        "warning Reserved fields are sent as zero archive"
    ]


def test_a_case_of_the_conformance_suite_is_named_itself_not_its_group() -> None:
    run = sample()
    failing = next(step for step in run.steps if step.id.endswith("store-find/2"))
    checks = tuple(replace(check, diagnosis=None) for check in failing.checks[1:2])
    run.steps = [replace(failing, title="A query by UID", service="conform", checks=checks)]
    (heading,) = _section(run, "attention").iterfind(".//h4")
    assert _text(heading) == "fail A query by UID archive"


def test_what_works_in_part_says_so() -> None:
    run = sample()
    skipped = replace(run.steps[0].checks[1], verdict=Verdict.SKIPPED)
    run.steps[0] = replace(run.steps[0], checks=(run.steps[0].checks[0], skipped))
    assert "The archive answers a C-ECHO (1 of 2 checks, the others were skipped)" in _text(_section(run, "working"))


def test_the_administrator_reads_what_to_do_and_whom_to_ask() -> None:
    text = _text(_section(sample(), "attention"))
    for part in (
        "A unique key was treated as universal matching archive on the other side",
        "Expected: 1 matchesObserved: 120 matches; the peer did not use the key StudyInstanceUID",
        "Ask for one study by another key.",
        "To send to the other sideWhich keys do you match?",
        "1 check of What is stored is found: step 2 failed",
    ):
        assert part in text


def test_what_works_names_only_what_passed_as_a_whole() -> None:
    text = _text(_section(sample(), "working"))
    assert text.startswith("What works archive: 3 scenarios")
    assert "The archive answers a C-ECHO" in text
    assert "What is stored is found" not in text
    assert "The production archive" in _text(_section(sample(), "not-tested"))


def test_what_follows_a_skipped_step_is_told_with_it() -> None:
    run = sample()
    skipped = next(step for step in run.steps if step.id.endswith("write/1"))
    reason = skipped.checks[0].reason
    after = replace(skipped.checks[0], id="x", reason=f"step 1 was skipped: {reason}")
    run.steps.append(replace(skipped, id="y", checks=(after,)))
    text = _text(_section(run, "not-tested"))
    assert "2 checks of The production archive is not written to" in text
    assert text.count("needs `--allow-writes archive`") == 1


def test_who_signs_reads_scope_levels_deviations_and_what_is_left_to_check() -> None:
    run = sample()
    section = _section(run, "sign-off")
    text = _text(section)
    for part in (
        "dicom-harness 0.1.0, Python 3.11.2",
        "editions 2020 to 2025a",
        "ARCHIVE@pacs.example.org:104",
        "OFFIS_DCMTK_367 1.2.276.0.7230010.3.0.3.6.7",
        "required620111",
        "recommended001000",
        "1 match (expected: 2 matches)PACS-1234radiology IT2027-03-31",
        "The images are shown right on a diagnostic workstation.",
        "left behind on archive (2 objects) was removed",
        "Tested by NameRole and organizationPlace and dateSignature Accepted by",
    ):
        assert part in text
    assert all(not _text(line) for line in section.iterfind(".//dd[@class='line']"))
    quiet = replace(run, steps=run.steps[:1], left_behind=[])
    text = _text(_section(quiet, "sign-off"))
    assert "None: no failure was accepted beforehand." in text
    assert "left behind" not in text


@pytest.mark.parametrize(
    ("kind", "number", "checks"),
    [("echo/1", 500, slice(2)), ("store-find/2", 500, slice(2)), ("store-find/2", 1000, slice(1, 2))],
    ids=["passing", "failing", "each in a scenario of its own"],
)
def test_a_thousand_checks_fit_into_two_megabytes(kind: str, number: int, checks: slice) -> None:
    run = sample()
    step = next(step for step in run.steps if step.id.endswith(kind))
    step = _with_heads(replace(step, checks=step.checks[checks]), "00" * 512)
    run.scenarios = [ScenarioRecord(f"f/{n}", "The archive answers", "archive") for n in range(number)]
    run.steps = [_moved(step, f"f/{n}") for n in range(number)]
    assert len(run.checks) == 1000
    assert 0 < len(drawn_steps(run)) < number
    assert len(html_text(run).encode()) < 2_000_000


def test_a_diagnosis_that_many_checks_have_is_told_in_full_once() -> None:
    run = sample()
    failing = next(step for step in run.steps if step.id.endswith("store-find/2"))
    run.steps += [_moved(failing, f"f/{number}") for number in range(5)]
    assert len(_parsed(run).findall(".//details[@class='diagnosis']")) == 1


def test_of_a_very_long_run_what_did_not_pass_is_drawn_first() -> None:
    run = sample()
    run.steps = [_moved(run.steps[0], f"f/{number}") for number in range(700)] + run.steps
    drawn = drawn_steps(run)
    assert {step.id for step in sample().steps if "store-find/2" in step.id or "syntax" in step.id} <= drawn
    assert len(drawn) < 600
    assert "Left out, because this run is very long" in _text(_parsed(run))


def test_bytes_of_pdus_are_bounded_and_those_of_failures_come_first() -> None:
    run = sample()
    failing = next(step for step in run.steps if step.id.endswith("store-find/2"))
    run.steps = [_with_heads(_moved(run.steps[0], f"f/{number}"), "00" * 512) for number in range(200)]
    run.steps += [_with_heads(failing, "00" * 512)]
    assert 0 < sum(map(len, _parsed(run).xpath("//@data-head"))) <= ROOM
    assert _parsed(run).xpath(f"count(//article[header//code='{failing.scenario}']//@data-head)") > 0


def _with_heads(step: StepResult, head: str) -> StepResult:
    associations = tuple(
        replace(association, pdus=tuple(replace(pdu, head=head) for pdu in association.pdus))
        for association in step.associations
    )
    return replace(step, associations=associations)


def _moved(step: StepResult, scenario: str) -> StepResult:
    checks = tuple(
        replace(check, id=f"{scenario}/1/{check.id.rpartition('/')[2]}", scenario=scenario) for check in step.checks
    )
    return replace(step, id=f"{scenario}/1", scenario=scenario, checks=checks)


# Colors


def _palettes() -> dict[str, dict[str, str]]:
    css = _parsed(sample()).findtext(".//style")
    blocks = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    light, dark, printed = (dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{3,6});", block)) for block in blocks)
    return {"light": light, "dark": light | dark, "print": light | printed}


def _luminance(color: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    digits = color.lstrip("#")
    digits = "".join(digit * 2 for digit in digits) if len(digits) == 3 else digits
    channels = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4 for channel in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark", "print"])
def test_contrast_is_at_least_aa(scheme: str) -> None:
    colors = _palettes()[scheme]
    pairs = [(ink, paper) for ink in ("ink", "soft", "link") for paper in ("paper", "raised")]
    for verdict in Verdict:
        pairs += [(verdict.value, "paper"), (verdict.value, f"{verdict.value}-tint"), (verdict.value, "raised")]
    for one, other in pairs:
        assert _contrast(colors[one], colors[other]) >= 4.5, (one, other)
