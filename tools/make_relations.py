"""Remake the table of `docs/archive-consistency.md` from the relations and the defects.

Run `python -m tools.make_relations`; a test compares the result with what is checked in.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path

from harness.checks.relations.catalogue import RELATIONS, Entry
from harness.scenario.defects import DEFECTS
from harness.standard.requirements.catalogue import REQUIREMENTS

PAGE = Path(__file__).parents[1] / "docs" / "archive-consistency.md"
BEGIN = "<!-- relations -->"


def page(text: str) -> str:
    """The page with its table made anew; everything above the mark is written by hand."""
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n\n" + "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "| `check` | What has to be so | Clauses | Broken | Defect of the reference SCP that breaks it |"
    yield "|---|---|---|---|---|"
    for name, entry in RELATIONS.items():
        defect = f"`{entry.defect}`: {DEFECTS[entry.defect]}"
        yield f"| `{name}` | {_sentence(entry)} | {_clauses(entry)} | {entry.broken} | {defect} |"


def _sentence(entry: Entry) -> str:
    return inspect.cleandoc(entry.relation.__doc__ or "").replace("\n", " ")


def _clauses(entry: Entry) -> str:
    return ", ".join(dict.fromkeys(REQUIREMENTS[name].clause for name in entry.requirements))


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
