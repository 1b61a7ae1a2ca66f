"""Remake the table of faults in `docs/proxy.md`.

Run `python tools/make_faults.py`; a test compares the result with what is checked in.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from harness.proxy.catalogue import FAULTS
from harness.proxy.pieces import Side

PAGE = Path(__file__).parents[1] / "docs" / "proxy.md"
BEGIN = "<!-- faults -->"


def page(text: str) -> str:
    """The page with its table made anew; everything above the mark is written by hand."""
    table = "\n".join(_lines()).rstrip()
    return f"{text.partition(BEGIN)[0]}{BEGIN}\n\n{table}\n"


def _lines() -> Iterator[str]:
    for side, head in ((Side.ACCEPTOR, "Of the acceptor"), (Side.REQUESTOR, "Of the requestor")):
        yield from (f"### {head}", "", "| fault | what that side does | violates |", "|---|---|---|")
        for fault in FAULTS.values():
            if fault.side is side:
                breaks = ", ".join(f"`{name}`" for name in fault.breaks) or "*permitted*" * fault.permitted
                yield f"| `{fault.name}` | {fault.summary} | {breaks} |"
        yield ""


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
