"""One request and its responses: pending ones of C-FIND, C-GET and C-MOVE, then exactly one final (PS3.7 9.3, 10.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.dimse.command import CommandSet
from harness.dimse.elements import RESPONSE_BIT, Command, command_name
from harness.ul.deviation import Deviation

PENDING = 0xFF00
PENDING_WITH_WARNING = 0xFF01


def is_pending(status: int | None) -> bool:
    """Whether a status announces further responses (PS3.7 C.1)."""
    return status in (PENDING, PENDING_WITH_WARNING)


@dataclass(slots=True)
class Exchange:
    """Follows the responses to one request and notes what does not belong to it."""

    request: CommandSet
    finished: bool = False
    responses: int = 0
    deviations: list[Deviation] = field(default_factory=list)
    _again: CommandSet | None = None
    """A pending response with which all is well: it may come many times, as the same object."""

    def belongs(self, response: CommandSet) -> bool:
        """Whether this is a response to the request, by command and message id."""
        return (
            response.command_field == self._expected_field
            and response.message_id_being_responded_to == self.request.message_id
        )

    def receive(self, response: CommandSet) -> None:
        """Take a message that came as an answer; afterwards `finished` says whether it was the final one.

        A response with a wrong message id or command is noted and still taken: a lone answer to a lone request
        is meant for it.
        """
        self.responses += 1
        if response is self._again:
            return
        if not self.belongs(response):
            self._note_strange(response)
        status = response.status
        if status is None:
            self._note("command-element", f"the {response.name} has no Status (0000,0900)")
        pending = is_pending(status)
        self.finished = not (pending and self._may_be_pending)
        if self.finished and pending:
            self._note(
                "status-pending", f"the {response.name} is pending, and {self.request.name} has only one response"
            )
        self._again = None if self.finished or self.deviations else response

    def _note_strange(self, response: CommandSet) -> None:
        """What keeps a response from belonging to the request."""
        if response.command_field != self._expected_field:
            self._note(
                "response-command",
                f"the answer to {self.request.name} is a {response.name}, not {command_name(self._expected_field)}",
            )
        named = response.message_id_being_responded_to
        if named is None:
            self._note("command-element", f"the {response.name} has no Message ID Being Responded To (0000,0120)")
        elif named != self.request.message_id:
            self._note(
                "response-message-id", f"the response names message {named}, the request was {self.request.message_id}"
            )

    def _note(self, rule: str, text: str) -> None:
        self.deviations.append(Deviation(rule, clause_of(self.request), text))

    @property
    def _may_be_pending(self) -> bool:
        return self.request.command_field in (Command.C_FIND_RQ, Command.C_GET_RQ, Command.C_MOVE_RQ)

    @property
    def _expected_field(self) -> int:
        return (self.request.command_field or 0) | RESPONSE_BIT


def clause_of(message: CommandSet) -> str:
    """Where the messages of a service are described."""
    return "PS3.7 10.3" if message.name.startswith("N-") else "PS3.7 9.3"
