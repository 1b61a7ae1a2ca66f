"""Folding of PDUs: what repeats, and nothing else, is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.observe.trace import FIRST_PDUS_KEPT
from harness.reporting.ladder import FIRST_ROWS, LAST_ROWS, Gap, ladder
from harness.results.model import AssociationRecord, PduRecord

_EMPTY = AssociationRecord("host:104", "HARNESS", "ARCHIVE", "requestor", (), (), {}, "released")


def _rows(*summaries: str, left_out: int = 0) -> list[str]:
    pdus = tuple(
        PduRecord(0.001 * number, "sent", "P-DATA-TF", 10 + number, summary) for number, summary in enumerate(summaries)
    )
    shown = ladder(replace(_EMPTY, pdus=pdus, pdus_left_out=left_out)).rows
    return [f"({row.text})" if isinstance(row, Gap) else row.summary for row in shown]


def test_ends_are_ours_first_whoever_asked_for_the_association() -> None:
    found = ladder(_EMPTY)
    assert (found.us, found.peer) == ("HARNESS", "ARCHIVE")
    found = ladder(replace(_EMPTY, role="acceptor", calling_ae_title="ARCHIVE", called_ae_title="HARNESS"))
    assert (found.us, found.peer) == ("HARNESS", "ARCHIVE")


def test_a_response_that_repeats_is_folded() -> None:
    pending = [f"C-FIND-RSP {number}, status FF00H" for number in (7, 7, 7, 7, 7)]
    assert _rows("C-FIND-RQ 7", *pending, "C-FIND-RSP 7, status 0000H") == [
        "C-FIND-RQ 7",
        pending[0],
        "(the same 3 more times)",
        pending[0],
        "C-FIND-RSP 7, status 0000H",
    ]


def test_an_exchange_that_repeats_is_folded_though_its_message_ids_differ() -> None:
    exchanges = [
        text
        for number in range(1, 7)
        for text in (f"C-STORE-RQ {number}", "data set", f"C-STORE-RSP {number}, status 0000H")
    ]
    assert _rows(*exchanges) == [*exchanges[:3], "(the same 3 PDUs 4 more times)", *exchanges[-3:]]


def test_another_status_is_not_folded() -> None:
    good, bad = "C-STORE-RSP 1, status 0000H", "C-STORE-RSP 1, status A700H"
    assert _rows(good, good, good, good, bad, good) == [good, "(the same 2 more times)", good, bad, good]


@pytest.mark.parametrize("repeats", [1, 2, 3])
def test_little_is_not_folded(repeats: int) -> None:
    assert _rows(*["a"] * repeats) == ["a"] * repeats


def test_very_long_associations_are_cut_in_the_middle() -> None:
    summaries = [f"p{number}" for number in range(200)]
    rows = _rows(*summaries)
    assert rows[:FIRST_ROWS] == summaries[:FIRST_ROWS]
    assert rows[FIRST_ROWS] == "(120 PDUs not shown here, results.json has them)"
    assert rows[FIRST_ROWS + 1 :] == summaries[-LAST_ROWS:]


def test_what_is_folded_where_it_is_cut_counts_too() -> None:
    summaries = [*(f"p{number}" for number in range(80)), *["same"] * 50, *(f"q{number}" for number in range(80))]
    assert _rows(*summaries)[FIRST_ROWS] == "(130 PDUs not shown here, results.json has them)"


def test_pdus_that_were_not_kept_are_told_where_they_are_missing() -> None:
    first, last = ["a"] * FIRST_PDUS_KEPT, ["a"] * 5
    assert _rows(*first, *last, left_out=7000) == [
        *("a", "(the same 998 more times)", "a"),
        "(7,000 PDUs of which nothing is kept)",
        *("a", "(the same 3 more times)", "a"),
    ]
    summaries = [f"p{number}" for number in range(FIRST_PDUS_KEPT + 200)]
    cut = "(8,120 PDUs not shown here, results.json has 1,120 of them)"
    assert _rows(*summaries, left_out=7000)[FIRST_ROWS] == cut


@settings(deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=60))
def test_gaps_account_for_every_pdu(summaries: list[str]) -> None:
    rows = _rows(*summaries)
    position = 0
    for index, row in enumerate(rows):
        if row.startswith("(the same"):
            words = row.strip("()").split()
            length = int(words[2]) if words[3].startswith("PDU") else 1
            times = int(words[-3])
            assert rows[index - length : index] == rows[index + 1 : index + 1 + length]
            assert summaries[position : position + length * times] == rows[index - length : index] * times
            position += length * times
        else:
            assert row == summaries[position]
            position += 1
    assert position == len(summaries)
