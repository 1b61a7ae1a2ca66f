"""Requests of both sides and the responses to them (PS3.7 9, 10).

As with the order of PDUs, only what came before its own cause is held against anybody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from harness.checks.lint.counters import Counters
from harness.checks.lint.messages import SeenCommand
from harness.checks.lint.negotiation import Negotiation
from harness.checks.lint.requests import request_deviations
from harness.checks.lint.responses import names, statuses
from harness.dimse.command import CommandSet
from harness.dimse.elements import Command
from harness.dimse.exchange import Exchange, clause_of
from harness.ul.deviation import Deviation

_RETRIEVALS = (Command.C_GET_RQ, Command.C_MOVE_RQ)
_OF_TABLE = "command-element"
"""The rule for missing elements, which are looked for in every message."""


@dataclass(slots=True)
class _Open:
    """A request without its final response. `whole` is whether its data set has come."""

    exchange: Exchange
    context_id: int
    whole: bool
    counters: Counters | None
    canceled: bool = False


class _Invoker:
    """The requests of one side."""

    def __init__(self) -> None:
        self.open: dict[int, _Open] = {}
        self.finished: set[int] = set()
        self.unfinished: _Open | None = None
        """The request whose data set is still coming."""
        self.misled = False
        """Whether responses came that fit no request, so that this side may have taken them for answers."""

    def asked(self, identifier: int | None) -> tuple[int, _Open] | None:
        """The request with a Message ID; a lone one if there is none, as an answer is most likely meant for it."""
        if identifier is not None and identifier in self.open:
            return identifier, self.open[identifier]
        if identifier not in self.finished and len(self.open) == 1:
            return next(iter(self.open.items()))
        return None


class Operations:
    """Follows the requests of both sides of one association."""

    def __init__(self, negotiation: Negotiation) -> None:
        self._negotiation = negotiation
        self._invokers = {True: _Invoker(), False: _Invoker()}

    def command(self, found: SeenCommand) -> Iterator[Deviation]:
        """Take a command set."""
        command, side = found.command, found.seen.by_requestor
        if command.is_cancel:
            yield from self._cancel(command, self._invokers[side])
        elif command.is_response:
            yield from self._response(found, self._invokers[not side])
        elif command.command_field is not None:
            yield from self._request(found, self._invokers[side])

    def whole(self, by_requestor: bool) -> None:
        """The message that one side was sending has come to its end."""
        invoker = self._invokers[by_requestor]
        if invoker.unfinished is not None:
            invoker.unfinished.whole = True
            invoker.unfinished = None

    def release(self) -> Iterator[Deviation]:
        """The requestor releases the association."""
        if self._invokers[True].open and not self._invokers[True].misled:
            waiting = ", ".join(request.exchange.request.name for request in self._invokers[True].open.values())
            text = f"the association is released before the answer to {waiting}"
            yield Deviation("release-confirmed", "PS3.7 A.5", text)

    def _request(self, found: SeenCommand, invoker: _Invoker) -> Iterator[Deviation]:
        command, side = found.command, found.seen.by_requestor
        yield from request_deviations(command, self._negotiation.contexts.get(found.context_id), side)
        identifier = command.message_id
        if identifier is None:
            return
        if identifier in invoker.open:
            text = f"the {command.name} has the Message ID {identifier} of a request that is under way"
            yield Deviation("message-id", "PS3.7 9.1", text)
        window = self._negotiation.window_of(side)
        if window and len(invoker.open) >= window and not invoker.misled:
            text = f"the {command.name} is sent while {len(invoker.open)} requests are under way, of at most {window}"
            yield Deviation("operations-window", "PS3.7 D.3.3.3", text)
        counters = Counters(command) if command.command_field in _RETRIEVALS else None
        opened = _Open(Exchange(command), found.context_id, not found.data_follows, counters)
        invoker.open[identifier] = opened
        if found.data_follows:
            invoker.unfinished = opened

    @staticmethod
    def _cancel(command: CommandSet, invoker: _Invoker) -> Iterator[Deviation]:
        identifier = command.message_id_being_responded_to
        if identifier is None:
            return
        if identifier in invoker.open:
            invoker.open[identifier].canceled = True
        elif identifier not in invoker.finished:
            text = f"the C-CANCEL-RQ names message {identifier}, and there was no such request"
            yield Deviation("cancel-request", "PS3.7 9.3.2.3", text)

    def _response(self, found: SeenCommand, invoker: _Invoker) -> Iterator[Deviation]:
        response = found.command
        asked = invoker.asked(response.message_id_being_responded_to)
        if asked is None:
            invoker.misled = True
            yield from self._unasked(response, invoker)
            return
        identifier, answered = asked
        answered.exchange.receive(response)
        yield from (deviation for deviation in answered.exchange.deviations if deviation.rule != _OF_TABLE)
        answered.exchange.deviations.clear()
        yield from self._against(found, answered)
        if answered.exchange.finished:
            del invoker.open[identifier]
            invoker.finished.add(identifier)
            if invoker.unfinished is answered:
                invoker.unfinished = None

    @staticmethod
    def _unasked(response: CommandSet, invoker: _Invoker) -> Iterator[Deviation]:
        identifier = response.message_id_being_responded_to
        if identifier in invoker.finished:
            text = f"the {response.name} comes after the final response to message {identifier}"
            yield Deviation("response-once", clause_of(response), text)
        elif identifier is not None:
            text = f"the {response.name} names message {identifier}, and there was no such request"
            yield Deviation("response-message-id", clause_of(response), text)

    def _against(self, found: SeenCommand, answered: _Open) -> Iterator[Deviation]:
        request, response = answered.exchange.request, found.command
        if found.context_id != answered.context_id:
            text = (
                f"the {response.name} comes on presentation context {found.context_id}, "
                f"its request came on {answered.context_id}"
            )
            yield Deviation("response-context", "PS3.8 E.1", text)
        yield from names(request, response)
        yield from statuses(request, response, whole=answered.whole, canceled=answered.canceled)
        if answered.counters is not None:
            yield from answered.counters.take(response)
        elif request.command_field == Command.C_STORE_RQ and response.status == 0:
            self._count_stored(found.seen.by_requestor)

    def _count_stored(self, by_requestor: bool) -> None:
        """A sub-operation of a C-GET was answered with success by the side that asked for it."""
        for request in self._invokers[by_requestor].open.values():
            if request.counters is not None:
                request.counters.stored += 1
