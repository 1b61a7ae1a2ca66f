"""What the ladder found, as lines for a terminal and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from harness.diagnosis.model import Diagnosis
from harness.diagnosis.record import record_of
from harness.diagnosis.slowness import slow_stages
from harness.observe.rungs import Climb, RungName, RungState
from harness.reporting.console_text import Line
from harness.reporting.diagnosis_text import diagnosis_facts
from harness.reporting.text import duration, one_line

NOTHING_WRONG = "nothing-wrong"
_LABEL_WIDTH = 10
_WIDTH = max(len(name) for name in RungName) + 1


def climb_lines(climb: Climb, diagnosis: Diagnosis | None) -> Iterator[Line]:
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
    yield from _diagnosis_lines(diagnosis)


def _diagnosis_lines(diagnosis: Diagnosis | None) -> Iterator[Line]:
    if diagnosis is None:
        yield [("Nothing wrong was found.", "strong"), (f"  [{NOTHING_WRONG}]", "dim")]
        return
    for text in diagnosis.evidence:
        yield [("seen".ljust(_LABEL_WIDTH), "dim"), (one_line(text), "")]
    for label, text in diagnosis_facts(record_of(diagnosis)):
        yield [(label.ljust(_LABEL_WIDTH), "dim"), (one_line(text), "strong" if label == "diagnosis" else "")]


def climb_data(climb: Climb, diagnosis: Diagnosis | None) -> dict[str, Any]:
    """The same as data for programs. The schema number changes when something is taken away."""
    return {
        "schema": 1,
        "address": climb.address,
        "calling_ae_title": climb.calling_ae_title,
        "tls": climb.with_tls,
        "code": NOTHING_WRONG if diagnosis is None else diagnosis.code,
        "seconds": round(climb.seconds, 3),
        "rungs": [
            {"name": rung.name.value, "state": rung.state.value, "text": rung.text, "seconds": rung.seconds}
            for rung in climb.rungs
        ],
        "diagnosis": None if diagnosis is None else asdict(record_of(diagnosis)),
        "titles": climb.titles and {"called": climb.titles.called.value, "calling": climb.titles.calling.value},
        "slow": [{"code": code, "evidence": text} for code, text in slow_stages(climb)],
        "not_verified": list(climb.not_tried),
    }
