"""Checks that failed in a way that is known of the product are marked so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.results.model import Check, Verdict
from harness.standard.known_products import known_of

_FAILED = (Verdict.FAIL, Verdict.WARNING)


def with_known(checks: Iterable[Check], implementation: str | None) -> list[Check]:
    """The checks; of a deviation that is known of products with this implementation version name, they are named."""
    return [
        replace(check, known_of=known_of(implementation, _subject(check.id))) if check.verdict in _FAILED else check
        for check in checks
    ]


def _subject(check_id: str) -> str:
    """The id of the lint rule, or of the conformance case, that a check is of."""
    before, rule, name = check_id.rpartition("/lint/")
    if rule and before:
        return f"lint/{name}"
    return check_id.removeprefix("conform/").rpartition("/")[0]
