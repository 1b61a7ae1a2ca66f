"""What the ladder found, as lines for a terminal and as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from harness.diagnosis.hints import hints_of
from harness.diagnosis.model import Diagnosis
from harness.diagnosis.record import record_of
from harness.observe.rungs import Climb, RungName, RungState
from harness.reporting.check_text import Line
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
    if climb.stages:
        times = ", ".join(f"{stage} {duration(took)}" for stage, took in climb.stages.items())
        yield [(f"{'':<8}time: {times}", "dim")]
    for hint in hints_of(climb):
        yield from hint_lines(hint)
    if climb.not_tried:
        yield [(f"{'':<8}not verified: {'; '.join(climb.not_tried)}", "dim")]
    yield []
    if diagnosis is None:
        yield [("Nothing wrong was found.", "strong"), (f"  [{NOTHING_WRONG}]", "dim")]
    else:
        yield from diagnosis_lines(diagnosis)


def hint_lines(hint: Diagnosis) -> Iterator[Line]:
    """What is worth knowing, what was seen of it, and the first thing to do."""
    yield [(f"{'':<8}hint: {hint.cause.title}", "warning"), (f"  [{hint.code}]", "dim")]
    yield from ([(f"{'':<14}{one_line(text)}", "dim")] for text in (*hint.evidence, hint.cause.next_steps[0]))


def diagnosis_lines(diagnosis: Diagnosis) -> Iterator[Line]:
    """What was seen, and the cause."""
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
        "started": climb.started.isoformat(),
        "seconds": round(climb.seconds, 3),
        "rungs": [
            {"name": rung.name.value, "state": rung.state.value, "text": rung.text, "seconds": rung.seconds}
            for rung in climb.rungs
        ],
        "diagnosis": None if diagnosis is None else asdict(record_of(diagnosis)),
        "titles": climb.titles and {"called": climb.titles.called.value, "calling": climb.titles.calling.value},
        "stages": {stage: round(took, 6) for stage, took in climb.stages.items()},
        "hints": [asdict(record_of(hint)) for hint in hints_of(climb)],
        "not_verified": list(climb.not_tried),
    }
