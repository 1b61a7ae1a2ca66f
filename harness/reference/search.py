"""C-FIND as SCP: the exchange (PS3.4 C.4.1.3, PS3.7 9.3.2)."""

from __future__ import annotations

import sqlite3

from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.reference.answers import answers
from harness.reference.cancel import CancelWatch
from harness.reference.index import Index
from harness.reference.query import Identifier, understand
from harness.reference.refused import Refused
from harness.standard.models import QueryModel

SUCCESS = 0x0000
CANCEL = 0xFE00
PENDING = 0xFF00
PENDING_WITH_UNSUPPORTED_KEYS = 0xFF01
OUT_OF_RESOURCES = 0xA700


def answer_find(association: Association, message: Message, model: QueryModel, index: Index, ae_title: str) -> None:
    """Answer a C-FIND-RQ; a C-CANCEL ends it between two matches. Raises `Refused`, `AssociationEnded`."""
    syntax = association.contexts[message.context_id].transfer_syntax
    query = understand(Identifier(message.data, syntax), model)
    # FF01 says that optional keys were asked for which are not supported (PS3.4 C.4.1.1.4).
    pending = PENDING if query.all_keys_supported else PENDING_WITH_UNSUPPORTED_KEYS
    response = response_to(message.command, pending, data_set=True)
    with CancelWatch(association, message) as watch:
        try:
            for identifier in answers(query, index, ae_title, syntax):
                if watch.cancelled():
                    break
                association.send(message.context_id, response, identifier)
        except sqlite3.Error:
            raise Refused(OUT_OF_RESOURCES, "the index cannot be read") from None
        final = CANCEL if watch.cancelled() else SUCCESS
    association.send(message.context_id, response_to(message.command, final))
