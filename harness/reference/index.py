"""The index of the reference SCP: SQLite, in a folder or in memory; the instances lie beside it as Part 10 files."""

from __future__ import annotations

import json
import os
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from harness.reference.header import Header
from harness.reference.quota import make_room
from harness.reference.settings import NO_QUOTA, Quota
from harness.services.part10 import FileMeta

VERSION = 1
"""Format of the database on disk."""

LOCK_SECONDS = 2.0
"""How long to wait for another process to let go of the database."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS patients (id TEXT PRIMARY KEY, attributes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS studies (uid TEXT PRIMARY KEY, patient TEXT NOT NULL, attributes TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS series (
    uid TEXT NOT NULL, study TEXT NOT NULL, modality TEXT NOT NULL, attributes TEXT NOT NULL, PRIMARY KEY (study, uid)
);
CREATE TABLE IF NOT EXISTS instances (
    uid TEXT PRIMARY KEY, series TEXT NOT NULL, study TEXT NOT NULL, sop_class TEXT NOT NULL, syntax TEXT NOT NULL,
    file TEXT NOT NULL, offset INTEGER NOT NULL, length INTEGER NOT NULL, attributes TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS normalized (uid TEXT PRIMARY KEY, sop_class TEXT NOT NULL, attributes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS commitments (
    id INTEGER PRIMARY KEY, transaction_uid TEXT NOT NULL, requestor TEXT NOT NULL, result TEXT NOT NULL,
    reported INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS studies_by_patient ON studies (patient);
CREATE INDEX IF NOT EXISTS series_by_uid ON series (uid);
CREATE INDEX IF NOT EXISTS instances_by_series ON instances (study, series);
CREATE INDEX IF NOT EXISTS instances_by_series_uid ON instances (series);
"""
_SERIES = "series s JOIN studies t ON t.uid = s.study"
_INSTANCES = "instances i JOIN series s ON s.study = i.study AND s.uid = i.series JOIN studies t ON t.uid = i.study"
_ROWS = {
    "PATIENT": "SELECT p.id, p.attributes FROM patients p{where} ORDER BY p.rowid",
    "STUDY": "SELECT t.uid, t.attributes FROM studies t{where} ORDER BY t.rowid",
    "SERIES": f"SELECT s.uid, t.attributes, s.attributes FROM {_SERIES}{{where}} ORDER BY s.rowid",
    "IMAGE": f"SELECT i.uid, t.attributes, s.attributes, i.attributes FROM {_INSTANCES}{{where}} ORDER BY i.rowid",
}
_COLUMNS = {
    "PATIENT": {"PATIENT": "p.id"},
    "STUDY": {"PATIENT": "t.patient", "STUDY": "t.uid"},
    "SERIES": {"PATIENT": "t.patient", "STUDY": "s.study", "SERIES": "s.uid"},
    "IMAGE": {"PATIENT": "t.patient", "STUDY": "i.study", "SERIES": "i.series", "IMAGE": "i.uid"},
}
_UPSERTS = (
    """INSERT OR REPLACE INTO instances VALUES
    (:instance, :series, :study, :sop_class, :syntax, :file, :offset, :length, :of_instance)""",
)
_UPSERTS_OF_PATIENTS = (
    "INSERT INTO patients VALUES (:patient, :of_patient) ON CONFLICT (id) DO UPDATE SET attributes = :of_patient",
    """INSERT INTO studies VALUES (:study, :patient, :of_study)
    ON CONFLICT (uid) DO UPDATE SET patient = :patient, attributes = :of_study""",
    """INSERT INTO series VALUES (:series, :study, :modality, :of_series)
    ON CONFLICT (study, uid) DO UPDATE SET modality = :modality, attributes = :of_series""",
)
_REPLACED = """SELECT i.file, i.study, i.series, t.patient FROM instances i LEFT JOIN studies t ON t.uid = i.study
    WHERE i.uid = :instance"""
_ORPHANS = (
    """DELETE FROM series WHERE study = :study AND uid = :series
    AND NOT EXISTS (SELECT 1 FROM instances WHERE study = :study AND series = :series)""",
    "DELETE FROM studies WHERE uid = :study AND NOT EXISTS (SELECT 1 FROM instances WHERE study = :study)",
    "DELETE FROM patients WHERE id = :patient AND NOT EXISTS (SELECT 1 FROM studies WHERE patient = :patient)",
)


class Row(NamedTuple):
    """One entity of a level with the attributes of its own and of the levels above, as text by tag."""

    uid: str
    attributes: dict[int, str]


class Index:
    """Thread-safe. A new instance with a known SOP Instance UID takes the place of the old one.

    The attributes of a patient, study or series are those of the instance that came last.
    """

    def __init__(self, folder: Path | None, quota: Quota = NO_QUOTA) -> None:
        self._folder = folder
        self._quota = quota
        self._temporary: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.RLock()
        self._connection: sqlite3.Connection | None = None
        self.instances = Path()
        """Where the files of instances are; those under way too, as `*.part`."""

    def open(self) -> None:
        """Open or make the index, and remove what a killed process left.

        Raises OSError when the folder cannot be used, or is used by another process.
        """
        if self._folder is None:
            self._temporary = tempfile.TemporaryDirectory(prefix="harness-scp-")
        folder = self._folder or Path(str(self._temporary and self._temporary.name))
        self.instances = folder / "instances"
        self.instances.mkdir(parents=True, exist_ok=True)
        database = folder / "index.sqlite"
        if not database.exists() and any(self.instances.glob("*.dcm")):
            raise OSError(None, f"{folder} has instances, but their index is missing: {database.name}")
        try:
            self._connection = _connect(":memory:" if self._folder is None else str(database))
            self._remove_left_over()
        except sqlite3.Error as error:
            self.close()
            raise OSError(None, f"{database} cannot be used: {error}") from None

    def _remove_left_over(self) -> None:
        """Remove files that were under way, and complete ones whose entry, and so their answer, never was."""
        known = {file for (file,) in self._all("SELECT file FROM instances", ())}
        for path in self.instances.iterdir():
            if path.suffix == ".part" or (path.suffix == ".dcm" and path.name not in known):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        """Close the database; without a folder of its own everything is gone then."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
        if self._temporary is not None:
            self._temporary.cleanup()

    def add(self, header: Header, part: FileMeta) -> Path:
        """Index an instance that is complete in `part`, give its file its place, and remove what it replaces.

        The file gets its place by a rename before the index knows of it, so that nobody ever sees half an instance.
        Raises OSError, sqlite3.Error and `QuotaExceeded`; nothing is left then.
        """
        path = self.instances / f"{part.path.stem}.dcm"
        values = _values(header, part, path.name)
        os.replace(part.path, path)  # noqa: PTH105 - as for each instance, pathlib takes longer than the system does
        try:
            with self.transaction() as connection:
                old = connection.execute(_REPLACED, values).fetchone()
                before = connection.execute("SELECT patient FROM studies WHERE uid = :study", values).fetchone()
                for statement in _UPSERTS + (_UPSERTS_OF_PATIENTS if header.study else ()):
                    connection.execute(statement, values)
                if old is not None:
                    _remove_orphans(connection, *old[1:])
                if before is not None and before[0] != header.patient_id:
                    _remove_orphans(connection, header.study, header.series, before[0])
                removed = make_room(connection, self._quota, header.study)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        for file in removed if old is None else [*removed, old[0]]:
            (self.instances / file).unlink(missing_ok=True)
        return path

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is done within happens, or nothing of it. Raises sqlite3.Error."""
        with self._lock:
            connection = self._opened()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            raise sqlite3.ProgrammingError("the index is not open")
        return self._connection

    def _all(self, statement: str, parameters: Sequence[str]) -> list[tuple[str, ...]]:
        with self._lock:
            return self._opened().execute(statement, parameters).fetchall()

    def rows(self, level: str, uids: Mapping[str, Sequence[str]]) -> list[Row]:
        """All entities of a level, limited to lists of unique keys by level. Raises sqlite3.Error."""
        where, parameters = _where(level, uids)
        found = self._all(_ROWS[level].format(where=where), parameters)
        return [Row(uid, _merged(attributes)) for uid, *attributes in found]

    def related(self, level: str, uid: str) -> dict[str, list[str]]:
        """Studies, series, instances, modalities and SOP classes of an entity. Raises sqlite3.Error."""
        where, parameters = _where("IMAGE", {level: [uid]})
        found = self._all(
            f"SELECT i.study, i.series, i.uid, i.sop_class, s.modality FROM {_INSTANCES}{where}", parameters
        )
        columns = zip(*found, strict=True) if found else [()] * 5
        names = ("studies", "series", "instances", "sop_classes", "modalities")
        return {name: sorted(set(values) - {""}) for name, values in zip(names, columns, strict=True)}

    def files(self, uids: Mapping[str, Sequence[str]]) -> list[FileMeta]:
        """The files of all instances of the entities with these unique keys, by level. Raises sqlite3.Error."""
        where, parameters = _where("IMAGE", uids)
        columns = "i.file, i.sop_class, i.uid, i.syntax, i.offset, i.length"
        found = self._all(f"SELECT {columns} FROM {_INSTANCES}{where} ORDER BY i.rowid", parameters)
        return [
            FileMeta(self.instances / file, sop_class, uid, syntax, int(offset), int(length))
            for file, sop_class, uid, syntax, offset, length in found
        ]

    def sop_classes(self, uids: Sequence[str]) -> dict[str, str]:
        """The SOP classes of those of these instances that are there, by SOP Instance UID. Raises sqlite3.Error."""
        found = self._all(
            "SELECT uid, sop_class FROM instances WHERE uid IN (SELECT value FROM json_each(?))",
            [json.dumps(list(uids))],
        )
        return {row[0]: row[1] for row in found}

    def count(self) -> int:
        """Number of instances. Raises sqlite3.Error."""
        return int(self._all("SELECT count(*) FROM instances", ())[0][0])


def _connect(database: str) -> sqlite3.Connection:
    """A database with all tables. Raises sqlite3.Error."""
    connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None, timeout=LOCK_SECONDS)
    try:
        # Two processes that share a folder would take each other's files for left over.
        connection.execute("PRAGMA locking_mode=EXCLUSIVE")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, VERSION):
            raise sqlite3.DatabaseError(f"its format is {version}, this program's is {VERSION}")
        connection.executescript(f"{_SCHEMA} PRAGMA user_version={VERSION};")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def _values(header: Header, part: FileMeta, file: str) -> dict[str, str | int]:
    levels = header.by_level
    return {
        "patient": header.patient_id,
        "study": header.study,
        "series": header.series,
        "instance": header.sop_instance,
        "modality": header.modality,
        "sop_class": header.sop_class,
        "syntax": part.transfer_syntax_uid,
        "file": file,
        "offset": part.data_set_offset,
        "length": part.data_set_length,
        "of_patient": json.dumps(levels["PATIENT"]),
        # Study root knows the patient's attributes as attributes of the study (PS3.4 C.6.2.1).
        "of_study": json.dumps(levels["PATIENT"] | levels["STUDY"]),
        "of_series": json.dumps(levels["SERIES"]),
        "of_instance": json.dumps(levels["IMAGE"]),
    }


def _remove_orphans(connection: sqlite3.Connection, study: str, series: str, patient: str) -> None:
    for statement in _ORPHANS:
        connection.execute(statement, {"study": study, "series": series, "patient": patient})


def _merged(attributes: Sequence[str]) -> dict[int, str]:
    return {int(tag): text for part in attributes for tag, text in json.loads(part).items()}


def _where(level: str, uids: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    """Conditions on unique keys; a list is one parameter, because the number of parameters is limited."""
    columns = _COLUMNS[level]
    conditions = [f"{columns[name]} IN (SELECT value FROM json_each(?))" for name in uids]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    return where, [json.dumps(list(values)) for values in uids.values()]
