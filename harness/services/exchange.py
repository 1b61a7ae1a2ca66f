"""A request and its responses over an association (PS3.7 9.3)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from harness.dimse.command import CommandSet
from harness.dimse.exchange import Exchange
from harness.dimse.fragment import Message
from harness.net.association import Association


def responses(association: Association, request: CommandSet) -> Iterator[Message]:
    """The responses to a request that was just sent, up to the final one; each has the response timeout.

    Raises `AssociationEnded` when the association ends before the final response.
    """
    exchange = Exchange(request)
    awaited = f"response to {request.name}"
    while not exchange.finished:
        message = association.receive(awaited=awaited)
        exchange.receive(message.command)
        association.note_deviations(exchange.deviations)
        exchange.deviations = []
        yield message


def final_response(association: Association, request: CommandSet) -> Message:
    """The final response to a request that has no pending ones. Raises `AssociationEnded` when it never comes."""
    *_, last = responses(association, request)
    return last


def response_to_any(association: Association, requests: Sequence[CommandSet]) -> tuple[CommandSet, Message]:
    """The next response, and to which of some requests without pending ones it is, as its Message ID says.

    One that names none of them is taken for the first, and noted. Raises `AssociationEnded` when none comes.
    """
    message = association.receive(awaited=f"response to {requests[0].name}")
    named = message.command.message_id_being_responded_to
    request = next((one for one in requests if one.message_id == named), requests[0])
    exchange = Exchange(request)
    exchange.receive(message.command)
    association.note_deviations(exchange.deviations)
    return request, message
