"""C-MOVE and C-GET as SCU (PS3.4 C.4.2, C.4.3; PS3.7 9.1.3, 9.1.4)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.exchange import Exchange, is_pending
from harness.dimse.fragment import Message
from harness.dimse.messages import Priority, c_get_rq, c_move_rq
from harness.net.association import Association, AssociationEnded
from harness.observe.data_set import failed_instances
from harness.observe.outcomes import RetrieveObservation, SubOperations
from harness.services.cancel import Canceller
from harness.services.exchange import responses
from harness.services.identifier import asked_of, encode_identifier
from harness.services.receive import InstanceReceiver
from harness.standard.uids import uid_name

if TYPE_CHECKING:
    from pydicom.dataset import Dataset


def move(
    association: Association,
    sop_class_uid: str,
    identifier: Dataset,
    destination: str,
    priority: Priority = Priority.MEDIUM,
    *,
    cancel_after: int | None = None,
) -> RetrieveObservation:
    """Ask the peer to move instances to `destination`; what arrives at our Storage SCP is the caller's to add.

    With `cancel_after` a C-CANCEL follows after so many pending responses.
    """
    observation = RetrieveObservation(asked=asked_of(identifier))
    context = association.find_context(sop_class_uid)
    if context is None:
        observation.unsent = f"no presentation context for {uid_name(sop_class_uid)} was accepted"
        return observation
    request = c_move_rq(association.next_message_id(), sop_class_uid, destination, priority)
    observation.originator = (association.trace.calling_ae_title, request.message_id or 0)
    canceller = Canceller(association, context.context_id, request, cancel_after)
    observation.cancellation = canceller.cancellation
    try:
        association.send(context.context_id, request, encode_identifier(identifier, context.transfer_syntax))
        canceller.request_sent()
        for message in responses(association, request):
            _note(observation, message, context.transfer_syntax, canceller)
    except AssociationEnded as ended:
        observation.ending = ended.ending
    return observation


def get(
    association: Association,
    sop_class_uid: str,
    identifier: Dataset,
    directory: Path,
    priority: Priority = Priority.MEDIUM,
    *,
    cancel_after: int | None = None,
) -> RetrieveObservation:
    """Ask the peer to send instances over this association; they are written to `directory` as they come.

    With `cancel_after` a C-CANCEL follows after so many pending responses.
    """
    observation = RetrieveObservation(asked=asked_of(identifier))
    context = association.find_context(sop_class_uid)
    if context is None:
        observation.unsent = f"no presentation context for {uid_name(sop_class_uid)} was accepted"
        return observation
    receiver = InstanceReceiver(directory, association)
    request = c_get_rq(association.next_message_id(), sop_class_uid, priority)
    canceller = Canceller(association, context.context_id, request, cancel_after)
    observation.cancellation = canceller.cancellation
    try:
        association.send(context.context_id, request, encode_identifier(identifier, context.transfer_syntax))
        canceller.request_sent()
        _serve_until_final(association, request, receiver, observation, context.transfer_syntax, canceller)
    except AssociationEnded as ended:
        observation.ending = ended.ending
    finally:
        receiver.close()
    observation.received, observation.refused = receiver.received, receiver.refused
    return observation


def _serve_until_final(
    association: Association,
    request: CommandSet,
    receiver: InstanceReceiver,
    observation: RetrieveObservation,
    transfer_syntax: str,
    canceller: Canceller,
) -> None:
    exchange = Exchange(request)
    while not exchange.finished:
        message = association.receive(awaited="response to C-GET-RQ")
        if message.command.command_field == Command.C_STORE_RQ:
            receiver.answer(message)
            continue
        exchange.receive(message.command)
        association.note_deviations(exchange.deviations)
        exchange.deviations = []
        _note(observation, message, transfer_syntax, canceller)


def _note(observation: RetrieveObservation, message: Message, transfer_syntax: str, canceller: Canceller) -> None:
    command = message.command
    counters = SubOperations(
        command.number(Tag.NUMBER_OF_REMAINING_SUBOPERATIONS),
        command.number(Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS),
        command.number(Tag.NUMBER_OF_FAILED_SUBOPERATIONS),
        command.number(Tag.NUMBER_OF_WARNING_SUBOPERATIONS),
    )
    if counters.completed is not None or counters.failed is not None:
        observation.counters = counters
    if is_pending(command.status):
        observation.pending_responses += 1
        canceller.pending_received()
        return
    observation.status = command.status
    if message.data:
        observation.failed_uids = failed_instances(message.data, transfer_syntax)
