"""A table of presentation contexts of a conformance statement, typed in as CSV: what is declared, as a policy.

The columns are those of the template (PS3.2 Annex N): abstract syntax and transfer syntax, each by name and UID, the
role of the product, extended negotiation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from harness.scenario.acceptance import LineSpec, PolicySpec
from harness.scenario.csv_cells import BadCsv, Cell, csv_rows
from harness.scenario.nodes import Document
from harness.scenario.problems import Mark, allowed, suggestion
from harness.standard.uids import UidKind, UnknownName, resolve_uid, uid_name, uid_table


class Column(StrEnum):
    """The columns, as the table is headed."""

    SYNTAX_NAME = "Abstract Syntax Name"
    SYNTAX_UID = "Abstract Syntax UID"
    TRANSFER_NAMES = "Transfer Syntax Name List"
    TRANSFER_UIDS = "Transfer Syntax UID List"
    ROLE = "Role"
    EXTENDED = "Extended Negotiation"


_OTHER_HEADS = {
    "name": Column.SYNTAX_NAME,
    "uid": Column.SYNTAX_UID,
    "namelist": Column.TRANSFER_NAMES,
    "uidlist": Column.TRANSFER_UIDS,
    "sopclassname": Column.SYNTAX_NAME,
    "sopclassuid": Column.SYNTAX_UID,
    "transfersyntaxname": Column.TRANSFER_NAMES,
    "transfersyntaxuid": Column.TRANSFER_UIDS,
    "extneg": Column.EXTENDED,
}
_ROLES = {"scp": True, "scuscp": True, "scpscu": True, "both": True, "": True, "scu": False}
"""Whether a role as it is written, letters only, has the product as SCP."""

_IN_CELL = re.compile(r"[;\n|]")
"""Separates what is listed in one cell; names of transfer syntaxes have commas in them."""

_AROUND_NAMES = re.compile(r"^DICOM\s+|\s+SOP Class$", re.IGNORECASE)
"""What statements write around the names of the standard."""

_NEEDED = ((Column.SYNTAX_NAME, Column.SYNTAX_UID), (Column.TRANSFER_NAMES, Column.TRANSFER_UIDS))


class DeclaredSpec(PolicySpec):
    """What a table declares. `unseen` counts the rows in which the product is SCU only: it proposes those itself."""

    unseen: int = 0


@dataclass(slots=True)
class _Table:
    """A table while it is read, `width` cells wide; mistakes are noted in its document."""

    document: Document
    width: int
    columns: dict[int, Column]
    lines: list[LineSpec] = field(default_factory=list)
    unseen: int = 0
    above: str | None = None


def read_declared(document: Document, text: str) -> DeclaredSpec:
    """The policy of a table; mistakes are noted in the document."""
    try:
        rows = list(csv_rows(text))
    except BadCsv as error:
        document.note_at(error.mark, str(error))
        return DeclaredSpec()
    if not rows:
        document.note_at(Mark(1, 1), "the table is empty; it begins with a row of heads: " + ", ".join(Column))
        return DeclaredSpec()
    table = _Table(document, len(rows[0]), _columns(document, rows[0]))
    if not document.problems:
        for row in rows[1:]:
            _read_row(table, row)
    return DeclaredSpec().model_copy(update={"contexts": table.lines, "unseen": table.unseen})


def _columns(document: Document, heads: Sequence[Cell]) -> dict[int, Column]:
    known = {_letters(column): column for column in Column} | _OTHER_HEADS
    columns: dict[int, Column] = {}
    for index, head in enumerate(heads):
        column = known.get(_letters(head.text))
        if column is None and head.text.strip():
            document.note_at(head.mark, f"`{head.text.strip()}` is no column of the table{allowed('', list(Column))}")
        elif column in columns.values():
            document.note_at(head.mark, f"the column `{column}` is there twice")
        elif column is not None:
            columns[index] = column
    for name, uid in _NEEDED:
        if name not in columns.values() and uid not in columns.values() and not document.problems:
            document.note_at(heads[0].mark, f"there is neither a column `{name}` nor `{uid}`")
    return columns


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text.lower())


def _read_row(table: _Table, row: Sequence[Cell]) -> None:
    extra = [cell for cell in row[table.width :] if cell.text.strip()]
    if extra:
        table.document.note_at(extra[0].mark, "this row has more cells than there are heads; are quotes missing?")
        return
    cells = {column: row[index] for index, column in table.columns.items() if index < len(row)}
    sop_class = _sop_class(table, cells, row[0])
    syntaxes = _transfer_syntaxes(table, cells, row[-1])
    role = cells.get(Column.ROLE)
    as_scp = _ROLES.get(_letters(role.text)) if role is not None else True
    if as_scp is None and role is not None:
        table.document.note_at(role.mark, f"`{role.text.strip()}` is no role; write SCP, SCU or SCU/SCP")
    if as_scp is False:
        table.unseen += 1
    elif sop_class is not None and syntaxes:
        table.lines.append(LineSpec.model_construct(sop_classes=[sop_class], required=syntaxes))


def _sop_class(table: _Table, cells: dict[Column, Cell], start: Cell) -> str | None:
    """The SOP class of a row; one without any goes on with the row above, as cells that are merged do."""
    given = [cell for column in _NEEDED[0] if (cell := cells.get(column)) is not None and cell.text.strip()]
    if not given:
        if table.above is None:
            table.document.note_at(start.mark, "there is no abstract syntax, and no row above that has one")
        return table.above
    found = _resolved(table, cells, Column.SYNTAX_NAME, Column.SYNTAX_UID, UidKind.SOP_CLASS, lambda text: [text])
    table.above = found[0]
    return found[0]


def _transfer_syntaxes(table: _Table, cells: dict[Column, Cell], end: Cell) -> list[str]:
    found = _resolved(
        table, cells, Column.TRANSFER_NAMES, Column.TRANSFER_UIDS, UidKind.TRANSFER_SYNTAX, _IN_CELL.split
    )
    if not found:
        table.document.note_at(end.mark, "there is no transfer syntax in this row")
    return [uid for uid in found if uid is not None]


def _resolved(
    table: _Table,
    cells: dict[Column, Cell],
    names: Column,
    uids: Column,
    kind: UidKind,
    split: Callable[[str], list[str]],
) -> list[str | None]:
    """The UIDs that a pair of cells means; None for each that cannot be told, which is noted."""
    by_name, by_uid = _entries(cells.get(names), split), _entries(cells.get(uids), split)
    if not by_uid:
        return [_uid(table, entry, kind) for entry in by_name]
    found = [_uid(table, entry, kind) for entry in by_uid]
    if len(by_name) == len(by_uid):
        for name, uid in zip(by_name, found, strict=True):
            _note_unlike(table, name, uid, kind)
    return found


def _entries(cell: Cell | None, split: Callable[[str], list[str]]) -> list[Cell]:
    if cell is None:
        return []
    return [Cell(part.strip(), cell.mark) for part in split(cell.text) if part.strip()]


def _uid(table: _Table, entry: Cell, kind: UidKind) -> str | None:
    try:
        uid = _resolve(entry.text, kind)
    except UnknownName as error:
        table.document.note_at(entry.mark, f"{error.args[0]}{suggestion(error.suggestions)}")
        return None
    registered = uid_table().get(uid)
    of_data = UidKind.TRANSFER_SYNTAX
    if registered is not None and (registered.kind is of_data) != (kind is of_data):
        text = f"`{entry.text}` is {uid_name(uid)}, which is no {kind.value.replace('-', ' ')}"
        table.document.note_at(entry.mark, text)
        return None
    return uid


def _resolve(text: str, kind: UidKind) -> str:
    """As `resolve_uid`, also for names with what statements write around them. Raises `UnknownName`."""
    try:
        return resolve_uid(text, kind)
    except UnknownName:
        return resolve_uid(_AROUND_NAMES.sub("", text), kind)


def _note_unlike(table: _Table, name: Cell, uid: str | None, kind: UidKind) -> None:
    """A name and a UID beside each other mean the same; a name that only the vendor knows says nothing."""
    try:
        named = _resolve(name.text, kind)
    except UnknownName:
        return
    if uid is not None and named != uid:
        table.document.note_at(name.mark, f"`{name.text}` is {named}, and the UID beside it is {uid}, {uid_name(uid)}")
