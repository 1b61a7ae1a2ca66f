"""C-STORE as SCP: instances judged and indexed when their file is complete (PS3.4 B.2.3)."""

from __future__ import annotations

import re
import sqlite3

from harness.reference.header import Header, MissingUID, read_header
from harness.reference.index import Index
from harness.reference.quota import QuotaExceeded
from harness.services.elements import Undecodable
from harness.services.part10 import FileMeta
from harness.services.receive import OUT_OF_RESOURCES, SUCCESS, Judgment
from harness.standard.status import is_stored

INVALID_SOP_INSTANCE = 0x0117
DOES_NOT_MATCH_SOP_CLASS = 0xA900
CANNOT_UNDERSTAND = 0xC000

_UID_CHARACTERS = re.compile(r"[0-9.]{1,64}")
"""What a UID is made of; one that breaks PS3.5 9.1 otherwise is taken as it stands, as archives must."""


class Archive:
    """Judges the instances of one association.

    `refusal` is a failure to refuse the next one with, or a warning to keep it with.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.refusal: int | None = None

    def judge(self, part: FileMeta) -> Judgment:
        """What becomes of a complete file. An instance that is there already is replaced. Raises OSError."""
        wanted = SUCCESS if self.refusal is None else self.refusal
        if not is_stored(wanted):
            return Judgment(wanted, part.path)
        if not _UID_CHARACTERS.fullmatch(part.sop_instance_uid):
            return Judgment(INVALID_SOP_INSTANCE, part.path, "Affected SOP Instance UID (0000,1000) is no UID")
        if not part.data_set_length:
            return Judgment(CANNOT_UNDERSTAND, part.path, "the data set is empty")
        try:
            with part.path.open("rb", buffering=0) as stream:
                stream.seek(part.data_set_offset)
                header = read_header(stream, part.transfer_syntax_uid)
        except Undecodable as error:
            return Judgment(CANNOT_UNDERSTAND, part.path, str(error))
        except MissingUID as error:
            return Judgment(DOES_NOT_MATCH_SOP_CLASS, part.path, str(error))
        if mismatch := _mismatch(part, header):
            return Judgment(DOES_NOT_MATCH_SOP_CLASS, part.path, mismatch)
        try:
            return Judgment(wanted, self._index.add(header, part))
        except sqlite3.Error:
            return Judgment(OUT_OF_RESOURCES, part.path, "the index cannot be written")
        except QuotaExceeded as error:
            return Judgment(OUT_OF_RESOURCES, part.path, str(error))


def _mismatch(part: FileMeta, header: Header) -> str:
    """How the data set is another instance than the one that the command names; empty when it is that one."""
    if part.sop_class_uid != header.sop_class:
        return "SOP Class UID (0008,0016) is not that of the command"
    if part.sop_instance_uid != header.sop_instance:
        return "SOP Instance UID (0008,0018) is not that of the command"
    return ""
