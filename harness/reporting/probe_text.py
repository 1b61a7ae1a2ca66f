"""What a peer accepts, as lines for a terminal: SOP classes that answer alike are folded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from harness.observe.probe import Matrix, Probe
from harness.reporting.check_text import Line
from harness.reporting.probe_exercise import exercise_lines
from harness.reporting.probe_facts import doubts, fact_texts, some_of
from harness.reporting.text import duration, number_of, one_line
from harness.standard.families import Family, family_of
from harness.standard.negotiation import context_result_name
from harness.standard.uids import uid_name

_LABEL = 26
_INDENT = 6


def probe_lines(probe: Probe, *, every: bool = False) -> Iterator[Line]:
    """The peer, then its matrix family by family; with `every` all SOP classes of a fold are named."""
    yield [
        (f"{probe.calling_ae_title} -> {probe.address}", "strong"),
        (f"  {number_of(probe.associations, 'association')} in {duration(probe.seconds)}", "dim"),
    ]
    if probe.ending is not None:
        yield [("no association", "fail"), (f"  {one_line(probe.ending.text)}", "")]
        yield [("dicom-harness diagnose says why", "dim")]
        return
    for label, text in fact_texts(probe):
        yield [(label.ljust(_LABEL), "dim"), (one_line(text), "")]
    yield from _warnings(probe)
    yield []
    matrix = probe.matrix
    for family in Family:
        classes = [uid for uid in matrix.sop_classes if family_of(uid) is family]
        if classes:
            yield from _family(family, classes, matrix, every)
    yield from exercise_lines(probe.exercise)


def _warnings(probe: Probe) -> Iterator[Line]:
    for failed in probe.too_much:
        what = f"{number_of(failed.contexts, 'presentation context')}: " if failed.contexts else ""
        yield [("! ", "warning"), (one_line(f"{what}{failed.ending.text}"), "")]
    for (sop_class, syntax), results in probe.matrix.changing.items():
        names = " and ".join(context_result_name(result) for result in results)
        text = f"{uid_name(sop_class)} in {uid_name(syntax)} was answered with {names}, by turns"
        yield [("! ", "warning"), (one_line(text), "")]
    for text in doubts(probe.habits):
        yield [("! ", "warning"), (one_line(text), "")]


def _family(family: Family, classes: Sequence[str], matrix: Matrix, every: bool) -> Iterator[Line]:
    accepted = sum(bool(matrix.accepted(uid)) for uid in classes)
    yield [
        (f"{family.value}  ", "strong"),
        (f"{accepted} of {number_of(len(classes), 'SOP class', 'SOP classes')}", ""),
    ]
    folds: dict[tuple[str, ...], list[str]] = {}
    for uid in classes:
        folds.setdefault(matrix.accepted(uid), []).append(uid)
    for syntaxes, uids in sorted(folds.items(), key=lambda fold: (not fold[0], -len(fold[1]))):
        yield from _fold(syntaxes, uids, matrix, every)


def _fold(syntaxes: tuple[str, ...], uids: Sequence[str], matrix: Matrix, every: bool) -> Iterator[Line]:
    names = ", ".join(map(uid_name, uids)) if every else some_of(uids)
    mark = ("  ✓ ", "pass") if syntaxes else ("  - ", "dim")
    yield [mark, (one_line(names), "")]
    refused = Counter(result for uid in uids for result in matrix.row(uid) if result != 0)
    reasons = ", ".join(context_result_name(result) for result in sorted(refused, key=_order))
    total = len(matrix.transfer_syntaxes)
    if syntaxes:
        names = "all" if len(syntaxes) == total else ", ".join(map(uid_name, syntaxes))
        yield [
            (f"{'':<{_INDENT}}{len(syntaxes)} of {number_of(total, 'transfer syntax', 'transfer syntaxes')}: ", ""),
            (names, ""),
        ]
    if refused:
        yield [(f"{'':<{_INDENT}}{'others' if syntaxes else 'all'}: {reasons}", "dim")]


def _order(result: int | None) -> int:
    return -1 if result is None else result
