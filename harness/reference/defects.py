"""A reference SCP with defects: keys read otherwise than they stand, and an index seen otherwise than it is.

Without defects nothing of this is in the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from harness.reference.index import Index, Row
from harness.reference.query import Identifier, Query
from harness.scenario.defects import Defect

_NOTHING = "\0"
"""Stands in for a text that nothing matches."""


class Readable(Protocol):
    """What answers to queries are made from."""

    def rows(self, level: str, uids: Mapping[str, Sequence[str]]) -> list[Row]:
        """Entities of a level, limited to lists of unique keys by level. Raises sqlite3.Error."""

    def related(self, level: str, uid: str) -> dict[str, list[str]]:
        """What belongs to an entity. Raises sqlite3.Error."""


class MisreadIdentifier(Identifier):
    """An identifier whose keys are read with defects. Raises `Refused` when made."""

    def __init__(self, data: bytes | None, transfer_syntax_uid: str, defects: Collection[Defect]) -> None:
        super().__init__(data, transfer_syntax_uid)
        self._defects = defects

    def text(self, tag: int, vr: str) -> str:
        """The value of an element as it is misread."""
        text = super().text(tag, vr)
        if vr == "DA" and Defect.EXCLUSIVE_RANGE_END in self._defects:
            return _without_last_day(text)
        if vr == "UI" and Defect.FIRST_UID_ONLY in self._defects:
            return text.split("\\")[0]
        return text


def _without_last_day(dates: str) -> str:
    first, dash, last = dates.partition("-")
    if not dash or not last:
        return dates
    before = f"{datetime.strptime(last, '%Y%m%d') - timedelta(days=1):%Y%m%d}"
    return f"{first}-{before}" if first <= before else _NOTHING


class DefectiveView:
    """The index as one query with defects sees it."""

    def __init__(self, index: Index, query: Query, defects: Collection[Defect]) -> None:
        self._index = index
        self._query = query
        self._defects = defects

    def rows(self, level: str, uids: Mapping[str, Sequence[str]]) -> list[Row]:
        """Entities of a level, limited to lists of unique keys by level. Raises sqlite3.Error."""
        rows = self._index.rows(level, uids)
        if Defect.EMPTY_VALUES_HIDDEN in self._defects:
            rows = [row for row in rows if self._has_all(row)]
        return rows

    def _has_all(self, row: Row) -> bool:
        return all(row.attributes.get(tag) for tag, _ in self._query.returned if tag in _OFTEN_EMPTY)

    def related(self, level: str, uid: str) -> dict[str, list[str]]:
        """What belongs to an entity. Raises sqlite3.Error."""
        return self._index.related(level, uid)


_OFTEN_EMPTY = frozenset((0x00080050, 0x00100020, 0x00200010))
"""Accession Number, Patient ID, Study ID."""
