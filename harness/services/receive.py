"""Receiving C-STORE requests into Part 10 files, as they come, without parsing (PS3.4 Annex B)."""

from __future__ import annotations

import itertools
import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Command, Tag
from harness.dimse.fragment import Message, Sink
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.net.outgoing import Outgoing
from harness.observe.outcomes import ReceivedInstance
from harness.services.part10 import FileMeta, file_meta_bytes
from harness.standard.status import is_stored

SUCCESS = 0x0000
OUT_OF_RESOURCES = 0xA700
CANNOT_UNDERSTAND = 0xC000
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL


@dataclass(frozen=True, slots=True)
class Judgment:
    """What became of an instance whose file was complete: the status to answer, and where the file lies now.

    With a status other than success and warning the file at `path` is removed. `comment` goes out as Error Comment,
    at most 64 characters and without values of the data set.
    """

    status: int
    path: Path
    comment: str = ""


Judge = Callable[[FileMeta], Judgment]
"""Decides on an instance whose file is complete, and gives the file its final name if it is kept.

SOP class and instance are those of the command. May raise OSError when the file cannot be kept.
"""


class _PartFile:
    """A file that grows while a data set arrives. After an error nothing more is written, and `failed` is set.

    `offset` and `length` are those of the data set, in bytes. `success` is the response that is due if it is kept,
    made ready before the data set has come: the peer waits afterwards.
    """

    def __init__(self, folder: str, name: str, head: bytes, success: Outgoing) -> None:
        self.success = success
        self.name = name
        self.path = f"{folder}{name}.part"
        self.offset = len(head)
        self.length = 0
        self.failed = False
        self._head = head
        """Written with the beginning of the data set: each call of the system counts in a small instance."""
        self._descriptor: int | None = None
        try:
            self._descriptor = os.open(self.path, _NEW, 0o666)
        except OSError:
            self.failed = True

    def write(self, data: bytes | memoryview, /) -> None:
        self.length += len(data)
        if self.failed or self._descriptor is None:
            return
        try:
            if self._head:
                _write_all(self._descriptor, self._head, data)
                self._head = b""
            else:
                _write_all(self._descriptor, data)
        except OSError:
            self.failed = True

    def close(self) -> None:
        if self._descriptor is None:
            return
        if self._head:
            self.write(b"")
        try:
            os.close(self._descriptor)
        except OSError:
            self.failed = True
        self._descriptor = None

    @property
    def unwritten(self) -> Judgment:
        """What is answered when it cannot be written, or not be kept: the disk is full, or may not be written to."""
        return Judgment(OUT_OF_RESOURCES, Path(self.path), "the instance cannot be written")

    def remove(self) -> None:
        self.close()
        Path(self.path).unlink(missing_ok=True)


def _write_all(descriptor: int, *buffers: bytes | memoryview) -> None:
    """Write buffers one after the other. Raises OSError, as when the disk is full."""
    written = os.writev(descriptor, buffers)
    if written < sum(map(len, buffers)):
        # A system call leaves something over before it says why.
        rest = memoryview(b"".join(buffers))[written:]
        while rest:
            rest = rest[os.write(descriptor, rest) :]


class InstanceReceiver:
    """Writes the instances that arrive on one association to files in a directory.

    A file gets its final name only when it is complete and was judged; partial files are removed. Without `judge`
    every file is kept there, and answered with success. A disk that is full is answered with the status "out of
    resources" once the data set has passed.
    """

    def __init__(self, directory: Path, association: Association, judge: Judge | None = None) -> None:
        self.received: list[ReceivedInstance] = []
        self.refused: list[int] = []
        """The statuses that were answered to what was not kept."""
        self._directory = directory
        self._folder = os.path.join(directory, "")  # noqa: PTH118 - for each instance pathlib would take longer
        self._prefix = uuid.uuid4().hex
        """What the names of its files begin with; they are told apart by their numbers."""
        self._numbers = itertools.count(1)
        self._association = association
        self._judge = judge
        self._parts: set[_PartFile] = set()
        association.open_sink = self._open_sink

    def _open_sink(self, context_id: int, command: CommandSet) -> Sink | None:
        if command.command_field != Command.C_STORE_RQ:
            return None
        head = file_meta_bytes(
            command.affected_sop_class_uid or "",
            command.affected_sop_instance_uid or "",
            self._association.contexts[context_id].transfer_syntax,
            self._association.trace.calling_ae_title,
        )
        success = self._association.prepare(context_id, response_to(command, SUCCESS))
        part = _PartFile(self._folder, f"{self._prefix}-{next(self._numbers)}", head, success)
        self._parts.add(part)
        return part

    def answer(self, message: Message) -> ReceivedInstance | None:
        """Finish the file of a C-STORE-RQ, judge it and respond; returns the instance if it was kept.

        Raises `AssociationEnded` when the response cannot be sent.
        """
        instance, response = self.finish(message)
        self._association.send_prepared(response)
        return instance

    def finish(self, message: Message) -> tuple[ReceivedInstance | None, Outgoing]:
        """Finish the file of a C-STORE-RQ and judge it; the caller still owes the response that is returned.

        Raises `AssociationEnded` when no response is possible.
        """
        part = message.sink
        if not isinstance(part, _PartFile) or part not in self._parts:
            self.refused.append(CANNOT_UNDERSTAND)
            return None, self._response(message, CANNOT_UNDERSTAND, "the request has no data set")
        self._parts.remove(part)
        part.close()
        judgment = self._judged(part, message)
        status = judgment.status
        if not is_stored(status):
            judgment.path.unlink(missing_ok=True)
            self.refused.append(status)
            return None, self._response(message, status, judgment.comment)
        instance = self._instance(message, judgment)
        self.received.append(instance)
        plain = status == SUCCESS and not judgment.comment
        return instance, part.success if plain else self._response(message, status, judgment.comment)

    def _judged(self, part: _PartFile, message: Message) -> Judgment:
        if part.failed:
            return part.unwritten
        try:
            return self._kept(part) if self._judge is None else self._judge(self._file(part, message))
        except OSError:
            return part.unwritten

    def _kept(self, part: _PartFile) -> Judgment:
        name = f"{part.name}.dcm"
        os.replace(part.path, f"{self._folder}{name}")  # noqa: PTH105 - as above
        return Judgment(SUCCESS, self._directory / name)

    def _file(self, part: _PartFile, message: Message) -> FileMeta:
        command = message.command
        return FileMeta(
            Path(part.path),
            command.affected_sop_class_uid or "",
            command.affected_sop_instance_uid or "",
            self._association.contexts[message.context_id].transfer_syntax,
            part.offset,
            part.length,
        )

    def _instance(self, message: Message, judgment: Judgment) -> ReceivedInstance:
        command, trace = message.command, self._association.trace
        return ReceivedInstance(
            judgment.path,
            command.affected_sop_class_uid or "",
            command.affected_sop_instance_uid or "",
            self._association.contexts[message.context_id].transfer_syntax,
            trace.calling_ae_title,
            trace.called_ae_title,
            judgment.status,
            _move_originator(command),
        )

    def _response(self, message: Message, status: int, comment: str) -> Outgoing:
        more: dict[int, Value] = {Tag.ERROR_COMMENT: comment[:64]} if comment else {}
        return self._association.prepare(message.context_id, response_to(message.command, status, more=more))

    def discard(self, message: Message) -> None:
        """Remove the data set of a message that was not finished here."""
        part = message.sink
        if isinstance(part, _PartFile) and part in self._parts:
            self._parts.remove(part)
            part.remove()

    def close(self) -> None:
        """Remove what arrived only in part, or was never finished."""
        while self._parts:
            self._parts.pop().remove()


def _move_originator(command: CommandSet) -> tuple[str, int] | None:
    title = command.text(Tag.MOVE_ORIGINATOR_AE_TITLE)
    message_id = command.number(Tag.MOVE_ORIGINATOR_MESSAGE_ID)
    return (title, message_id) if title is not None and message_id is not None else None
