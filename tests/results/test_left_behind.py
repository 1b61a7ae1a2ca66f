"""`left-behind.csv`."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.results.left_behind import left_behind_text
from harness.results.particulars import LeftBehind

HEADER = "peer,address,sop_class_uid,sop_instance_uid,study_instance_uid,patient_id,status,instances\n"


def test_nothing_left_behind_is_said_by_the_header_alone() -> None:
    assert left_behind_text([]) == HEADER


def test_lines() -> None:
    left = LeftBehind("archive", "ARCHIVE@host:104", "1.2", "2.25.1", "2.25.2", 'ZZ, "1"', "0000H")
    assert left_behind_text([left]) == HEADER + 'archive,ARCHIVE@host:104,1.2,2.25.1,2.25.2,"ZZ, ""1""",0000H,1\n'


@settings(deadline=None)
@given(st.lists(st.builds(LeftBehind, *[st.text(st.characters(exclude_characters="\r\0"))] * 7), max_size=3))
def test_spreadsheets_read_every_value_and_no_formula(left_behind: list[LeftBehind]) -> None:
    rows = list(csv.reader(io.StringIO(left_behind_text(left_behind), newline="")))[1:]
    assert len(rows) == len(left_behind)
    for row, left in zip(rows, left_behind, strict=True):
        for cell, value in zip(row, astuple(left), strict=True):
            assert not cell.startswith(("=", "+", "-", "@", "\t"))
            assert cell.removeprefix("'") == str(value).removeprefix("'")
