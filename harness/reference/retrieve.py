"""C-MOVE and C-GET as SCP (PS3.4 C.4.2.3, C.4.3.3)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Tag
from harness.dimse.fragment import Message
from harness.dimse.messages import c_store_rq, response_to
from harness.net.association import Association, AssociationEnded, FileRange
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.net.requestor import request_association
from harness.observe.data_set import decode_data_set
from harness.reference.index import Index
from harness.reference.query import IDENTIFIER_DOES_NOT_MATCH, BadIdentifier, level_of, unique_keys
from harness.reference.search import CANCEL, SUCCESS, UNABLE_TO_PROCESS, was_cancelled
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import FileMeta
from harness.services.store import needed_contexts
from harness.standard.models import QueryModel
from harness.standard.status import Service, StatusCategory, describe_status
from harness.standard.uids import EXPLICIT_VR_LE

PENDING = 0xFF00
WARNING = 0xB000
UNABLE_TO_PERFORM_SUB_OPERATIONS = 0xA702
MOVE_DESTINATION_UNKNOWN = 0xA801

Send = Callable[[FileMeta], int | None]
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
        more: dict[int, Value] = {
            Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: self.completed,
            Tag.NUMBER_OF_FAILED_SUBOPERATIONS: len(self.failed_uids),
            Tag.NUMBER_OF_WARNING_SUBOPERATIONS: self.warning,
        }
        if with_remaining:
            more[Tag.NUMBER_OF_REMAINING_SUBOPERATIONS] = self.remaining
        return more


def answer_move(
    association: Association,
    message: Message,
    model: QueryModel,
    index: Index,
    settings: ReferenceSettings,
    refusal: int | None,
) -> None:
    """Answer a C-MOVE-RQ with one association to the destination. Raises `AssociationEnded`."""
    files = _requested(association, message, model, index, refusal)
    if files is None:
        return
    destination = settings.move_destinations.get(message.command.text(Tag.MOVE_DESTINATION) or "")
    if destination is None:
        association.send(message.context_id, response_to(message.command, MOVE_DESTINATION_UNKNOWN))
        return
    if not files:
        _finish(association, message, _Progress(0), cancelled=False)
        return
    proposal = Proposal(settings.ae_title, destination.ae_title, needed_contexts(files)[:MAXIMUM_CONTEXTS])
    originator = (association.trace.calling_ae_title, message.command.message_id or 0)
    with request_association(destination, proposal, association.timeouts) as outgoing:
        _perform(association, message, files, lambda file: _store(outgoing, file, originator))


def answer_get(
    association: Association, message: Message, model: QueryModel, index: Index, refusal: int | None
) -> None:
    """Answer a C-GET-RQ with sub-operations on the same association. Raises `AssociationEnded`."""
    files = _requested(association, message, model, index, refusal)
    if files is not None:
        _perform(association, message, files, lambda file: _store_back(association, file))


def _requested(
    association: Association, message: Message, model: QueryModel, index: Index, refusal: int | None
) -> list[FileMeta] | None:
    """The files that a request asks for; None when it was answered with a failure."""
    if refusal is not None:
        association.send(message.context_id, response_to(message.command, refusal))
        return None
    syntax = association.contexts[message.context_id].transfer_syntax
    try:
        if message.data is None:
            raise BadIdentifier("the request has no identifier")
        identifier = decode_data_set(message.data, syntax)
        level = level_of(identifier, model)
        return index.files(level, unique_keys(identifier, model, level, retrieve=True))
    except BadIdentifier as error:
        status, comment = IDENTIFIER_DOES_NOT_MATCH, str(error)
    except (ValueError, KeyError, EOFError, AttributeError, NotImplementedError):
        status, comment = UNABLE_TO_PROCESS, "the identifier cannot be decoded"
    association.send(message.context_id, response_to(message.command, status, more={Tag.ERROR_COMMENT: comment[:64]}))
    return None


def _perform(association: Association, message: Message, files: list[FileMeta], send: Send) -> None:
    progress = _Progress(len(files))
    for file in files:
        if was_cancelled(association, message):
            _finish(association, message, progress, cancelled=True)
            return
        progress.note(file, send(file))
        if progress.remaining:
            pending = response_to(message.command, PENDING, more=progress.counters(with_remaining=True))
            association.send(message.context_id, pending)
    _finish(association, message, progress, cancelled=False)


def _finish(association: Association, message: Message, progress: _Progress, *, cancelled: bool) -> None:
    """The final response; failed instances are listed in its identifier (PS3.4 C.4.2.1.5)."""
    if cancelled:
        status = CANCEL
    elif progress.failed_uids and not progress.completed and not progress.warning:
        status = UNABLE_TO_PERFORM_SUB_OPERATIONS
    else:
        status = WARNING if progress.failed_uids or progress.warning else SUCCESS
    data = None
    if progress.failed_uids:
        data = _failed_list(progress.failed_uids, association.contexts[message.context_id].transfer_syntax)
    more = progress.counters(with_remaining=cancelled)
    response = response_to(message.command, status, data_set=data is not None, more=more)
    association.send(message.context_id, response, data)


def _failed_list(uids: list[str], transfer_syntax: str) -> bytes:
    """Failed SOP Instance UID List (0008,0058) as a data set."""
    value = "\\".join(uids).encode()
    value += b"\0" if len(value) % 2 else b""
    if transfer_syntax == EXPLICIT_VR_LE:
        # The two-byte length of explicit UI ends at 65534 bytes; what does not fit is left out, the counters tell all.
        value = value[:65534]
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
        return outgoing.receive(awaited="response to C-STORE-RQ").command.status
    except (AssociationEnded, OSError):
        return None


def _store_back(association: Association, file: FileMeta) -> int | None:
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
    return _response_to(association, request)


def _response_to(association: Association, request: CommandSet) -> int | None:
    """The status of a sub-operation; a C-CANCEL that comes in between is kept for later."""
    cancels = []
    while True:
        message = association.receive(awaited="response to C-STORE-RQ")
        if not message.command.is_cancel:
            break
        cancels.append(message)
    for cancel in cancels:
        association.put_back(cancel)
    belongs = message.command.message_id_being_responded_to == request.message_id
    return message.command.status if belongs else None


def _range(file: FileMeta) -> FileRange:
    return FileRange(file.path, file.data_set_offset, file.data_set_length)
