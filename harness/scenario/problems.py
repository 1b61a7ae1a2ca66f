"""Mistakes in scenario files: where, what, and what was probably meant."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST_SHOWN = 80
"""Characters of a value that a message quotes."""

_LONGEST_COMPARED = 64
_BEFORE_CARET = 80
_SHOWN_OF_LINE = 120
_QUOTED = re.compile(r"`([^`]*)`")


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


def render(problem: Problem, lines: Sequence[str]) -> str:
    """`file:line:column: message`, the source line and a caret under the place."""
    message = _printable(_QUOTED.sub(_shortened, problem.message))
    text = f"{problem.file}:{problem.line}:{problem.column}: {message}"
    if not 1 <= problem.line <= len(lines):
        return text
    gutter = f"{problem.line:>5} | "
    # A long line is shown around the place, so that the caret stays on the screen.
    start = max(0, problem.column - 1 - _BEFORE_CARET)
    shown = _printable(lines[problem.line - 1].rstrip().replace("\t", " "), "?")[start : start + _SHOWN_OF_LINE]
    before = shown[: problem.column - 1 - start]
    return f"{text}\n{gutter}{shown}\n{' ' * (len(gutter) + width(before))}^"


def render_all(problems: Iterable[Problem], lines: Sequence[str]) -> list[str]:
    """Every mistake once, in the order of the file: combinations of parameters repeat the same one."""
    return [render(problem, lines) for problem in sorted(set(problems))]


def _shortened(quoted: re.Match[str]) -> str:
    text = quoted[1]
    return f"`{text[:LONGEST_SHOWN]}…`" if len(text) > LONGEST_SHOWN else quoted[0]


def _printable(text: str, instead: str = "") -> str:
    """A text that moves no cursor and breaks no line; characters that would are escaped or replaced."""
    return "".join(
        character if character.isprintable() else instead or character.encode("unicode_escape").decode("ascii")
        for character in text
    )


def width(text: str) -> int:
    """Columns that a text takes on a terminal: wide characters two, combining ones none."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)


def did_you_mean(text: str, choices: Iterable[str]) -> str:
    """`; did you mean `x`?` when a choice is close to what was written, else nothing."""
    if len(text) > _LONGEST_COMPARED:
        return ""
    import difflib

    by_lower = {choice.lower(): choice for choice in choices}
    close = difflib.get_close_matches(text.lower(), by_lower, n=1, cutoff=0.7)
    if not close and len(text) > 2:
        close = [name for name in by_lower if name.startswith(text.lower())][:1]
    return suggestion([by_lower[name] for name in close])


def suggestion(names: Sequence[str]) -> str:
    """The same from suggestions that were made elsewhere."""
    return f"; did you mean {' or '.join(f'`{name}`' for name in names)}?" if names else ""


def allowed(text: str, choices: Sequence[str]) -> str:
    """What was probably meant, and everything that is allowed."""
    hint = did_you_mean(text, choices)
    return f"{hint or '.'} Allowed: {', '.join(choices)}"
