"""Acceptance policies as text: what was seen, for a person to edit, and what is no longer as it was."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from harness.checks.acceptance import Drift
from harness.observe.probe import Cell, Probe
from harness.reporting.console_text import Line
from harness.reporting.text import moment, number_of, one_line
from harness.standard.uids import UidKind, UnknownName, resolve_uid, uid_name

SHOWN = 20
"""Cells of a kind that are shown on the console."""


def policy_text(probe: Probe) -> str:
    """A policy that requires what was accepted, and says nothing of the rest."""
    matrix = probe.matrix
    folds: dict[tuple[str, ...], list[str]] = {}
    for uid in matrix.sop_classes:
        if syntaxes := matrix.accepted(uid):
            folds.setdefault(syntaxes, []).append(uid)
    lines = [
        f"# What {one_line(probe.address)} accepted on {moment(probe.started)}.",
        "# Move a transfer syntax to `tolerated:` where it does not matter, to `forbidden:` where it must be refused.",
        "version: 1",
        "contexts:" if folds else "contexts: []",
    ]
    for syntaxes, classes in folds.items():
        lines += ["  - sop_classes:", *_listed(classes, UidKind.SOP_CLASS)]
        lines += ["    required:", *_listed(syntaxes, UidKind.TRANSFER_SYNTAX)]
    return "\n".join(lines) + "\n"


def _listed(uids: Iterable[str], kind: UidKind) -> Iterator[str]:
    for uid in uids:
        name = uid_name(uid)
        yield f"      - {json.dumps(name if _means(name, uid, kind) else uid, ensure_ascii=False)}"


def _means(name: str, uid: str, kind: UidKind) -> bool:
    """Whether a name stands for this UID: some that are retired share theirs with others."""
    try:
        return resolve_uid(name, kind) == uid
    except UnknownName:
        return False


def drift_lines(found: Drift) -> Iterator[Line]:
    """Each kind of difference with its cells; one line where there is none."""
    kinds = (
        ("fail", "no longer accepted", found.lost),
        ("fail", "accepted and forbidden", found.forbidden),
        ("blocked", "not answered", found.unanswered),
        ("warning", "new", found.new),
    )
    for style, what, cells in kinds:
        if cells:
            yield [(f"{what}: {number_of(len(cells), 'pair')}", style)]
            yield from ([(f"  {_cell(cell)}", "")] for cell in cells[:SHOWN])
            if len(cells) > SHOWN:
                yield [(f"  and {len(cells) - SHOWN:,} more; --json has all", "dim")]
    if not any(cells for _, _, cells in kinds):
        yield [("as the policy says", "pass")]


def drift_data(found: Drift) -> dict[str, list[dict[str, str]]]:
    """The same as data."""
    kinds = {"lost": found.lost, "forbidden": found.forbidden, "new": found.new, "unanswered": found.unanswered}
    return {
        kind: [{"sop_class": sop_class, "transfer_syntax": syntax} for sop_class, syntax in cells]
        for kind, cells in kinds.items()
    }


def _cell(cell: Cell) -> str:
    return one_line(f"{uid_name(cell[0])} in {uid_name(cell[1])}")
