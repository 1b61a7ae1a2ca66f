"""Results of storage commitment: kept until they are reported, and as event information (PS3.4 J.3.3)."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from harness.reference.index import Index
from harness.services.identifier import encode_identifier
from harness.standard.commitment import EventType, FailureReason

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


@dataclass(frozen=True, slots=True)
class Result:
    """What the request of a transaction came to.

    `requestor` and `scp` are the AE titles of who asked and of who was asked. `committed` are SOP classes and
    instances, `failed` have the failure reason besides.
    """

    transaction_uid: str
    requestor: str
    scp: str
    committed: tuple[tuple[str, str], ...]
    failed: tuple[tuple[str, str, int], ...]

    @property
    def event_type(self) -> EventType:
        """Event Type ID of its report."""
        return EventType.FAILURES_EXIST if self.failed else EventType.SUCCESSFUL

    def event_information(self, transfer_syntax_uid: str) -> bytes:
        """The data set of its report (PS3.4 Table J.3-2)."""
        from pydicom.dataset import Dataset

        information = Dataset()
        information.TransactionUID = self.transaction_uid
        if self.committed:
            information.RetrieveAETitle = self.scp
            information.ReferencedSOPSequence = [_reference(*instance) for instance in self.committed]
        if self.failed:
            information.FailedSOPSequence = [_reference(*instance) for instance in self.failed]
        return encode_identifier(information, transfer_syntax_uid)


def _reference(sop_class: str, uid: str, failure_reason: int | None = None) -> Dataset:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ReferencedSOPClassUID = sop_class
    item.ReferencedSOPInstanceUID = uid
    if failure_reason is not None:
        item.FailureReason = failure_reason
    return item


def keep(index: Index, result: Result) -> tuple[int, Result]:
    """Keep a result that is to be reported: under which number, and what is to be reported. Raises sqlite3.Error.

    A Transaction UID that was used before makes every instance fail (PS3.3 C.14.1.1).
    """
    with index.transaction() as connection:
        query = "SELECT 1 FROM commitments WHERE transaction_uid = ?"
        if connection.execute(query, (result.transaction_uid,)).fetchone() is not None:
            result = _duplicate(result)
        row = (result.transaction_uid, result.requestor, json.dumps(asdict(result)))
        insert = "INSERT INTO commitments (transaction_uid, requestor, result, reported) VALUES (?, ?, ?, 0)"
        return int(connection.execute(insert, row).lastrowid or 0), result


def _duplicate(result: Result) -> Result:
    reason = int(FailureReason.DUPLICATE_TRANSACTION_UID)
    instances = [*result.committed, *((sop_class, uid) for sop_class, uid, _ in result.failed)]
    failed = tuple((*instance, reason) for instance in instances)
    return Result(result.transaction_uid, result.requestor, result.scp, (), failed)


def unreported(index: Index) -> dict[int, Result]:
    """The results that are still to be reported, by number. Raises sqlite3.Error."""
    with index.transaction() as connection:
        query = "SELECT id, result FROM commitments WHERE NOT reported ORDER BY id"
        found = connection.execute(query).fetchall()
    return {number: _restored(json.loads(text)) for number, text in found}


def _restored(values: dict[str, Any]) -> Result:
    committed = tuple((sop_class, uid) for sop_class, uid in values["committed"])
    failed = tuple((sop_class, uid, int(reason)) for sop_class, uid, reason in values["failed"])
    return Result(values["transaction_uid"], values["requestor"], values["scp"], committed, failed)


def note_reported(index: Index, number: int) -> None:
    """A result has been reported. Raises sqlite3.Error."""
    with index.transaction() as connection:
        connection.execute("UPDATE commitments SET reported = 1 WHERE id = ?", (number,))
