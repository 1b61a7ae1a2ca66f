"""A reference SCP with defects: keys read otherwise than they stand, and an index seen otherwise than it is.

Without defects nothing of this is in the way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Protocol

from harness.reference.attributes import INDEXED
from harness.reference.index import Index, Row
from harness.reference.query import Identifier, Query
from harness.reference.refused import IDENTIFIER_DOES_NOT_MATCH, Refused
from harness.scenario.defects import Defect
from harness.services.part10 import FileMeta
from harness.standard.models import QueryModel

SLOW, SLOWER = 0.01, 0.25
"""Seconds between two matches where a C-CANCEL is ignored, before it comes and afterwards."""
_NOTHING = "\0"
"""Stands in for a text that nothing matches."""
_DAY_OF_NOTHING = "00010101"
_LONGEST_LIST = 100
_STUDY = 0x0020000D
_MODALITIES_IN_STUDY = 0x00080061


class Readable(Protocol):
    """What answers to queries are made from."""

    def rows(self, level: str, uids: Mapping[str, Sequence[str]]) -> list[Row]:
        """Entities of a level, limited to lists of unique keys by level. Raises sqlite3.Error."""

    def related(self, level: str, uid: str) -> dict[str, list[str]]:
        """What belongs to an entity. Raises sqlite3.Error."""


# Keys that are misread


class MisreadIdentifier(Identifier):
    """An identifier whose keys are read with defects. Raises `Refused` when made."""

    def __init__(self, data: bytes | None, transfer_syntax_uid: str, defects: Collection[Defect]) -> None:
        super().__init__(data, transfer_syntax_uid)
        self._defects = defects

    def text(self, tag: int, vr: str) -> str:
        """The value of an element as it is misread."""
        text = super().text(tag, vr)
        for defect, (vrs, misread) in _MISREAD.items():
            if defect in self._defects and vr in vrs:
                text = misread(text)
        return text


def _without_last_day(dates: str) -> str:
    first, dash, last = dates.partition("-")
    if not dash or not last:
        return dates
    before = f"{datetime.strptime(last, '%Y%m%d') - timedelta(days=1):%Y%m%d}"
    return f"{first}-{before}" if first <= before else _DAY_OF_NOTHING


def _of_lower_case_with_wildcards(name: str) -> str:
    return _NOTHING if "*" in name and name != name.upper() else name


_MISREAD: dict[Defect, tuple[frozenset[str], Callable[[str], str]]] = {
    Defect.EXCLUSIVE_RANGE_END: (frozenset(("DA",)), _without_last_day),
    Defect.FIRST_UID_ONLY: (frozenset(("UI",)), lambda text: text.split("\\")[0]),
    Defect.SHORT_UID_LISTS: (frozenset(("UI",)), lambda text: "\\".join(text.split("\\")[:_LONGEST_LIST])),
    Defect.CASE_IGNORED: (frozenset(("LO", "SH")), str.upper),
    Defect.LITERAL_WILDCARDS: (
        frozenset(("LO", "PN", "SH")),
        lambda text: text.replace("*", _NOTHING).replace("?", _NOTHING),
    ),
    Defect.UPPER_CASE_WILDCARDS: (frozenset(("PN",)), _of_lower_case_with_wildcards),
    Defect.ASCII_KEYS_ONLY: (frozenset(("PN",)), lambda text: text if text.isascii() else _NOTHING),
}
"""The value representations in which a defect shows, and how it reads their texts."""


def misunderstood(query: Query, defects: Collection[Defect]) -> Query:
    """A query as it is taken with defects. Raises `Refused`."""
    if Defect.UNSUPPORTED_KEYS_REFUSED in defects and not query.all_keys_supported:
        raise Refused(IDENTIFIER_DOES_NOT_MATCH, "a key is not supported")
    if query.level == "SERIES" and Defect.SERIES_OF_ALL_STUDIES in defects:
        uids = {level: values for level, values in query.uids.items() if level != "STUDY"}
        return replace(query, uids=uids, matchers=tuple(pair for pair in query.matchers if pair[0] != _STUDY))
    return query


# An index that is not seen as it is


class DefectiveView:
    """The index as one query with defects sees it. `number` tells one query from the next."""

    def __init__(self, index: Index, query: Query, model: QueryModel, number: int, defects: Collection[Defect]) -> None:
        self._index = index
        self._query = query
        self._model = model
        self._number = number
        self._defects = defects

    def rows(self, level: str, uids: Mapping[str, Sequence[str]]) -> list[Row]:
        """Entities of a level, limited to lists of unique keys by level. Raises sqlite3.Error."""
        rows = self._index.rows(level, uids)
        if Defect.WAVERING in self._defects and self._number % 2:
            rows = rows[:-1]
        if Defect.PATIENT_ROOT_INCOMPLETE in self._defects and self._model is QueryModel.PATIENT_ROOT:
            rows = [row for row in rows if row.uid != self._latest_study()]
        return [seen for row in rows for seen in self._seen(level, row)]

    def related(self, level: str, uid: str) -> dict[str, list[str]]:
        """What belongs to an entity. Raises sqlite3.Error."""
        related = self._index.related(level, uid)
        if Defect.STALE_NUMBERS in self._defects:
            related["instances"] = [*related["instances"], _NOTHING]
        return related

    def _latest_study(self) -> str:
        return self._index.rows("STUDY", {})[-1].uid

    def _seen(self, level: str, row: Row) -> list[Row]:
        """A row as often and with such values as the defects see it."""
        if Defect.EMPTY_VALUES_HIDDEN in self._defects and not self._has_all(row):
            return []
        if Defect.COLONS_IN_TIMES in self._defects:
            row = row._replace(attributes={tag: _with_colons(tag, text) for tag, text in row.attributes.items()})
        joined = level == "STUDY" and any(tag == _MODALITIES_IN_STUDY for tag, _ in self._query.returned)
        if joined and Defect.ANSWER_PER_SERIES in self._defects:
            return [row] * len(self._index.related(level, row.uid)["series"])
        return [row]

    def _has_all(self, row: Row) -> bool:
        return all(row.attributes.get(tag) for tag, _ in self._query.returned if tag in _OFTEN_EMPTY)


_OFTEN_EMPTY = frozenset((0x00080050, 0x00100020, 0x00200010))
"""Accession Number, Patient ID, Study ID."""


def _with_colons(tag: int, text: str) -> str:
    if INDEXED[tag].vr != "TM" or len(text) < 6:
        return text
    return f"{text[:2]}:{text[2:4]}:{text[4:]}"


def retrieved(files: list[FileMeta], defects: Collection[Defect]) -> list[FileMeta]:
    """What a retrieve of these instances brings."""
    return files[:-1] if Defect.ONE_LEFT_BEHIND in defects else files
