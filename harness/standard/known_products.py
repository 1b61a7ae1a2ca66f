"""Deviations that are known of products: a report says so beside a finding, never instead of it.

The rows are findings of the conformance suite that were read against the clause. Who it is tells the implementation
version name (PS3.7 D.3.3.2) alone, which products that are built with the same toolkit share: a row names those in
which the deviation was seen.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

TABLE = "known_products.tsv"


@cache
def _rows() -> dict[tuple[str, str], str]:
    """Products by implementation version name and by the id of the case or lint rule."""
    text = files(__package__).joinpath(TABLE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {(implementation, subject): products for implementation, subject, products, _ in rows}


def known_of(implementation: str | None, subject: str) -> str:
    """The products of which this is known; empty when it is of none. `subject` is a case id or that of a lint rule."""
    return _rows().get((implementation or "", subject), "")
