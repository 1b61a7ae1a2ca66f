"""A request and its responses over an association (PS3.7 9.3)."""

from __future__ import annotations

from collections.abc import Iterator

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
