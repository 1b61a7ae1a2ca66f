"""What is known of products: rows of cases and rules that exist, and a page that is up to date."""

from __future__ import annotations

import pytest

from harness.checks.lint.catalogue import RULES
from harness.engine.conform.cases.catalogue import CASES
from harness.engine.known import with_known
from harness.results.model import Check, Level, Verdict
from harness.standard.known_products import known_of
from tools.make_interop import BINDING, PAGE, page, reviewed, reviews, rows

SUBJECTS = {case.id for case in CASES} | {f"lint/{name}" for name in RULES}


def test_the_page_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run `make docs`"


def test_rows_are_of_cases_and_rules_that_exist() -> None:
    assert [subject for _, subject, _, _ in rows() if subject not in SUBJECTS] == []
    assert len({row[:2] for row in rows()}) == len(rows())
    assert all(all(row) for row in rows())


def test_every_finding_was_read_in_its_clause_and_nothing_else_stands_there() -> None:
    found = {subject: reviewed(subject) for _, subject, _, _ in rows()}
    assert {subject: patterns for subject, patterns in found.items() if len(patterns) != 1} == {}
    assert {pattern for pattern, _, _ in reviews()} == {pattern for (pattern,) in found.values()}


def test_a_reading_that_finds_no_sentence_holds_nobody_to_one() -> None:
    """What is not said, only follows or is left open, advises."""
    unsaid = ("is not said", "only follows", "left open", "does not say")
    for _, subject, _, _ in rows():
        (reading,) = [text for pattern, _, text in reviews() if [pattern] == reviewed(subject)]
        assert not (BINDING[subject] and any(words in reading for words in unsaid)), subject


@pytest.mark.parametrize(
    ("check_id", "verdict", "known"),
    [
        ("conform/storage/invalid/uid-invalid/outcome", Verdict.WARNING, True),
        ("conform/storage/invalid/uid-invalid/outcome", Verdict.PASS, False),
        ("conform/lint/peer/lint/role-answer", Verdict.FAIL, True),
        ("file/scenario/1/lint/role-answer", Verdict.WARNING, True),
        ("file/scenario/1/status", Verdict.FAIL, False),
    ],
)
def test_only_what_failed_as_is_known_is_marked(check_id: str, verdict: Verdict, known: bool) -> None:
    check = Check(check_id, "", "", "peer", Level.REQUIRED, verdict, "", "")
    (marked,) = with_known([check], "OFFIS_DCMTK_367")
    assert bool(marked.known_of) is known
    assert with_known([check], "ANOTHER_1")[0] == check
    assert with_known([check], None)[0] == check


def test_products_are_named() -> None:
    assert "Orthanc 1.10.1" in known_of("OFFIS_DCMTK_367", "lint/role-answer")
