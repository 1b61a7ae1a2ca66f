"""CSV (RFC 4180) as rows of cells, each with its place. Separated by commas, semicolons or tabs, as spreadsheets do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.scenario.problems import Mark

_SEPARATORS = (",", ";", "\t")
_QUOTE = '"'


class BadCsv(ValueError):
    """A text that is no CSV, and where."""

    def __init__(self, mark: Mark, message: str) -> None:
        super().__init__(message)
        self.mark = mark


@dataclass(frozen=True, slots=True)
class Cell:
    """The text of a cell without its quotes, and where it begins."""

    text: str
    mark: Mark


def csv_rows(text: str) -> Iterator[list[Cell]]:
    """The rows; those in which nothing stands are left out. Raises `BadCsv`."""
    reader = _Reader(text, _separator(text))
    while not reader.is_done:
        row = reader.row()
        if any(cell.text.strip() for cell in row):
            yield row


def _separator(text: str) -> str:
    """What separates cells: that of these which occurs most in the first line."""
    first = text.partition("\n")[0]
    return max(_SEPARATORS, key=first.count)


class _Reader:
    """Goes through a text, counting lines and columns."""

    def __init__(self, text: str, separator: str) -> None:
        self._text = text.replace("\r\n", "\n").replace("\r", "\n")
        self._separator = separator
        self._at = 0
        self._line, self._line_start = 1, 0

    @property
    def is_done(self) -> bool:
        """Whether nothing is left."""
        return self._at >= len(self._text)

    def row(self) -> list[Cell]:
        """The cells up to the end of a line that stands in no quotes."""
        cells = [self._cell()]
        while self._next() == self._separator:
            self._at += 1
            cells.append(self._cell())
        if not self.is_done:
            self._at += 1
            self._line, self._line_start = self._line + 1, self._at
        return cells

    def _next(self) -> str:
        return self._text[self._at : self._at + 1]

    def _cell(self) -> Cell:
        mark = Mark(self._line, self._at - self._line_start + 1)
        if self._next() == _QUOTE:
            return Cell(self._quoted(mark), mark)
        start = self._at
        while self._next() not in ("", self._separator, "\n"):
            self._at += 1
        return Cell(self._text[start : self._at], mark)

    def _quoted(self, mark: Mark) -> str:
        parts = []
        while True:
            end = self._text.find(_QUOTE, self._at + 1)
            if end < 0:
                raise BadCsv(mark, "the quotes that begin here do not end")
            parts.append(self._text[self._at + 1 : end])
            self._at = end + 1
            if self._next() != _QUOTE:
                break
        value = _QUOTE.join(parts)
        if "\n" in value:
            self._line += value.count("\n")
            self._line_start = self._text.rfind("\n", 0, self._at) + 1
        if self._next() not in ("", self._separator, "\n"):
            here = Mark(self._line, self._at - self._line_start + 1)
            raise BadCsv(here, f"after the quotes that end here, expected `{self._separator}` or the end of the line")
        return value
