"""What the ad-hoc commands say of a run of one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.reporting.console_text import Line, check_lines, verdict_mark
from harness.reporting.ladder import Gap, ladder
from harness.reporting.outline import outline
from harness.reporting.text import duration, one_line
from harness.results.model import AssociationRecord, RunResult, Verdict
from harness.results.rollup import run_errors


def verdict_lines(run: RunResult, address: str, summary: str) -> Iterator[Line]:
    """The verdict with what was seen in short, then each check: why it did not pass, or what was observed."""
    for scenario in outline(run):
        for step in scenario.steps:
            words = f"{step.step.service} {address}" + (f": {summary}" if summary else "")
            took = f"  {duration(step.step.seconds)}" if step.step.associations else ""
            yield [*verdict_mark(step.verdict, 0), (one_line(words), "strong"), (took, "dim")]
            for view in step.checks:
                if view.verdict is Verdict.PASS:
                    yield [(f"         {view.name}: {one_line(view.check.observed)}", "dim")]
                # The command line is before the eyes of who reads this.
                yield from check_lines(replace(view, check=replace(view.check, source="")), view.name)
    for error in run_errors(run):
        yield [(f"{error.name}: {one_line(error.text)}", "error")]


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
