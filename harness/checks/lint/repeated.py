"""What a response repeats of a request (PS3.7 9.1: "equal to the value in the request")."""

from __future__ import annotations

from collections.abc import Sequence

from harness.dimse.command import CommandSet
from harness.ul.deviation import Deviation

_REPEATED = ("command-value", "command-field")
"""Rules whose breach a response cannot but repeat: UIDs that are none, and a Command Field that is not defined."""


class Repeated:
    """Knows which requests were wrong, so that nobody is blamed for repeating what the other side said."""

    def __init__(self) -> None:
        self._wrong: dict[bool, set[tuple[str, int | None]]] = {True: set(), False: set()}

    def own(self, by_requestor: bool, command: CommandSet | None, found: Sequence[Deviation]) -> Sequence[Deviation]:
        """What of the deviations of a message is its sender's own doing."""
        if command is None or not found:
            return found
        if command.is_response:
            answered = command.message_id_being_responded_to
            wrong = self._wrong[not by_requestor]
            return [deviation for deviation in found if (deviation.rule, answered) not in wrong]
        wrong = {(deviation.rule, command.message_id) for deviation in found if deviation.rule in _REPEATED}
        self._wrong[by_requestor] |= wrong
        return found
