"""C-FIND as SCP: the exchange (PS3.4 C.4.1.3, PS3.7 9.3.2)."""

from __future__ import annotations

from harness.dimse.command import Value
from harness.dimse.elements import Tag
from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.observe.data_set import decode_data_set
from harness.reference.index import Index
from harness.reference.query import IDENTIFIER_DOES_NOT_MATCH, BadIdentifier, answers, pending_status, understand
from harness.standard.models import QueryModel

SUCCESS = 0x0000
CANCEL = 0xFE00
UNABLE_TO_PROCESS = 0xC000


def answer_find(
    association: Association, message: Message, model: QueryModel, index: Index, ae_title: str, refusal: int | None
) -> None:
    """Answer a C-FIND-RQ; a C-CANCEL ends it between two matches. Raises `AssociationEnded`."""
    status, comment = refusal, ""
    if status is None:
        try:
            status = _matches(association, message, model, index, ae_title)
        except BadIdentifier as error:
            status, comment = IDENTIFIER_DOES_NOT_MATCH, str(error)
        except (ValueError, KeyError, EOFError, AttributeError, NotImplementedError):
            status, comment = UNABLE_TO_PROCESS, "the identifier cannot be decoded"
    more: dict[int, Value] = {Tag.ERROR_COMMENT: comment[:64]} if comment else {}
    association.send(message.context_id, response_to(message.command, status, more=more))


def _matches(association: Association, message: Message, model: QueryModel, index: Index, ae_title: str) -> int:
    syntax = association.contexts[message.context_id].transfer_syntax
    if message.data is None:
        raise BadIdentifier("the request has no identifier")
    query = understand(decode_data_set(message.data, syntax), model)
    response = response_to(message.command, pending_status(query), data_set=True)
    for identifier in answers(query, index, ae_title, syntax):
        if was_cancelled(association, message):
            return CANCEL
        association.send(message.context_id, response, identifier)
    return CANCEL if was_cancelled(association, message) else SUCCESS


def was_cancelled(association: Association, request: Message) -> bool:
    """Whether a C-CANCEL for a request has come in. Raises `AssociationEnded`."""
    waiting = association.poll()
    if waiting is None:
        return False
    cancelled = waiting.command.message_id_being_responded_to == request.command.message_id
    return waiting.command.is_cancel and cancelled
