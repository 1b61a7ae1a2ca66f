"""`left-behind.csv`: what a run wrote to peers and did not take back, for whoever tidies up there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields

from harness.results.particulars import LeftBehind

LEFT_BEHIND_NAME = "left-behind.csv"

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def left_behind_text(left_behind: Iterable[LeftBehind]) -> str:
    """The text of `left-behind.csv`: a header, and a line for each object, or for all that a load left of one study.

    The file is written also when nothing was left: the header alone says so, and a missing file says nothing. A
    value that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([field.name for field in fields(LeftBehind)])
    writer.writerows([_cell(value) for value in astuple(left)] for left in left_behind)
    return text.getvalue()


def objects_in(left_behind: Iterable[LeftBehind]) -> int:
    """How many objects these are."""
    return sum(left.instances for left in left_behind)


def _cell(value: str | int) -> str:
    text = str(value)
    return "'" + text if text.startswith(_FORMULA_STARTS) else text
