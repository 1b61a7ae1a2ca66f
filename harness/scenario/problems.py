"""Mistakes in scenario files: where, what, and what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a file, counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake at one place of one file."""

    file: str
    line: int
    column: int
    message: str


def render(problem: Problem, lines: list[str]) -> str:
    """`file:line:column: message`, the source line and a caret under the place."""
    text = f"{problem.file}:{problem.line}:{problem.column}: {problem.message}"
    if not 1 <= problem.line <= len(lines):
        return text
    source = lines[problem.line - 1].rstrip().replace("\t", " ")
    gutter = f"{problem.line:>5} | "
    # A long line is shown around the place, so that the caret stays on the screen.
    start = max(0, problem.column - 80)
    shown = source[start : start + 120]
    return f"{text}\n{gutter}{shown}\n{' ' * (len(gutter) + problem.column - 1 - start)}^"


def did_you_mean(text: str, choices: Iterable[str]) -> str:
    """`; did you mean `x`?` when a choice is close to what was written, else nothing."""
    by_lower = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(text.lower(), by_lower, n=1, cutoff=0.6)
    return f"; did you mean `{by_lower[close[0]]}`?" if close else ""


def suggestion(names: list[str]) -> str:
    """The same from a list of suggestions that was made elsewhere."""
    return f"; did you mean {' or '.join(f'`{name}`' for name in names)}?" if names else ""
