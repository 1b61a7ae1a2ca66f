"""Tables of text for terminals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.reporting.text import one_line
from harness.scenario.problems import width

_GAP = "  "


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The heads, a rule and the rows, each column as wide as its widest value; nothing without rows."""
    if not rows:
        return
    clean = [[one_line(cell) for cell in row] for row in (heads, *rows)]
    widths = [max(map(width, column)) for column in zip(*clean, strict=True)]
    clean.insert(1, ["-" * wide for wide in widths])
    for row in clean:
        padded = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield _GAP.join(padded).rstrip()
