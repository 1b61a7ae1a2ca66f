"""A check as lines of styled pieces, the same wherever text is shown; how they are shown is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.reporting.diagnosis_text import check_facts
from harness.reporting.text import one_line
from harness.results.model import Verdict

if TYPE_CHECKING:
    from harness.reporting.outline import CheckView

Line = list[tuple[str, str]]
"""Pieces of text with the name of their style: a verdict, `strong`, `dim` or nothing."""

UNTOLD = (Verdict.SKIPPED, Verdict.BLOCKED)
"""Of checks that were not carried out there is nothing to tell but why."""

_IN_FULL = (Verdict.FAIL, Verdict.ERROR, Verdict.WARNING)
_LABEL_WIDTH = 10
_VERDICT_WIDTH = 8


def check_lines(view: CheckView, place: str, *, explained: bool = False) -> Iterator[Line]:
    """What its reader must know of a check that did not simply pass; a cause that was `explained` is only named."""
    check = view.check
    if view.verdict in _IN_FULL:
        yield [*verdict_mark(view.verdict, 1), (place, "strong")]
        facts = [(label, text) for label, text in check_facts(check) if not explained or label == "diagnosis"]
        for label, text in (
            ("expected", check.expected),
            ("observed", check.observed),
            ("reason", check.reason),
            ("known of", check.known_of),
            *facts,
            ("clauses", ", ".join(check.clauses)),
            ("at", check.source),
            ("wire", check.wire or ""),
        ):
            if text:
                style = view.verdict.value if label == "observed" else "dim" if label in ("at", "wire") else ""
                yield [(" " * 6 + label.ljust(_LABEL_WIDTH), "dim"), (one_line(text), style)]
        for text in check.evidence:
            yield [(" " * 6 + "bytes".ljust(_LABEL_WIDTH), "dim"), (one_line(text), "dim")]
    elif view.verdict in UNTOLD:
        yield [*verdict_mark(view.verdict, 1), (place, ""), (f"  {one_line(check.reason)}", "dim")]
    elif check.expected_failure:
        yield [*verdict_mark(view.verdict, 1), (place, ""), (f"  {one_line(check.expected_failure)}", "dim")]


def verdict_mark(verdict: Verdict, depth: int) -> Line:
    """A verdict at the beginning of a line."""
    return [("  " * depth, ""), (verdict.value.ljust(_VERDICT_WIDTH), verdict.value), (" ", "")]
