"""What the wire lint found in a capture: lines for a terminal, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from harness.checks.lint.captured import lint_captured
from harness.checks.lint.model import Finding
from harness.observe.capture.association import CapturedAssociation
from harness.reporting.check_text import Line
from harness.reporting.text import number_of, one_line

_WHO = {True: "requestor", False: "acceptor"}


def lint_lines(associations: Sequence[CapturedAssociation]) -> Iterator[Line]:
    """How many associations were linted, and each rule that was broken: by whom, how often, and where first."""
    linted = [(one, found) for one in associations if (found := lint_captured(one)) is not None]
    if not linted:
        return
    broken: dict[tuple[str, bool], list[tuple[CapturedAssociation, Finding]]] = {}
    for association, found in linted:
        for finding in found:
            broken.setdefault((finding.rule.id, finding.by_us), []).append((association, finding))
    result = f"{number_of(len(broken), 'rule')} broken" if broken else "nothing found"
    yield []
    yield [("Wire lint", "strong"), (f" of {number_of(len(linted), 'association')}: {result}", "")]
    for (rule, by_requestor), places in broken.items():
        first, finding = places[0]
        often = f", {number_of(len(places), 'time')}" if len(places) > 1 else ""
        yield [("warning  ", "warning"), (rule, "strong"), (f" by the {_WHO[by_requestor]}{often}", "")]
        yield [("         ", ""), (one_line(f"{finding}; connection {first.number}, PDU {finding.entry + 1}"), "dim")]
        yield [("         ", ""), (finding.octets, "dim")]


def lint_data(association: CapturedAssociation) -> list[dict[str, Any]] | None:
    """The findings of one association; None where it was not linted."""
    found = lint_captured(association)
    if found is None:
        return None
    return [
        {
            "rule": finding.rule.id,
            "level": finding.rule.level.value,
            "by": _WHO[finding.by_us],
            "clause": finding.clause,
            "detail": finding.detail,
            "pdu": finding.entry + 1,
            "octets": finding.octets,
        }
        for finding in found
    ]
