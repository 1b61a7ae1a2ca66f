"""C-CANCEL noticed between the responses of a request (PS3.7 9.3.2.3)."""

from __future__ import annotations

from types import TracebackType

from harness.dimse.fragment import Message
from harness.net.association import Association


class CancelWatch:
    """Looks for the C-CANCEL of one request without waiting; what else comes meanwhile gets its turn afterwards.

    A requestor that negotiated no asynchronous operations sends nothing else, but no request may stay unanswered.
    """

    def __init__(self, association: Association, request: Message) -> None:
        self._association = association
        self._message_id = request.command.message_id
        self._cancelled = False
        self._others: list[Message] = []

    def cancelled(self) -> bool:
        """Whether the cancel has come. Raises `AssociationEnded`."""
        while not self._cancelled and (message := self._association.poll()) is not None:
            self.take(message)
        return self._cancelled

    def take(self, message: Message) -> None:
        """A message that came while something else was awaited."""
        if not message.command.is_cancel:
            self._others.append(message)
        elif message.command.message_id_being_responded_to == self._message_id:
            self._cancelled = True

    def __enter__(self) -> CancelWatch:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        for message in reversed(self._others):
            self._association.put_back(message)
