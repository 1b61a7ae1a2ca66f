"""The quota of a store: room made for a new instance, or none found."""

from __future__ import annotations

import sqlite3

from harness.reference.settings import Quota

_SIZE = "SELECT coalesce(sum(offset + length), 0) FROM instances"
_STUDIES = "SELECT count(*) FROM studies"
_OLDEST = "SELECT uid FROM studies WHERE uid <> ? ORDER BY rowid LIMIT 1"
_REMOVE = (
    "DELETE FROM instances WHERE study = :study",
    "DELETE FROM series WHERE study = :study",
    "DELETE FROM studies WHERE uid = :study",
    "DELETE FROM patients WHERE id NOT IN (SELECT patient FROM studies)",
)


class QuotaExceeded(Exception):
    """An instance for which there is no room; `str()` says which quota is used up."""


def make_room(connection: sqlite3.Connection, quota: Quota, study: str) -> list[str]:
    """Hold a quota after an instance of `study` was added, by removing the studies that came first if it says so.

    Returns the files of what was removed, which nobody needs once the transaction is through. Raises `QuotaExceeded`
    when there is no room without removing `study` itself, and sqlite3.Error.
    """
    files: list[str] = []
    while reason := _exceeded(connection, quota):
        oldest = connection.execute(_OLDEST, (study,)).fetchone() if quota.oldest_study_out else None
        if oldest is None:
            raise QuotaExceeded(reason)
        files += (row[0] for row in connection.execute("SELECT file FROM instances WHERE study = ?", oldest))
        for statement in _REMOVE:
            connection.execute(statement, {"study": oldest[0]})
    return files


def _exceeded(connection: sqlite3.Connection, quota: Quota) -> str:
    """Which part of the quota is used up; empty when none is."""
    if quota.studies is not None and connection.execute(_STUDIES).fetchone()[0] > quota.studies:
        return f"the quota of {quota.studies} studies is used up"
    if quota.size is not None and connection.execute(_SIZE).fetchone()[0] > quota.size:
        return f"the quota of {quota.size} bytes is used up"
    return ""
