"""Lines of styled pieces on the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.reporting.text import printable

if TYPE_CHECKING:
    from harness.reporting.check_text import Line

_STYLES = {
    "pass": "32",
    "fail": "31;1",
    "warning": "33",
    "blocked": "35",
    "error": "35;1",
    "strong": "1",
    "dim": "2",
}
"""Parameters of SGR, Select Graphic Rendition (ECMA-48 8.3.117)."""


def print_lines(lines: Iterable[Line], *, err: bool = False) -> None:
    """Print lines; colors only on terminals, and not where `NO_COLOR` is set."""
    stream = sys.stderr if err else sys.stdout
    colored = stream.isatty() and not os.environ.get("NO_COLOR")
    for line in lines:
        pieces = (_styled(printable(text), style if colored else "") for text, style in line)
        stream.write("".join(pieces).rstrip() + "\n")
    stream.flush()


def _styled(text: str, style: str) -> str:
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if style in _STYLES else text
