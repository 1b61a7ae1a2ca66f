"""What was seen, held against what a case allows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from harness.engine.conform.judging import expected, judge
from harness.engine.conform.model import Kind, Outcome, Seen
from harness.engine.conform.outcomes import ABORTED, ACCEPTED, CLOSED, REJECTED, aborted_by, status
from harness.results.model import Verdict
from harness.standard.negotiation import Abort
from tests.support.conforming import asking

CASE = asking("judged")
RESET = Seen(Kind.RESET, "the connection is reset")


def test_the_preferred_outcome_passes_without_a_word_and_others_with_a_note() -> None:
    case = replace(CASE, allowed=(aborted_by(2, 2), ABORTED))
    preferred = judge(case, Seen(Kind.ABORTED, "A-ABORT", abort=Abort(2, 2)))
    other = judge(case, Seen(Kind.ABORTED, "A-ABORT", abort=Abort(0, 0)))
    assert (preferred.verdict, preferred.reason) == (Verdict.PASS, "")
    assert other.verdict is Verdict.PASS
    assert other.reason == "allowed; the preferred outcome is: A-ABORT with source 2 and reason 2"
    assert expected(case) == "A-ABORT with source 2 and reason 2, or A-ABORT"


@pytest.mark.parametrize(
    ("allowed", "verdict"),
    [
        ((ABORTED, CLOSED), Verdict.PASS),
        ((ABORTED,), Verdict.SKIPPED),
        ((REJECTED, ACCEPTED), Verdict.SKIPPED),
        ((ACCEPTED,), Verdict.FAIL),
    ],
)
def test_a_reset_decides_only_where_the_association_must_go_on(allowed: tuple[Outcome, ...], verdict: Verdict) -> None:
    judgment = judge(replace(CASE, allowed=allowed), RESET)
    assert judgment.verdict is verdict
    assert ("may have lost the last PDU" in judgment.reason) is (verdict is not Verdict.FAIL)


@pytest.mark.parametrize(
    ("requirement", "verdict"),
    [
        ("ul/tcp-accepted", Verdict.FAIL),
        ("ul/tcp-not-dropped", Verdict.WARNING),
        ("ul/ae-title-case", Verdict.PASS),
    ],
)
def test_a_case_demands_no_more_than_its_requirement(requirement: str, verdict: Verdict) -> None:
    case = replace(CASE, requirements=(requirement,), allowed=(status(0),))
    assert judge(case, Seen(Kind.SILENT, "nothing")).verdict is verdict
