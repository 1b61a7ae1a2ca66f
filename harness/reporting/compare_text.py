"""What changed between two runs, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from harness.reporting.check_text import Line
from harness.reporting.compare_words import (
    by_kind,
    capability_rows,
    judgement,
    ratio_text,
    sentence,
    side_text,
    style_of,
    times_shown,
    unchanged_text,
    verdicts_text,
    why_text,
)
from harness.reporting.text import duration, one_line
from harness.results.capabilities import CapabilityKind
from harness.results.check_changes import ChangeKind
from harness.results.compare import Comparison

SHOWN = 20
"""Changes of a kind that are shown."""

_BRIEF = (ChangeKind.FIXED, ChangeKind.TESTED, ChangeKind.ADDED, ChangeKind.REMOVED)
_CAPABILITY_STYLES = {CapabilityKind.LOST: "fail", CapabilityKind.GAINED: "warning", CapabilityKind.CHANGED: "strong"}


def compare_lines(found: Comparison) -> Iterator[Line]:
    """Both sides, what changed worst first, and the sentence."""
    yield [("from ", "dim"), (one_line(side_text(found.before)), "")]
    yield [("to   ", "dim"), (one_line(side_text(found.after)), "")]
    yield from ([("! ", "warning"), (one_line(note), "")] for note in found.notes)
    yield from _checks(found)
    yield from _capabilities(found)
    yield from _times(found)
    yield []
    yield [(sentence(found), "strong")]
    yield [(unchanged_text(found), "dim")]


def _checks(found: Comparison) -> Iterator[Line]:
    for kind, changes in by_kind(found):
        yield []
        yield [(f"{kind.value}: {len(changes):,}", style_of(kind).value)]
        for change in changes[:SHOWN]:
            yield [("  ", ""), (one_line(change.check.id), "strong"), (f"  {verdicts_text(change)}", "dim")]
            why = why_text(change)
            if why and kind not in _BRIEF:
                yield [(f"      {one_line(why)}", "")]
        yield from _more(len(changes))


def _capabilities(found: Comparison) -> Iterator[Line]:
    rows = capability_rows(found)
    for kind in CapabilityKind:
        number = sum(change.kind is kind for change in found.capabilities)
        if number:
            texts = [f"{peer}: {what}: {before} → {after}" for of, peer, what, before, after in rows if of is kind]
            yield []
            yield [(f"capabilities {kind.value}: {number:,}", _CAPABILITY_STYLES[kind])]
            yield from ([(f"  {one_line(text)}", "")] for text in texts[:SHOWN])
            yield from _more(len(texts))


def _more(number: int) -> Iterator[Line]:
    if number > SHOWN:
        yield [(f"  and {number - SHOWN:,} more; --json and --html have all", "dim")]


def _times(found: Comparison) -> Iterator[Line]:
    shown = times_shown(found)
    if shown:
        yield []
        yield [("times", "strong"), ("  medians of the same steps", "dim")]
    for change in shown:
        style = "fail" if change.is_slower else "pass" if change.is_faster else ""
        text = f"{duration(change.before)} → {duration(change.after)}, {ratio_text(change)}"
        yield [(f"  {one_line(change.peer)}, {change.what}: {text}  ", ""), (judgement(change), style)]
    if found.slow_steps:
        yield [("  single steps that took far longer, measured once each", "dim")]
    for step in found.slow_steps:
        yield [(f"  {one_line(step.step)}: {duration(step.before)} → {duration(step.after)}", "")]
