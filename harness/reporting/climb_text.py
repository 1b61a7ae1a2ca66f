"""What the ladder found, as lines for a terminal and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.diagnosis.climb import Finding
from harness.diagnosis.slowness import slow_stages
from harness.observe.rungs import Climb, RungName, RungState
from harness.reporting.console_text import Line
from harness.reporting.text import duration, one_line

NOTHING_WRONG = "nothing-wrong"
_WIDTH = max(len(name) for name in RungName) + 1


def climb_lines(climb: Climb, finding: Finding | None) -> Iterator[Line]:
    """Each rung that was tried, then the cause."""
    yield [(f"{climb.calling_ae_title} -> {climb.address}", "strong"), (f"  {duration(climb.seconds)}", "dim")]
    for rung in climb.rungs:
        style = "pass" if rung.state is RungState.HOLDS else "fail"
        took = f"  {duration(rung.seconds)}" if rung.seconds is not None else ""
        yield [
            (f"{rung.state.value:<8}", style),
            (f"{rung.name.value:<{_WIDTH}}", ""),
            (one_line(rung.text), ""),
            (took, "dim"),
        ]
    if climb.titles is not None:
        yield [(f"{'':<8}AE titles: {climb.titles}", "")]
    for code, text in slow_stages(climb):
        yield [(f"{'':<8}slow: {text}", "warning"), (f"  [{code}]", "dim")]
    if climb.not_tried:
        yield [(f"{'':<8}not verified: {'; '.join(climb.not_tried)}", "dim")]
    yield []
    yield from _finding_lines(finding)


def _finding_lines(finding: Finding | None) -> Iterator[Line]:
    if finding is None:
        yield [("Nothing wrong was found.", "strong"), (f"  [{NOTHING_WRONG}]", "dim")]
        return
    yield [("Diagnosis", "strong"), (f"  [{finding.code}]", "dim")]
    yield from ([(f"  seen: {one_line(text)}", "")] for text in finding.evidence)
    if finding.others:
        yield [(f"  not ruled out: {', '.join(finding.others)}", "")]


def climb_data(climb: Climb, finding: Finding | None) -> dict[str, Any]:
    """The same as data for programs. The schema number changes when something is taken away."""
    return {
        "schema": 1,
        "address": climb.address,
        "calling_ae_title": climb.calling_ae_title,
        "tls": climb.with_tls,
        "code": NOTHING_WRONG if finding is None else finding.code,
        "seconds": round(climb.seconds, 3),
        "rungs": [
            {"name": rung.name.value, "state": rung.state.value, "text": rung.text, "seconds": rung.seconds}
            for rung in climb.rungs
        ],
        "diagnosis": finding
        and {"code": finding.code, "evidence": list(finding.evidence), "others": list(finding.others)},
        "titles": climb.titles and {"called": climb.titles.called.value, "calling": climb.titles.calling.value},
        "slow": [{"code": code, "evidence": text} for code, text in slow_stages(climb)],
        "not_verified": list(climb.not_tried),
    }
