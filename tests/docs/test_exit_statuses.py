"""The table of the README is the one that was measured."""

from __future__ import annotations

from pathlib import Path

from benchmarks.exit_statuses import FAMILIES, HARNESS, PAGE

ROOT = Path(__file__).parents[2]


def test_the_readme_has_what_was_measured() -> None:
    *_, table, versions = PAGE.read_text().strip().split("\n\n")
    readme = (ROOT / "README.md").read_text()
    assert table in readme
    assert versions in readme


def test_ours_never_lies() -> None:
    control, *faults = [line for line in PAGE.read_text().splitlines() if line.startswith("| ")][1:]
    column = FAMILIES.index(HARNESS) + 2
    assert control.split("|")[column].strip() == "0"
    assert {line.split("|")[column].strip() for line in faults} == {"1"}
