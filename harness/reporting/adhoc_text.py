"""What the ad-hoc commands say of a run of one step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from harness.reporting.check_text import Line, check_lines, verdict_mark
from harness.reporting.outline import outline
from harness.reporting.text import duration, one_line
from harness.results.model import RunResult, Verdict
from harness.results.rollup import run_errors


def verdict_lines(run: RunResult, address: str, summary: str) -> Iterator[Line]:
    """The verdict with what was seen in short, then each check: why it did not pass, or what was observed.

    What several checks did not pass for is explained once.
    """
    explained: set[str] = set()
    for scenario in outline(run):
        for step in scenario.steps:
            words = f"{step.step.service} {address}" + (f": {summary}" if summary else "")
            took = f"  {duration(step.step.seconds)}" if step.step.associations else ""
            yield [*verdict_mark(step.verdict, 0), (one_line(words), "strong"), (took, "dim")]
            for view in step.checks:
                if view.verdict is Verdict.PASS:
                    yield [(f"         {view.name}: {one_line(view.check.observed)}", "dim")]
                # The command line is before the eyes of who reads this.
                shown = replace(view, check=replace(view.check, source=""))
                code = view.check.diagnosis.code if view.check.diagnosis is not None else ""
                yield from check_lines(shown, view.name, explained=code in explained)
                explained.add(code)
    for error in run_errors(run):
        yield [(f"{error.name}: {one_line(error.text)}", "error")]
