"""Storage Commitment as SCU: the request, and the report on whichever association it comes (PS3.4 Annex J)."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from harness.dimse.elements import Command
from harness.dimse.exchange import Exchange
from harness.dimse.fragment import Message
from harness.dimse.messages import n_action_rq, response_to
from harness.net.association import Association, AssociationEnded
from harness.observe.commitment import CommitmentObservation, CommitmentReport
from harness.observe.data_set import decode_data_set
from harness.observe.notifications import Notification
from harness.observe.trace import Role
from harness.services.identifier import build_data_set, encode_identifier
from harness.services.notifications import Notifications
from harness.standard.commitment import REQUEST_COMMITMENT, Delivery, EventType
from harness.standard.uids import STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

UNRECOGNIZED_OPERATION = 0x0211
SLICE_SECONDS = 0.02
"""How often we look at the association while we also await other ones."""


def request_commitment(
    association: Association, observation: CommitmentObservation, notifications: Notifications
) -> None:
    """Send the N-ACTION-RQ; a report that comes before its response is answered and kept like any other."""
    context = association.find_context(STORAGE_COMMITMENT)
    if context is None:
        observation.unsent = "no presentation context for Storage Commitment was accepted"
        return
    message_id = association.next_message_id()
    request = n_action_rq(message_id, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, REQUEST_COMMITMENT)
    information = _action_information(observation.transaction_uid, observation.requested)
    exchange = Exchange(request)
    try:
        association.send(context.context_id, request, encode_identifier(information, context.transfer_syntax))
        while not exchange.finished:
            message = association.receive(awaited="response to N-ACTION-RQ")
            if message.command.command_field == Command.N_EVENT_REPORT_RQ:
                _answer(association, message, notifications)
                continue
            exchange.receive(message.command)
            association.note_deviations(exchange.deviations)
            observation.status = message.command.status
    except AssociationEnded as ended:
        observation.ending = ended.ending


def _action_information(transaction_uid: str, instances: Sequence[tuple[str, str]]) -> Dataset:
    """The data set of the request (PS3.4 Table J.3-1)."""
    references = [{"ReferencedSOPClassUID": sop_class, "ReferencedSOPInstanceUID": uid} for sop_class, uid in instances]
    return build_data_set({"TransactionUID": transaction_uid, "ReferencedSOPSequence": references})


def await_report(
    observation: CommitmentObservation,
    notifications: Notifications,
    seconds: float,
    association: Association | None = None,
    own: Delivery = Delivery.SAME_ASSOCIATION,
) -> None:
    """Wait for the report at our Storage SCP, and on an association of ours if one is given.

    `own` says which one that is. Its end ends nothing: the report may still come on another.
    """
    deadline = time.monotonic() + seconds
    while observation.report is None and (left := deadline - time.monotonic()) > 0:
        if association is not None and not _serve(association, notifications):
            association = None
        wait = left if association is None else min(left, SLICE_SECONDS)
        found = notifications.take(lambda told: _transaction_of(told) == observation.transaction_uid, wait)
        if found is not None:
            observation.report = _read(found, own)
            observation.faults += _faults(observation.report, observation.requested)


def is_reported_otherwise(
    observation: CommitmentObservation, notifications: Notifications, asked: Collection[str]
) -> bool:
    """Whether a report has come that names instances of the request under a Transaction UID that was never `asked`.

    One of an earlier request may be late, and one that names nothing of this request may be anybody's.
    """
    wanted = set(observation.requested)

    def is_misnamed(told: Notification) -> bool:
        transaction = _transaction_of(told)
        if transaction is None or transaction in asked:
            return False
        report = _read(told, Delivery.SAME_ASSOCIATION)
        return bool(wanted & {*report.committed, *((sop_class, uid) for sop_class, uid, _ in report.failed)})

    return notifications.count(is_misnamed) > 0


def strays_since(notifications: Notifications, begun: float) -> int:
    """How many reports nobody has waited for have come since a moment on the monotonic clock."""
    return notifications.count(lambda told: told.sop_class_uid == STORAGE_COMMITMENT and told.arrived >= begun)


def _serve(association: Association, notifications: Notifications) -> bool:
    """Answer what has come on an association of ours; False when it has ended."""
    try:
        while (message := association.poll()) is not None:
            _answer(association, message, notifications)
    except AssociationEnded:
        return False
    return True


def _answer(association: Association, message: Message, notifications: Notifications) -> None:
    """Answer a request of the peer on an association of ours. Raises `AssociationEnded`."""
    if message.command.is_response or message.command.is_cancel:
        return
    response = notifications.answer(association, message)
    association.send(message.context_id, response or response_to(message.command, UNRECOGNIZED_OPERATION))


def _transaction_of(told: Notification) -> str | None:
    """The Transaction UID of a report; None for what is no report, or cannot be decoded."""
    if told.sop_class_uid != STORAGE_COMMITMENT:
        return None
    try:
        return str(decode_data_set(told.data, told.transfer_syntax_uid).get("TransactionUID", ""))
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on bad bytes; such a report belongs to nobody
        return None


def _read(told: Notification, own: Delivery) -> CommitmentReport:
    """A report of a known transaction with its instances."""
    delivery = own if told.receiver is Role.REQUESTOR else Delivery.NEW_ASSOCIATION
    try:
        information = decode_data_set(told.data, told.transfer_syntax_uid)
        committed = tuple(_reference(item) for item in information.get("ReferencedSOPSequence") or ())
        failed = tuple(
            (*_reference(item), item.get("FailureReason")) for item in information.get("FailedSOPSequence") or ()
        )
    except Exception:  # noqa: BLE001 - pydicom raises many kinds on bad bytes
        return CommitmentReport(told, delivery, undecodable=True)
    return CommitmentReport(told, delivery, committed, failed)


def _reference(item: Dataset) -> tuple[str, str]:
    return str(item.get("ReferencedSOPClassUID", "")), str(item.get("ReferencedSOPInstanceUID", ""))


def _faults(report: CommitmentReport, requested: Sequence[tuple[str, str]]) -> Iterator[str]:
    """How a report departs from what PS3.4 J.3.3.1 asks of it."""
    if report.undecodable:
        yield "its data set cannot be decoded"
        return
    event_type = report.notification.event_type_id
    if event_type not in tuple(EventType):
        yield f"its Event Type ID is {event_type}, not 1 or 2 (PS3.4 Table J.3-2)"
    elif bool(report.failed) is not (event_type == EventType.FAILURES_EXIST):
        count = len(report.failed)
        yield f"its Event Type ID is {event_type}, and {count} of its instances failed (PS3.4 J.3.3.1.2)"
    if not report.notification.allowed:
        yield "the peer did not take the SCP role on the association that it opened for it (PS3.4 J.3.3.1.3)"
    listed = [uid for _, uid in report.committed] + [uid for _, uid, _ in report.failed]
    wanted = {uid for _, uid in requested}
    if lost := len(wanted.difference(listed)):
        yield f"{lost} of {len(wanted)} requested instances are not in it (PS3.4 J.3.3.1.2)"
    if invented := len(set(listed) - wanted):
        yield f"{invented} of its instances were not requested (PS3.4 J.3.3.1.2)"
    if repeated := len(listed) - len(set(listed)):
        yield f"{repeated} of its instances are in it more than once"
    if without := sum(reason is None for _, _, reason in report.failed):
        yield f"{without} of its failed instances have no Failure Reason (PS3.4 Table J.3-2)"
