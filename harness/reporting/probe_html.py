"""The matrix of a probe as a heat map: one file that works offline and loads nothing from anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from harness.observe.probe import Probe
from harness.reporting.pages import page
from harness.reporting.probe_exercise import exercise_texts, exercised_text
from harness.reporting.probe_facts import doubts, fact_texts
from harness.reporting.text import moment
from harness.standard.families import Family, family_of
from harness.standard.status import is_stored
from harness.standard.uids import uid_name


@dataclass(frozen=True, slots=True)
class FamilyView:
    """The rows of a family, and how many of them accept anything."""

    name: str
    sop_classes: tuple[str, ...]
    accepted: int


@dataclass(frozen=True, slots=True)
class CellView:
    """A cell: its class, its sign, and what is told of it when somebody points at it."""

    css: str
    sign: str
    title: str = ""


def probe_html(probe: Probe) -> str:
    """The text of the file."""
    return page(
        "probe",
        script=True,
        probe=probe,
        facts=_facts(probe),
        doubts=list(doubts(probe.habits)),
        families=_families(probe),
        cells=partial(_cells, probe),
        uid_name=uid_name,
        moment=moment,
    )


def _facts(probe: Probe) -> list[tuple[str, str]]:
    texts = exercise_texts(probe.exercise)
    return [*fact_texts(probe), *zip(("exercised", "left behind"), texts, strict=False)]


def _cells(probe: Probe, uid: str) -> Iterator[CellView]:
    """A row, with what became of the objects that were sent."""
    for syntax, result in zip(probe.matrix.transfer_syntaxes, probe.matrix.row(uid), strict=True):
        if result != 0:
            yield CellView("none", "?") if result is None else CellView("no", str(result))
            continue
        one = probe.exercise.results.get((uid, syntax))
        if one is None:
            yield CellView("yes", "✓")
        elif one.sent:
            stored = is_stored(one.status)
            yield CellView("yes" if stored else "lost", "●" if stored else "✗", exercised_text(one))
        else:
            yield CellView("yes", "✓", one.why)


def _families(probe: Probe) -> list[FamilyView]:
    matrix, views = probe.matrix, []
    for family in Family:
        classes = tuple(uid for uid in matrix.sop_classes if family_of(uid) is family)
        if classes:
            views.append(FamilyView(family.value, classes, sum(bool(matrix.accepted(uid)) for uid in classes)))
    return views
