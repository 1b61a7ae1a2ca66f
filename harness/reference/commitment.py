"""Requests of storage commitment judged by what is in the index (PS3.4 J.3.2, J.3.3.1.2)."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.dimse.elements import Tag
from harness.dimse.messages import response_to
from harness.reference.attribute_list import PROCESSING_FAILURE, attributes_of, items, text
from harness.reference.refused import Refused
from harness.reference.request import Request
from harness.reference.results import Result, keep
from harness.standard.commitment import REQUEST_COMMITMENT, Delivery, FailureReason
from harness.standard.uids import STORAGE_COMMITMENT_INSTANCE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

SUCCESS = 0x0000
NO_SUCH_SOP_INSTANCE = 0x0112
INVALID_ARGUMENT_VALUE = 0x0115
NO_SUCH_ACTION = 0x0123


def answer_action(request: Request, served: Iterable[str]) -> None:
    """Answer an N-ACTION-RQ, then report the result in the way that the settings say.

    `served` are the SOP classes that can be stored. Raises `Refused`, `AssociationEnded`.
    """
    if request.command.text(Tag.REQUESTED_SOP_INSTANCE_UID) != STORAGE_COMMITMENT_INSTANCE:
        raise Refused(NO_SUCH_SOP_INSTANCE, "not the well-known instance of PS3.4 J.3.5")
    if request.command.number(Tag.ACTION_TYPE_ID) != REQUEST_COMMITMENT:
        raise Refused(NO_SUCH_ACTION)
    requestor = request.association.trace.calling_ae_title
    settings = request.settings
    if settings.commitment is Delivery.NEW_ASSOCIATION and requestor not in settings.move_destinations:
        raise Refused(PROCESSING_FAILURE, "no address of the calling AE title is known")
    result = _judge(request, attributes_of(request, missing=INVALID_ARGUMENT_VALUE), frozenset(served))
    try:
        number, result = keep(request.index, result)
    except sqlite3.Error:
        raise Refused(PROCESSING_FAILURE, "the database cannot be written") from None
    request.respond(response_to(request.command, SUCCESS))
    request.deliveries.deliver(request.association, request.index, number, result)


def _judge(request: Request, information: Dataset, served: frozenset[str]) -> Result:
    """What becomes of each referenced instance. Raises `Refused` for a request without instances."""
    transaction = text(information, "TransactionUID")
    if not transaction:
        raise Refused(INVALID_ARGUMENT_VALUE, "Transaction UID (0008,1195) is missing")
    wanted = [
        (text(item, "ReferencedSOPClassUID"), text(item, "ReferencedSOPInstanceUID"))
        for item in items(information, "ReferencedSOPSequence")
    ]
    if not wanted:
        raise Refused(INVALID_ARGUMENT_VALUE, "Referenced SOP Sequence (0008,1199) has no item")
    reasons = _reasons(request, wanted, served)
    trace = request.association.trace
    return Result(
        transaction,
        trace.calling_ae_title,
        trace.called_ae_title,
        tuple(instance for instance, reason in reasons.items() if reason is None),
        tuple((*instance, int(reason)) for instance, reason in reasons.items() if reason is not None),
    )


def _reasons(
    request: Request, wanted: list[tuple[str, str]], served: frozenset[str]
) -> dict[tuple[str, str], FailureReason | None]:
    """Why each instance, as SOP class and UID, is not committed; None for one that is. Raises `Refused`."""
    try:
        known = request.index.sop_classes([uid for _, uid in wanted])
    except sqlite3.Error:
        raise Refused(PROCESSING_FAILURE, "the index cannot be read") from None
    reasons: dict[tuple[str, str], FailureReason | None] = {}
    for sop_class, uid in wanted:
        reason: FailureReason | None
        if sop_class not in served:
            reason = FailureReason.REFERENCED_SOP_CLASS_NOT_SUPPORTED
        elif uid not in known:
            reason = FailureReason.NO_SUCH_OBJECT_INSTANCE
        else:
            reason = None if known[uid] == sop_class else FailureReason.CLASS_INSTANCE_CONFLICT
        reasons[sop_class, uid] = reason
    return reasons
