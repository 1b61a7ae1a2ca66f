"""Requirements and what tests them: the page is up to date, and verifiers name requirements that exist."""

from __future__ import annotations

from harness.standard.requirements.catalogue import REQUIREMENTS
from tools.make_coverage import PAGE, coverage, page


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run `make docs`"


def test_no_verifier_names_an_unknown_requirement() -> None:
    unknown = {identifier: names for identifier, names in coverage().items() if identifier not in REQUIREMENTS}

    assert not unknown


def test_what_is_not_tested_has_a_reason() -> None:
    tests = coverage()

    assert [row.id for row in REQUIREMENTS.values() if not row.untested and not tests[row.id]] == []


def test_what_cannot_be_tested_is_not_tested() -> None:
    tests = coverage()

    assert not {row.id: tests[row.id] for row in REQUIREMENTS.values() if row.untested and tests[row.id]}
