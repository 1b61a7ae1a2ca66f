"""One request and its responses: pending ones, then exactly one final (PS3.7 9.3)."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.dimse.command import CommandSet
from harness.dimse.elements import RESPONSE_BIT, command_name
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
        if response.command_field != self._expected_field:
            text = f"the answer to {self.request.name} is a {response.name}, not {command_name(self._expected_field)}"
            self.deviations.append(Deviation("PS3.7 9.3", text))
        if response.message_id_being_responded_to != self.request.message_id:
            text = (
                f"the response names message {response.message_id_being_responded_to}, "
                f"the request was {self.request.message_id}"
            )
            self.deviations.append(Deviation("PS3.7 9.3", text))
        if response.status is None:
            self.deviations.append(Deviation("PS3.7 9.3", f"the {response.name} has no Status (0000,0900)"))
        self.finished = not is_pending(response.status)

    @property
    def _expected_field(self) -> int:
        return (self.request.command_field or 0) | RESPONSE_BIT
