"""Receiving C-STORE requests into Part 10 files, as they come, without parsing (PS3.4 Annex B)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.fragment import Message, Sink
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.observe.outcomes import ReceivedInstance
from harness.services.part10 import file_meta_bytes

SUCCESS = 0x0000
CANNOT_UNDERSTAND = 0xC000

Judge = Callable[[CommandSet, Path], tuple[int, Path]]
"""Decides the status of an instance whose file is complete, and gives the file its final name.

With a status other than success and warning the file is removed.
"""


def keep_everything(command: CommandSet, part: Path) -> tuple[int, Path]:
    """Judge that keeps every file beside where it was written, and answers success."""
    return SUCCESS, part.replace(part.with_suffix(".dcm"))


class InstanceReceiver:
    """Writes the instances that arrive on one association to files in a directory.

    A file gets its final name only when it is complete and was judged; partial files are removed.
    """

    def __init__(self, directory: Path, association: Association, judge: Judge = keep_everything) -> None:
        self.received: list[ReceivedInstance] = []
        self._directory = directory
        self._association = association
        self._judge = judge
        self._open: tuple[BinaryIO, Path] | None = None
        association.open_sink = self._open_sink

    def _open_sink(self, context_id: int, command: CommandSet) -> Sink | None:
        if command.command_field != Command.C_STORE_RQ:
            return None
        context = self._association.contexts[context_id]
        path = self._directory / f"{uuid.uuid4().hex}.part"
        file = path.open("wb")
        self._open = (file, path)
        file.write(
            file_meta_bytes(
                command.affected_sop_class_uid or "",
                command.affected_sop_instance_uid or "",
                context.transfer_syntax,
                self._association.trace.calling_ae_title,
            )
        )
        return file

    def answer(self, message: Message) -> ReceivedInstance | None:
        """Finish the file of a C-STORE-RQ, judge it and respond; returns the instance if it was kept.

        Raises `AssociationEnded` when the response cannot be sent.
        """
        instance, status = self.finish(message)
        self._association.send(message.context_id, response_to(message.command, status))
        return instance

    def finish(self, message: Message) -> tuple[ReceivedInstance | None, int]:
        """Finish the file of a C-STORE-RQ and judge it; the caller still owes the response with this status."""
        if self._open is None:
            return None, CANNOT_UNDERSTAND
        file, part = self._open
        self._open = None
        file.close()
        status, path = self._judge(message.command, part)
        if status != SUCCESS and status >> 12 != 0xB:
            path.unlink(missing_ok=True)
            return None, status
        instance = self._instance(message, path, status)
        self.received.append(instance)
        return instance, status

    def _instance(self, message: Message, path: Path, status: int) -> ReceivedInstance:
        command, trace = message.command, self._association.trace
        return ReceivedInstance(
            path,
            command.affected_sop_class_uid or "",
            command.affected_sop_instance_uid or "",
            self._association.contexts[message.context_id].transfer_syntax,
            trace.calling_ae_title,
            trace.called_ae_title,
            status,
            _move_originator(command),
        )

    def close(self) -> None:
        """Remove what arrived only in part."""
        if self._open is not None:
            file, part = self._open
            self._open = None
            file.close()
            part.unlink(missing_ok=True)


def _move_originator(command: CommandSet) -> tuple[str, int] | None:
    title = command.text(Tag.MOVE_ORIGINATOR_AE_TITLE)
    message_id = command.number(Tag.MOVE_ORIGINATOR_MESSAGE_ID)
    return (title, message_id) if title is not None and message_id is not None else None
