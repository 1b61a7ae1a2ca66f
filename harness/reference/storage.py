"""C-STORE as SCP: instances judged and indexed when their file is complete (PS3.4 B.2.3)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.dimse.command import CommandSet
from harness.reference.index import Header, Index, finish, read_header
from harness.services.part10 import NotSendable, read_file_meta
from harness.services.receive import SUCCESS
from harness.standard.status import Service, StatusCategory, describe_status

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

DOES_NOT_MATCH_SOP_CLASS = 0xA900
CANNOT_UNDERSTAND = 0xC000
OUT_OF_RESOURCES = 0xA700


class Archive:
    """Judges the instances of one association.

    `refusal` is a failure to refuse the next one with, or a warning to keep it with.
    """

    def __init__(self, index: Index) -> None:
        self._index = index
        self.refusal: int | None = None

    def judge(self, command: CommandSet, part: Path) -> tuple[int, Path]:
        """Status of a complete file, and where it lies afterwards."""
        wanted = SUCCESS if self.refusal is None else self.refusal
        if describe_status(wanted, Service.STORE).category is StatusCategory.FAILURE:
            return wanted, part
        try:
            header = read_header(_parse(part))
        except Exception:  # noqa: BLE001 - pydicom raises many kinds on undecodable bytes; the status says it all
            return CANNOT_UNDERSTAND, part
        if not _matches(command, header):
            return DOES_NOT_MATCH_SOP_CLASS, part
        try:
            path = finish(part, self._index.folder)
            self._index.add(header, read_file_meta(path))
        except (OSError, NotSendable):
            return OUT_OF_RESOURCES, part
        return wanted, path


def _parse(part: Path) -> Dataset:
    from pydicom import dcmread

    return dcmread(part, stop_before_pixels=True, defer_size=1024)


def _matches(command: CommandSet, header: Header) -> bool:
    """Whether the data set is the instance that the command names."""
    return (
        command.affected_sop_class_uid == header.sop_class and command.affected_sop_instance_uid == header.sop_instance
    )
