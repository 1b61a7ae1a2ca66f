"""Remake `docs/coverage.md`: each requirement of the catalogue, and what tests it.

Run `python tools/make_coverage.py`; tests compare the page with what is checked in, and hold that nothing is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from harness.checks.lint.catalogue import RULES
from harness.engine.conform.cases.catalogue import CASES
from harness.reference.demands import DEMANDS
from harness.standard.editions import EDITIONS
from harness.standard.requirements.catalogue import GROUPS, REQUIREMENTS
from harness.standard.requirements.model import Requirement

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "coverage.md"

_HEAD = f"""# Requirements and what tests them

Made by `tools/make_coverage.py` from `harness/standard/requirements`; do not edit it by hand.

Each row is one requirement of the standard (editions {EDITIONS}), in words of our own; the clause has the standard's.
An id never changes its meaning: scenarios name it in `verifies`, baselines and reports may rely on it. *shall* binds,
*should* is recommended or the only sensible reading, *informative* is left open: it is reported, never held against
anybody.

A requirement is tested by cases of `dicom-harness conform`, by rules of the wire lint (`lint/…`), which every
association passes through, by scenario files, or by the reference SCP, which refuses what breaks it with the status
that is named. What cannot be tested from outside says why.
"""


@dataclass(frozen=True, slots=True)
class Verifier:
    """Something that tests requirements: a conformance case, a rule of the lint, a scenario."""

    name: str
    requirements: tuple[str, ...]


def verifiers() -> tuple[Verifier, ...]:
    """All that test requirements of the catalogue."""
    return (*_cases(), *_rules(), *_scenarios(), *_demands())


def coverage() -> dict[str, list[str]]:
    """The names of what tests each requirement, known or not, by its id."""
    found: dict[str, list[str]] = {identifier: [] for identifier in REQUIREMENTS}
    for verifier in verifiers():
        for identifier in verifier.requirements:
            found.setdefault(identifier, []).append(verifier.name)
    return found


def _cases() -> Iterator[Verifier]:
    for case in CASES:
        yield Verifier(case.id, case.requirements)


def _rules() -> Iterator[Verifier]:
    for rule in RULES.values():
        yield Verifier(rule.id, rule.requirements)


def _scenarios() -> Iterator[Verifier]:
    for path in sorted((ROOT / "scenarios").glob("*.yaml")):
        for scenario in yaml.load(path.read_text(encoding="utf-8"), yaml.BaseLoader)["scenarios"]:
            stated = scenario.get("verifies", [])
            verified = [stated] if isinstance(stated, str) else stated
            yield Verifier(f"{path.name} {scenario['id']}", tuple(text for text in verified if "/" in text))


def _demands() -> Iterator[Verifier]:
    for identifier, status in DEMANDS.items():
        yield Verifier(f"reference SCP {status:04X}H", (identifier,))


def page() -> str:
    """The text of the page."""
    tests = coverage()
    lines = [_HEAD, *_summary(tests)]
    for title, rows in GROUPS.items():
        lines += [f"## {title}", "", "| Requirement | Clause | Level | | Tested by |", "|---|---|---|---|---|"]
        lines += [_line(row, tests[row.id]) for row in rows]
        lines.append("")
    return "\n".join(lines)


def _summary(tests: dict[str, list[str]]) -> Iterator[str]:
    yield "| | Requirements | Tested | Cannot be tested |"
    yield "|---|---|---|---|"
    for title, rows in GROUPS.items():
        yield f"| {title} | {_counts(rows, tests)} |"
    yield f"| **all** | {_counts(tuple(REQUIREMENTS.values()), tests)} |"
    yield ""


def _counts(rows: tuple[Requirement, ...], tests: dict[str, list[str]]) -> str:
    tested = sum(bool(tests[row.id]) for row in rows)
    return f"{len(rows)} | {tested} | {sum(bool(row.untested) for row in rows)}"


def _line(row: Requirement, tests: list[str]) -> str:
    by = "<br>".join(f"`{name}`" for name in tests) if tests else f"*{row.untested}*" if row.untested else ""
    return f"| `{row.id}` | {row.clause} | {row.level} | {row.text} | {by} |"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
