"""C-FIND as SCP: the exchange (PS3.4 C.4.1.3, PS3.7 9.3.2)."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from itertools import islice

from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.reference.answers import answers
from harness.reference.cancel import CancelWatch
from harness.reference.defects import SLOW, SLOWER, DefectiveView, MisreadIdentifier, Readable, misunderstood
from harness.reference.index import Index
from harness.reference.query import Identifier, understand
from harness.reference.refused import Refused
from harness.reference.settings import ReferenceSettings
from harness.scenario.defects import Defect
from harness.standard.models import QueryModel

SUCCESS = 0x0000
CANCEL = 0xFE00
PENDING = 0xFF00
PENDING_WITH_UNSUPPORTED_KEYS = 0xFF01
OUT_OF_RESOURCES = 0xA700
_TOGETHER = 16
"""Responses that leave together. The first leaves alone, so that the requestor works while we go on."""


def answer_find(
    association: Association, message: Message, model: QueryModel, index: Index, settings: ReferenceSettings
) -> None:
    """Answer a C-FIND-RQ; a C-CANCEL ends it within a few matches. Raises `Refused`, `AssociationEnded`."""
    syntax = association.contexts[message.context_id].transfer_syntax
    agreed = association.extended(model.find_uid)
    defects = settings.defects
    identifier = MisreadIdentifier(message.data, syntax, defects) if defects else Identifier(message.data, syntax)
    query = understand(
        identifier,
        model,
        relational=bool(agreed.get("relational_queries")),
        combined=bool(agreed.get("date_time_matching")),
    )
    # FF01 says that optional keys were asked for which are not supported (PS3.4 C.4.1.1.4).
    pending = PENDING if query.all_keys_supported else PENDING_WITH_UNSUPPORTED_KEYS
    query = misunderstood(query, defects) if defects else query
    number = message.command.message_id or 0
    seen: Readable = DefectiveView(index, query, model, number, defects) if defects else index
    send = _send_slowly if Defect.CANCEL_IGNORED in defects else send_matches
    try:
        send(association, message, pending, answers(query, seen, settings.ae_title, syntax))
    except sqlite3.Error:
        raise Refused(OUT_OF_RESOURCES, "the index cannot be read") from None


def send_matches(association: Association, message: Message, pending: int, identifiers: Iterable[bytes]) -> None:
    """A response with the status `pending` for each identifier, and the final one. Raises `AssociationEnded`."""
    response = response_to(message.command, pending, data_set=True)
    with CancelWatch(association, message) as watch:
        for together in _together(identifiers):
            if watch.cancelled():
                break
            association.send_each(message.context_id, response, together)
        final = CANCEL if watch.cancelled() else SUCCESS
    association.send(message.context_id, response_to(message.command, final))


def _together(identifiers: Iterable[bytes]) -> Iterator[list[bytes]]:
    remaining = iter(identifiers)
    yield from ([first] for first in islice(remaining, 1))
    while together := list(islice(remaining, _TOGETHER)):
        yield together


def _send_slowly(association: Association, message: Message, pending: int, identifiers: Iterable[bytes]) -> None:
    """The same, but a C-CANCEL makes it only slower. Raises `AssociationEnded`."""
    response = response_to(message.command, pending, data_set=True)
    with CancelWatch(association, message) as watch:
        for identifier in identifiers:
            association.send(message.context_id, response, identifier)
            time.sleep(SLOWER if watch.cancelled() else SLOW)
    association.send(message.context_id, response_to(message.command, SUCCESS))
