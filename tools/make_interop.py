"""Remake the tables of `docs/interop.md` from `harness/standard/known_products.tsv` and `tools/interop_reviews.tsv`.

The second says what a person read in the clauses of each finding. Run `python -m tools.make_interop`; a test compares
the result with what is checked in, and holds that nothing stands there that was not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from harness.checks.lint.catalogue import RULES
from harness.engine.conform.cases.catalogue import CASES
from harness.standard.requirements.model import Level
from tools.make_known_products import TABLE

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "interop.md"
REVIEWS = ROOT / "tools" / "interop_reviews.tsv"
BEGIN = "<!-- findings -->"

BINDING = {
    **{case.id: case.level.value == "required" for case in CASES},
    **{rule.id: rule.level is Level.SHALL for rule in RULES.values()},
}
"""Whether the clause of a case or lint rule binds; else it advises, or is read in the only way that makes sense."""


def rows() -> list[tuple[str, str, str, str]]:
    """Implementation version name, case or rule, products, what was seen."""
    return [(name, subject, products, seen) for name, subject, products, seen in _table(TABLE)]


def reviews() -> list[tuple[str, str, str]]:
    """Case or rule, which may have `*`; clauses; what they say of what was seen."""
    return [(pattern, clauses, reading) for pattern, clauses, reading in _table(REVIEWS)]


def reviewed(subject: str) -> list[str]:
    """The reviews of a case or rule, by their patterns."""
    return [pattern for pattern, _, _ in reviews() if fnmatchcase(subject, pattern)]


def page(text: str) -> str:
    """The page with its tables made anew; everything above the mark is written by hand."""
    tables = "\n".join((*_findings(), *_readings())).rstrip()
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n\n{tables}\n"


def _table(path: Path) -> Iterator[Sequence[str]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line.split("\t")


def _findings() -> Iterator[str]:
    for name in dict.fromkeys(row[0] for row in rows()):
        yield from (f"### {name}", "", "| case or rule | | seen in | what was seen |", "|---|---|---|---|")
        for _, subject, products, seen in (row for row in rows() if row[0] == name):
            weight = "fails" if BINDING[subject] else "warns"
            yield f"| `{subject}` | {weight} | {products} | {seen.replace('|', '&#124;')} |"
        yield ""


def _readings() -> Iterator[str]:
    yield from ("### What the clauses say", "", "| case or rule | clauses | reading |", "|---|---|---|")
    for pattern, clauses, reading in reviews():
        yield f"| `{pattern}` | {clauses} | {reading} |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
