"""What the wire lint found in the associations of a probe: lines for a terminal, and data for programs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.engine.probe.linting import ProbeLint
from harness.reporting.check_text import Line, check_lines
from harness.reporting.outline import CheckView
from harness.reporting.text import number_of
from harness.results.model import Check
from harness.results.rollup import effective


def lint_lines(lint: ProbeLint, *, strict: bool) -> Iterator[Line]:
    """How many associations were linted, and each rule that was broken."""
    if not lint.associations:
        return
    result = f"{number_of(len(lint.checks), 'rule')} broken" if lint.checks else "nothing found"
    yield []
    yield [("Wire lint", "strong"), (f" of {number_of(lint.associations, 'association')}: {result}", "")]
    for check in lint.checks:
        name = _name(check)
        yield from check_lines(CheckView(check, name, effective(check, strict=strict)), name)


def lint_data(lint: ProbeLint, *, strict: bool) -> dict[str, Any]:
    """The same for programs; `id` is the one that a run would give below its step."""
    return {
        "associations": lint.associations,
        "checks": [
            {
                "id": _name(check),
                "level": check.level.value,
                "verdict": effective(check, strict=strict).value,
                "expected": check.expected,
                "observed": check.observed,
                "reason": check.reason,
                "clauses": list(check.clauses),
                "known_of": check.known_of,
            }
            for check in lint.checks
        ],
    }


def _name(check: Check) -> str:
    return check.id.removeprefix(f"{check.step}/")
