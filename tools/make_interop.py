"""Remake the table of `docs/interop.md` from `harness/standard/known_products.tsv`.

Run `python -m tools.make_interop`; a test compares the result with what is checked in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tools.make_known_products import TABLE

PAGE = Path(__file__).parents[1] / "docs" / "interop.md"
BEGIN = "<!-- findings -->"


def rows() -> list[tuple[str, str, str, str]]:
    """Implementation version name, case or rule, products, what was seen."""
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    split = (line.split("\t") for line in lines if line and not line.startswith("#"))
    return [(name, subject, products, seen) for name, subject, products, seen in split]


def page(text: str) -> str:
    """The page with its tables made anew; everything above the mark is written by hand."""
    tables = "\n".join(_lines()).rstrip()
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n\n{tables}\n"


def _lines() -> Iterator[str]:
    for name in dict.fromkeys(row[0] for row in rows()):
        yield from (f"### {name}", "", "| case or rule | seen in | what was seen |", "|---|---|---|")
        for _, subject, products, seen in (row for row in rows() if row[0] == name):
            yield f"| `{subject}` | {products} | {seen.replace('|', '&#124;')} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
