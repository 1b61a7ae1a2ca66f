"""A request and its responses over an association (PS3.7 9.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

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
        if exchange.deviations:
            association.note_deviations(exchange.deviations)
            exchange.deviations = []
        yield message


def final_response(association: Association, request: CommandSet) -> Message:
    """The final response to a request that has no pending ones. Raises `AssociationEnded` when it never comes."""
    *_, last = responses(association, request)
    return last


def response_to_any(
    association: Association, requests: Mapping[int, CommandSet], on_arrival: Callable[[], None] | None = None
) -> tuple[int, Message]:
    """The next response, and the Message ID of the request without pending ones that it is to.

    `requests` are those on their way by Message ID, the oldest first. A response that names none of them is taken for
    the oldest, and noted. `on_arrival` is as for `Association.receive`. Raises `AssociationEnded` when none comes.
    """
    oldest = next(iter(requests))
    message = association.receive(awaited=f"response to {requests[oldest].name}", on_arrival=on_arrival)
    named = message.command.message_id_being_responded_to
    message_id = oldest if named is None or named not in requests else named
    exchange = Exchange(requests[message_id])
    exchange.receive(message.command)
    association.note_deviations(exchange.deviations)
    return message_id, message
