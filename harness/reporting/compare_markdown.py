"""What changed between two runs as Markdown, for job summaries and merge requests."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.reporting.compare_words import (
    HOW_TIMES_ARE_JUDGED,
    by_kind,
    capability_rows,
    judgement,
    ratio_text,
    sentence,
    side_text,
    times_shown,
    unchanged_text,
    verdicts_text,
    why_text,
)
from harness.reporting.markdown import escaped, table
from harness.reporting.text import duration
from harness.results.compare import Comparison

LISTED = 100
"""Rows of a table; a job summary of GitHub holds 1 MiB."""


def compare_markdown(found: Comparison) -> str:
    """The text of the page."""
    parts = [
        f"# {escaped(sentence(found))}",
        f"From {escaped(side_text(found.before))}\nto {escaped(side_text(found.after))}.",
        *(f"**Note:** {escaped(note)}" for note in found.notes),
        *([f"{unchanged_text(found)}."] if unchanged_text(found) else []),
        *_checks(found),
        *_capabilities(found),
        *_times(found),
    ]
    return "\n\n".join(parts) + "\n"


def _checks(found: Comparison) -> Iterator[str]:
    for kind, changes in by_kind(found):
        rows = [(change.check.id, verdicts_text(change), why_text(change)) for change in changes]
        yield from _section(kind.value.capitalize(), ("check", "verdict", "why"), rows)


def _capabilities(found: Comparison) -> Iterator[str]:
    rows = [(kind.value, *rest) for kind, *rest in capability_rows(found)]
    yield from _section("Capabilities", ("", "peer", "what", "before", "after"), rows)


def _times(found: Comparison) -> Iterator[str]:
    rows = [
        (one.peer, one.what, duration(one.before), duration(one.after), ratio_text(one), judgement(one))
        for one in times_shown(found)
    ]
    yield from _section("Times", ("peer", "what", "before", "after", "ratio", "judgement"), rows)
    if rows:
        yield escaped(HOW_TIMES_ARE_JUDGED)
    slow = [(one.step, duration(one.before), duration(one.after)) for one in found.slow_steps]
    yield from _section("Single steps that took far longer", ("step", "before", "after"), slow)


def _section(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    if not rows:
        return
    yield f"## {title}"
    yield table(list(head), [[escaped(cell) for cell in row] for row in rows[:LISTED]])
    if len(rows) > LISTED:
        yield f"And {len(rows) - LISTED:,} more."
