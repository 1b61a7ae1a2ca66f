"""Faults of an SCP on associations of its own: sub-operations of C-MOVE, reports of storage commitment.

There it is the requestor (PS3.4 C.4.2.2, J.3.3.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import Command, Tag
from harness.dimse.messages import response_to
from harness.observe.data_set import decode_data_set
from harness.proxy.fault import ChangeMessage, Fault, OnMessage, permitted
from harness.proxy.faults.changing import command, putting
from harness.proxy.pieces import Back, Piece, Side, Whole, cut
from harness.proxy.session import Session
from harness.services.identifier import encode_identifier
from harness.standard.commitment import EventType, FailureReason
from harness.standard.uids import CT_IMAGE_STORAGE, STORAGE_COMMITMENT

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_NOBODYS = "1.2.840.99999.406"


def _names_originator(command_set: CommandSet) -> bool:
    return Tag.MOVE_ORIGINATOR_AE_TITLE in command_set.elements


def _is_commitment(command_set: CommandSet) -> bool:
    return command_set.affected_sop_class_uid == STORAGE_COMMITMENT


def _store(name: str, summary: str, change: ChangeMessage, *breaks: str) -> Fault:
    what = OnMessage((Command.C_STORE_RQ,), change, _names_originator)
    return Fault(name, Side.REQUESTOR, summary, what, breaks)


def _report(name: str, summary: str, change: ChangeMessage, *breaks: str) -> Fault:
    what = OnMessage((Command.N_EVENT_REPORT_RQ,), change, _is_commitment)
    return Fault(name, Side.REQUESTOR, summary, what, breaks)


def _without_originator(elements: dict[int, Value]) -> None:
    for tag in (Tag.MOVE_ORIGINATOR_AE_TITLE, Tag.MOVE_ORIGINATOR_MESSAGE_ID):
        elements.pop(tag, None)


def _taken_for_stored(message: Whole, session: Session) -> Sequence[Piece]:
    response = Whole(message.context_id, response_to(message.command, 0))
    return (Back(b"".join(cut(response, session.fragment_towards(Side.REQUESTOR)))),)


def _information(change: Callable[[Dataset], None]) -> ChangeMessage:
    """Another data set of a report; one that cannot be decoded stays as it is."""

    def changed(message: Whole, session: Session) -> Sequence[Piece]:
        context = session.contexts.get(message.context_id)
        syntax = context.accepted_transfer_syntax if context is not None else None
        if syntax is None or message.data is None:
            return (message,)
        try:
            information = decode_data_set(message.data, syntax)
            change(information)
            return (replace(message, data=encode_identifier(information, syntax)),)
        except Exception:  # noqa: BLE001 - pydicom raises many kinds on bad bytes
            return (message,)

    return changed


def _other_transaction(information: Dataset) -> None:
    information.TransactionUID = _NOBODYS


def _first_left_out(information: Dataset) -> None:
    for keyword in ("ReferencedSOPSequence", "FailedSOPSequence"):
        if items := information.get(keyword):
            del items[0]
            return


def _another_named(information: Dataset) -> None:
    from pydicom.dataset import Dataset

    item = Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CT_IMAGE_STORAGE, _NOBODYS
    information.ReferencedSOPSequence = [*(information.get("ReferencedSOPSequence") or ()), item]


def _other_type(message: Whole, session: Session) -> Sequence[Piece]:
    """Each of the two Event Types for the other."""
    is_success = message.command.number(Tag.EVENT_TYPE_ID) == EventType.SUCCESSFUL
    other = EventType.FAILURES_EXIST if is_success else EventType.SUCCESSFUL
    return putting(Tag.EVENT_TYPE_ID, int(other))(message, session)


def _failed_committed(information: Dataset) -> None:
    failed = list(information.get("FailedSOPSequence") or ())
    for item in failed:
        item.pop("FailureReason", None)
    information.ReferencedSOPSequence = [*(information.get("ReferencedSOPSequence") or ()), *failed]
    information.pop("FailedSOPSequence", None)


def _all_committed(message: Whole, session: Session) -> Sequence[Piece]:
    """Success for everything that was asked for."""
    elements = {**message.command.elements, Tag.EVENT_TYPE_ID: int(EventType.SUCCESSFUL)}
    return _information(_failed_committed)(replace(message, command=CommandSet(elements)), session)


def _without_reasons(information: Dataset) -> None:
    for item in information.get("FailedSOPSequence") or ():
        item.pop("FailureReason", None)


def _other_reasons(information: Dataset) -> None:
    for item in information.get("FailedSOPSequence") or ():
        item.FailureReason = int(FailureReason.PROCESSING_FAILURE)


FAULTS = (
    _store(
        "originator-other-title",
        "Names another AE title as that of the C-MOVE to which a sub-operation belongs.",
        putting(Tag.MOVE_ORIGINATOR_AE_TITLE, "NOBODY"),
        "storage/move-originator",
        "qr/move-originator-sent",
    ),
    _store(
        "originator-other-message",
        "Names another Message ID as that of the C-MOVE to which a sub-operation belongs.",
        putting(Tag.MOVE_ORIGINATOR_MESSAGE_ID, 9999),
        "storage/move-originator",
        "qr/move-originator-sent",
    ),
    permitted(
        _store(
            "originator-missing",
            "Does not say to which C-MOVE a sub-operation belongs, as it may.",
            command(_without_originator),
        )
    ),
    _store(
        "move-sub-operation-missing",
        "Leaves out a C-STORE of a C-MOVE, and takes it for done.",
        _taken_for_stored,
        "qr/retrieve-every-instance",
    ),
    _report(
        "report-other-transaction",
        "Reports under a Transaction UID that nobody asked under.",
        _information(_other_transaction),
        "commit/result-transaction",
    ),
    _report(
        "report-other-type",
        "Reports failures as Event Type 1 and their absence as Event Type 2.",
        _other_type,
        "commit/result-success",
        "commit/result-failures",
    ),
    _report(
        "report-all-committed",
        "Reports instances as committed that it does not have.",
        _all_committed,
        "commit/result-true",
        "commit/result-failures",
    ),
    _report(
        "report-incomplete",
        "Leaves an instance out of its report.",
        _information(_first_left_out),
        "commit/result-complete",
    ),
    _report(
        "report-of-another",
        "Reports an instance that nobody asked about.",
        _information(_another_named),
        "commit/result-complete",
    ),
    _report(
        "report-without-reason",
        "Reports failed instances without a failure reason.",
        _information(_without_reasons),
        "commit/result-reason",
    ),
    _report(
        "report-other-reason",
        "Reports instances that it does not have as failed in processing.",
        _information(_other_reasons),
        "commit/result-unknown-reason",
    ),
)
