"""Pairs of SOP class and transfer syntax, told in few lines: what is alike stands together."""

from __future__ import annotations

from collections.abc import Iterable

from harness.observe.probe import Cell
from harness.reporting.probe_facts import some_of
from harness.reporting.text import one_line


def folded(cells: Iterable[Cell]) -> list[str]:
    """A line for all SOP classes that are paired with the same transfer syntaxes."""
    by_class: dict[str, tuple[str, ...]] = {}
    for uid, syntax in cells:
        by_class[uid] = (*by_class.get(uid, ()), syntax)
    return [one_line(f"{some_of(uids)} in {some_of(syntaxes)}") for syntaxes, uids in alike(by_class)]


def alike(by_class: dict[str, tuple[str, ...]]) -> list[tuple[tuple[str, ...], list[str]]]:
    """The same transfer syntaxes with all SOP classes that have them."""
    folds: dict[tuple[str, ...], list[str]] = {}
    for uid, syntaxes in by_class.items():
        folds.setdefault(syntaxes, []).append(uid)
    return list(folds.items())
