"""The index of the reference SCP: SQLite, in a folder or in memory; the instances lie beside it as Part 10 files."""

from __future__ import annotations

import json
import sqlite3
import tempfile
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harness.reference.attributes import INDEXED, LEVELS
from harness.services.part10 import FileMeta

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_SCHEMA = """
CREATE TABLE IF NOT EXISTS studies (uid TEXT PRIMARY KEY, patient_id TEXT NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS series (uid TEXT PRIMARY KEY, study TEXT NOT NULL, modality TEXT, attributes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS instances (
    uid TEXT PRIMARY KEY, series TEXT NOT NULL, study TEXT NOT NULL, patient_id TEXT NOT NULL, sop_class TEXT NOT NULL,
    syntax TEXT NOT NULL, path TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, attributes TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS studies_by_patient ON studies (patient_id);
CREATE INDEX IF NOT EXISTS series_by_study ON series (study);
CREATE INDEX IF NOT EXISTS instances_by_series ON instances (series);
CREATE INDEX IF NOT EXISTS instances_by_study ON instances (study);
"""


@dataclass(frozen=True, slots=True)
class Header:
    """What the index knows of one instance: its attributes as text by level, then by tag in hexadecimal."""

    patient_id: str
    study: str
    series: str
    modality: str
    sop_class: str
    sop_instance: str
    by_level: dict[str, dict[str, str]]


def read_header(data_set: Dataset) -> Header:
    """The indexed attributes of a data set. Raises ValueError when a UID of the hierarchy is missing."""
    by_level: dict[str, dict[str, str]] = {level: {} for level in LEVELS}
    for tag, attribute in INDEXED.items():
        element = data_set.get(tag)
        text = "" if element is None or element.value is None else _as_text(element.value)
        if text:
            by_level[attribute.level][f"{tag:08X}"] = text
    study, series = str(data_set.get("StudyInstanceUID", "")), str(data_set.get("SeriesInstanceUID", ""))
    sop_class, sop_instance = str(data_set.get("SOPClassUID", "")), str(data_set.get("SOPInstanceUID", ""))
    missing = [
        name
        for name, uid in (("Study", study), ("Series", series), ("SOP", sop_instance), ("SOP class", sop_class))
        if not uid
    ]
    if missing:
        raise ValueError(f"the data set lacks its {' and '.join(missing)} UID")
    patient_id = str(data_set.get("PatientID", "") or "")
    modality = str(data_set.get("Modality", "") or "")
    return Header(patient_id, study, series, modality, sop_class, sop_instance, by_level)


def _as_text(value: object) -> str:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return str(value).strip()
    return "\\".join(str(part).strip() for part in value)


@dataclass(frozen=True, slots=True)
class Row:
    """One entity of a level with the attributes of its own and of the levels above, by tag in hexadecimal."""

    uid: str
    attributes: dict[str, str]


class Index:
    """Thread-safe; a new instance with a known SOP Instance UID takes the place of the old one."""

    def __init__(self, folder: Path | None) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="harness-scp-") if folder is None else None
        self.folder = Path(self._temporary.name) if self._temporary is not None else Path(folder or ".")
        self.folder.mkdir(parents=True, exist_ok=True)
        database = ":memory:" if folder is None else str(self.folder / "index.sqlite")
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        if folder is not None:
            self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database; without a folder of its own everything is gone then."""
        with self._lock:
            self._connection.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def add(self, header: Header, file: FileMeta) -> None:
        """Index an instance whose file is complete, and remove the file it replaces."""
        levels = header.by_level
        patient_and_study = json.dumps({**levels["PATIENT"], **levels["STUDY"]})
        with self._lock, self._connection as connection:
            connection.execute("BEGIN")
            query = "SELECT path FROM instances WHERE uid = ?"
            old = connection.execute(query, (header.sop_instance,)).fetchone()
            connection.execute(
                "INSERT OR REPLACE INTO studies VALUES (?, ?, ?)", (header.study, header.patient_id, patient_and_study)
            )
            connection.execute(
                "INSERT OR REPLACE INTO series VALUES (?, ?, ?, ?)",
                (header.series, header.study, header.modality, json.dumps(levels["SERIES"])),
            )
            connection.execute(
                "INSERT OR REPLACE INTO instances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    header.sop_instance,
                    header.series,
                    header.study,
                    header.patient_id,
                    header.sop_class,
                    file.transfer_syntax_uid,
                    str(file.path),
                    file.data_set_offset,
                    file.data_set_length,
                    json.dumps(levels["IMAGE"]),
                ),
            )
            if old is not None:
                connection.execute("DELETE FROM series WHERE uid NOT IN (SELECT series FROM instances)")
                connection.execute("DELETE FROM studies WHERE uid NOT IN (SELECT study FROM instances)")
        if old is not None and old[0] != str(file.path):
            Path(old[0]).unlink(missing_ok=True)

    def rows(self, level: str, uids: dict[str, list[str]]) -> list[Row]:
        """All entities of a level, limited by lists of unique keys (keys of `uids` are levels)."""
        query, parameters = _select(level, uids)
        with self._lock:
            found = self._connection.execute(query, parameters).fetchall()
        if level == "PATIENT":
            return [Row(uid, _only_patient(json.loads(attributes))) for uid, attributes in found]
        return [Row(uid, _merged(parts)) for uid, *parts in found]

    def related(self, level: str, uid: str) -> dict[str, list[str]]:
        """Series, instances, modalities and SOP classes below an entity, for the computed attributes."""
        column = {"PATIENT": "patient_id", "STUDY": "study", "SERIES": "series"}[level]
        query = (
            "SELECT i.study, i.series, i.uid, i.sop_class, s.modality "
            f"FROM instances i JOIN series s ON s.uid = i.series WHERE i.{column} = ?"
        )
        with self._lock:
            found = self._connection.execute(query, (uid,)).fetchall()
        columns = list(zip(*found, strict=True)) or [()] * 5
        names = ("studies", "series", "instances", "sop_classes", "modalities")
        return {name: sorted({str(value) for value in values}) for name, values in zip(names, columns, strict=True)}

    def files(self, level: str, uids: dict[str, list[str]]) -> list[FileMeta]:
        """The files of all instances at or below the entities of the given unique keys."""
        where, parameters = _where(uids, "i")
        query = (
            f"SELECT i.path, i.sop_class, i.uid, i.syntax, i.offset, i.length FROM instances i{where} ORDER BY i.rowid"
        )
        with self._lock:
            found = self._connection.execute(query, parameters).fetchall()
        return [FileMeta(Path(path), *rest) for path, *rest in found]

    def count(self) -> int:
        """Number of instances."""
        with self._lock:
            return int(self._connection.execute("SELECT count(*) FROM instances").fetchone()[0])


def _merged(parts: Sequence[str]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for part in parts:
        merged.update(json.loads(part))
    return merged


def _only_patient(attributes: dict[str, str]) -> dict[str, str]:
    return {tag: text for tag, text in attributes.items() if INDEXED[int(tag, 16)].level == "PATIENT"}


_COLUMNS = {
    "i": {"PATIENT": "patient_id", "STUDY": "study", "SERIES": "series", "IMAGE": "uid"},
    "s": {"STUDY": "study", "SERIES": "uid"},
    "t": {"PATIENT": "patient_id", "STUDY": "uid"},
}


def _where(uids: dict[str, list[str]], table: str, also: dict[str, str] | None = None) -> tuple[str, list[str]]:
    conditions, parameters = [], []
    for level, values in uids.items():
        column = _COLUMNS[table].get(level)
        name = f"{table}.{column}" if column else f"{(also or {})[level]}"
        conditions.append(f"{name} IN ({', '.join('?' * len(values))})")
        parameters += values
    return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), parameters


def _select(level: str, uids: dict[str, list[str]]) -> tuple[str, list[str]]:
    if level in ("PATIENT", "STUDY"):
        where, parameters = _where(uids, "t")
        if level == "PATIENT":
            return f"SELECT t.patient_id, max(t.attributes) FROM studies t{where} GROUP BY t.patient_id", parameters
        return f"SELECT t.uid, t.attributes FROM studies t{where} ORDER BY t.rowid", parameters
    if level == "SERIES":
        where, parameters = _where(uids, "s", {"PATIENT": "t.patient_id"})
        join = "series s JOIN studies t ON t.uid = s.study"
        return f"SELECT s.uid, t.attributes, s.attributes FROM {join}{where} ORDER BY s.rowid", parameters
    where, parameters = _where(uids, "i")
    join = "instances i JOIN series s ON s.uid = i.series JOIN studies t ON t.uid = i.study"
    return f"SELECT i.uid, t.attributes, s.attributes, i.attributes FROM {join}{where} ORDER BY i.rowid", parameters


def finish(part: Path, folder: Path) -> Path:
    """Give a complete file its place; a rename, so that nobody ever sees half of it."""
    path = folder / f"{part.stem}.dcm"
    return part.replace(path)
