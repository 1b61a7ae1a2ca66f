"""The PDUs of a run as the ad-hoc commands show them with `--trace`."""

from __future__ import annotations

from collections.abc import Iterator

from harness.reporting.check_text import Line
from harness.reporting.ladder import Gap, ladder
from harness.reporting.text import one_line
from harness.results.model import AssociationRecord, RunResult


def trace_lines(run: RunResult) -> Iterator[Line]:
    """Every PDU of every association of the run, what repeats folded."""
    for step in run.steps:
        for association in step.associations:
            yield from _association(association)


def _association(association: AssociationRecord) -> Iterator[Line]:
    shown = ladder(association)
    yield [(f"{shown.us} -> {shown.peer} at {association.address}", "strong"), (f" ({association.role})", "dim")]
    for row in shown.rows:
        if isinstance(row, Gap):
            yield [(f"{'':>11}  ... {row.text}", "dim")]
        else:
            arrow = ">" if row.direction == "sent" else "<"
            words = f"{row.name}, {row.length:,} bytes  {one_line(row.summary)}".rstrip()
            yield [(f"{row.seconds * 1000:>8.1f} ms  {arrow} {words}", "")]
    for deviation in association.deviations:
        yield [(f"{'':>11}  ! {one_line(deviation)}", "warning")]
    yield [(f"{'':>11}  {one_line(association.ending)}", "dim")]
