"""C-MOVE and C-GET as SCP (PS3.4 C.4.2.3, C.4.3.3)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, field

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Command, Tag
from harness.dimse.fragment import Message
from harness.dimse.messages import c_store_rq, response_to
from harness.net.association import Association, AssociationEnded, FileRange
from harness.net.negotiation import Proposal
from harness.reference.cancel import CancelWatch
from harness.reference.defects import retrieved
from harness.reference.index import Index
from harness.reference.outgoing import Outgoing
from harness.reference.query import Identifier, level_of, unique_keys
from harness.reference.refused import Refused
from harness.reference.search import CANCEL, PENDING, SUCCESS
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import FileMeta
from harness.services.store import needed_contexts
from harness.standard.models import QueryModel
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.uids import EXPLICIT_VR_LE

WARNING = 0xB000
UNABLE_TO_CALCULATE_MATCHES = 0xA701
UNABLE_TO_PERFORM_SUB_OPERATIONS = 0xA702
MOVE_DESTINATION_UNKNOWN = 0xA801
_LONGEST_LIST = 65534
_HIGHEST_COUNT = 65535

_Store = Callable[[FileMeta], int | None]
"""Performs one sub-operation: the status that the other side answered, None when it could not be asked."""


@dataclass(slots=True)
class _Progress:
    remaining: int
    completed: int = 0
    warning: int = 0
    failed_uids: list[str] = field(default_factory=list)

    def note(self, file: FileMeta, status: int | None) -> None:
        self.remaining -= 1
        category = describe_status(status, Service.STORE).category if status is not None else StatusCategory.FAILURE
        if category is StatusCategory.SUCCESS:
            self.completed += 1
        elif category is StatusCategory.WARNING:
            self.warning += 1
        else:
            self.failed_uids.append(file.sop_instance_uid)

    def counters(self, *, with_remaining: bool) -> dict[int, Value]:
        """The numbers of sub-operations; those beyond what an US can hold stay at its highest value."""
        numbers = {
            Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: self.completed,
            Tag.NUMBER_OF_FAILED_SUBOPERATIONS: len(self.failed_uids),
            Tag.NUMBER_OF_WARNING_SUBOPERATIONS: self.warning,
        }
        if with_remaining:
            numbers[Tag.NUMBER_OF_REMAINING_SUBOPERATIONS] = self.remaining
        return {tag: min(number, _HIGHEST_COUNT) for tag, number in numbers.items()}

    @property
    def final_status(self) -> int:
        """Status of the final response when nothing was cancelled (PS3.4 C.4.2.1.5, C.4.3.1.4)."""
        if self.failed_uids and not self.completed and not self.warning:
            return UNABLE_TO_PERFORM_SUB_OPERATIONS
        return WARNING if self.failed_uids or self.warning else SUCCESS


def answer_move(
    association: Association, message: Message, model: QueryModel, index: Index, settings: ReferenceSettings
) -> None:
    """Answer a C-MOVE-RQ with an association to the destination, or several if one has no room for all contexts.

    Raises `Refused`, `AssociationEnded`.

    Instances go out as they were stored; what the destination takes in no such transfer syntax, fails.
    """
    files = retrieved(_requested(association, message, model, index), settings.defects)
    title = message.command.text(Tag.MOVE_DESTINATION) or ""
    destination = settings.move_destinations.get(title)
    if destination is None:
        raise Refused(MOVE_DESTINATION_UNKNOWN)
    if not files:
        _finish(association, message, _Progress(0), SUCCESS)
        return
    originator = (association.trace.calling_ae_title, message.command.message_id or 0)
    proposal = Proposal(settings.ae_title, destination.ae_title, needed_contexts(files))
    with (
        Outgoing(destination, proposal, association.timeouts, settings.move_tls.get(title)) as outgoing,
        CancelWatch(association, message) as watch,
    ):
        files.sort(key=outgoing.group_of)
        _perform(association, message, watch, files, lambda file: _store(outgoing.for_file(file), file, originator))


def answer_get(association: Association, message: Message, model: QueryModel, index: Index) -> None:
    """Answer a C-GET-RQ with sub-operations on the same association. Raises `Refused`, `AssociationEnded`."""
    files = _requested(association, message, model, index)
    with CancelWatch(association, message) as watch:
        _perform(association, message, watch, files, lambda file: _store_back(association, watch, file))


def _requested(association: Association, message: Message, model: QueryModel, index: Index) -> list[FileMeta]:
    """The files that a request asks for. Raises `Refused`."""
    identifier = Identifier(message.data, association.contexts[message.context_id].transfer_syntax)
    level = level_of(identifier, model)
    agreed = association.extended(association.contexts[message.context_id].abstract_syntax)
    relational = bool(agreed.get("relational_retrieval"))
    try:
        return index.files(unique_keys(identifier, model, level, retrieve=True, relational=relational))
    except sqlite3.Error:
        raise Refused(UNABLE_TO_CALCULATE_MATCHES, "the index cannot be read") from None


def _perform(
    association: Association, message: Message, watch: CancelWatch, files: list[FileMeta], store: _Store
) -> None:
    progress = _Progress(len(files))
    for file in files:
        if watch.cancelled():
            _finish(association, message, progress, CANCEL)
            return
        progress.note(file, store(file))
        if progress.remaining:
            pending = response_to(message.command, PENDING, more=progress.counters(with_remaining=True))
            association.send(message.context_id, pending)
    _finish(association, message, progress, progress.final_status)


def _finish(association: Association, message: Message, progress: _Progress, status: int) -> None:
    """The final response; failed instances are listed in its identifier (PS3.4 C.4.2.1.4.2, C.4.3.1.3.2)."""
    data = None
    if progress.failed_uids:
        data = _failed_list(progress.failed_uids, association.contexts[message.context_id].transfer_syntax)
    more = progress.counters(with_remaining=status == CANCEL)
    response = response_to(message.command, status, data_set=data is not None, more=more)
    association.send(message.context_id, response, data)


def _failed_list(uids: list[str], transfer_syntax: str) -> bytes:
    """Failed SOP Instance UID List (0008,0058) as a data set."""
    value = "\\".join(uids).encode("ascii", "replace")
    if transfer_syntax == EXPLICIT_VR_LE and len(value) > _LONGEST_LIST:
        # The length of explicit UI has two bytes; whole UIDs that do not fit are left out, the counters tell all.
        value = value[: value.rindex(b"\\", 0, _LONGEST_LIST + 1)]
    value += b"\0" if len(value) % 2 else b""
    if transfer_syntax == EXPLICIT_VR_LE:
        return bytes.fromhex("08005800") + b"UI" + len(value).to_bytes(2, "little") + value
    return bytes.fromhex("08005800") + len(value).to_bytes(4, "little") + value


def _store(outgoing: Association, file: FileMeta, originator: tuple[str, int]) -> int | None:
    context = outgoing.find_context(file.sop_class_uid, file.transfer_syntax_uid)
    if context is None:
        return None
    request = c_store_rq(
        outgoing.next_message_id(), file.sop_class_uid, file.sop_instance_uid, move_originator=originator
    )
    try:
        outgoing.send(context.context_id, request, _range(file))
        response = outgoing.receive(awaited="response to C-STORE-RQ").command
    except (AssociationEnded, OSError):
        return None
    return response.status if _answers(response, request) else None


def _store_back(association: Association, watch: CancelWatch, file: FileMeta) -> int | None:
    """A sub-operation of C-GET: only on a context whose requestor took the SCP role (PS3.7 D.3.3.4)."""
    context = next(
        (
            context
            for context in association.contexts.values()
            if context.abstract_syntax == file.sop_class_uid
            and context.transfer_syntax == file.transfer_syntax_uid
            and context.scp_role
        ),
        None,
    )
    if context is None:
        return None
    request = c_store_rq(association.next_message_id(), file.sop_class_uid, file.sop_instance_uid)
    try:
        association.send(context.context_id, request, _range(file))
    except OSError:
        return None
    while not (message := association.receive(awaited="response to C-STORE-RQ")).command.is_response:
        watch.take(message)
    return message.command.status if _answers(message.command, request) else None


def _answers(response: CommandSet, request: CommandSet) -> bool:
    return (
        response.command_field == Command.C_STORE_RSP and response.message_id_being_responded_to == request.message_id
    )


def _range(file: FileMeta) -> FileRange:
    return FileRange(file.path, file.data_set_offset, file.data_set_length)
