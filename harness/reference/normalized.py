"""Normalized SOP instances that were created, beside the index of the composite ones (PS3.7 10.1)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.dimse.elements import Tag
from harness.dimse.messages import response_to
from harness.reference.attribute_list import PROCESSING_FAILURE, restored, stored
from harness.reference.refused import Refused
from harness.reference.request import Request
from harness.standard.uids import is_valid_uid, new_uid

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SUCCESS = 0x0000
DUPLICATE_SOP_INSTANCE = 0x0111
NO_SUCH_SOP_INSTANCE = 0x0112
INVALID_SOP_INSTANCE = 0x0117
_NOT_WRITTEN = "the database cannot be written"


def create(request: Request, attributes: Dataset) -> None:
    """Keep a new instance and respond; without a UID in the request we choose one (PS3.7 10.1.5.1.4).

    Raises `Refused`, `AssociationEnded`.
    """
    uid = request.command.affected_sop_instance_uid or new_uid()
    if not is_valid_uid(uid):
        raise Refused(INVALID_SOP_INSTANCE, "Affected SOP Instance UID (0000,1000) is no UID")
    row = (uid, request.abstract_syntax, stored(attributes))
    try:
        with request.index.transaction() as connection:
            connection.execute("INSERT INTO normalized VALUES (?, ?, ?)", row)
    except sqlite3.IntegrityError:
        raise Refused(DUPLICATE_SOP_INSTANCE) from None
    except sqlite3.Error:
        raise Refused(PROCESSING_FAILURE, _NOT_WRITTEN) from None
    request.respond(response_to(request.command, SUCCESS, more={Tag.AFFECTED_SOP_INSTANCE_UID: uid}))


def change(request: Request, change_attributes: Callable[[Dataset], None]) -> None:
    """Change the instance that a request names and respond. Raises `Refused`, `AssociationEnded`."""
    uid = request.command.text(Tag.REQUESTED_SOP_INSTANCE_UID) or ""
    try:
        with request.index.transaction() as connection:
            query = "SELECT attributes FROM normalized WHERE uid = ? AND sop_class = ?"
            found = connection.execute(query, (uid, request.abstract_syntax)).fetchone()
            if found is None:
                raise Refused(NO_SUCH_SOP_INSTANCE)
            attributes = restored(found[0])
            change_attributes(attributes)
            connection.execute("UPDATE normalized SET attributes = ? WHERE uid = ?", (stored(attributes), uid))
    except sqlite3.Error:
        raise Refused(PROCESSING_FAILURE, _NOT_WRITTEN) from None
    request.respond(response_to(request.command, SUCCESS))
