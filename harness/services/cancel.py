"""C-CANCEL as SCU (PS3.7 9.3.2.3): sent once, after so many pending responses."""

from __future__ import annotations

import time

from harness.dimse.command import CommandSet
from harness.dimse.messages import c_cancel_rq
from harness.net.association import Association
from harness.observe.outcomes import Cancellation


class Canceller:
    """Follows the responses to a request and cancels it when enough of them have come.

    `cancellation` is None when nothing is to be canceled.
    """

    def __init__(self, association: Association, context_id: int, request: CommandSet, after: int | None) -> None:
        self.cancellation = Cancellation(after) if after is not None else None
        self._association = association
        self._context_id = context_id
        self._message_id = request.message_id or 0
        self._pending = 0
        self._sent = 0.0

    def request_sent(self) -> None:
        """The request is on its way. Raises `AssociationEnded`."""
        self._cancel_if_due()

    def pending_received(self) -> None:
        """One more pending response has come. Raises `AssociationEnded`."""
        if self.cancellation is None:
            return
        self._pending += 1
        if self.cancellation.sent:
            self.cancellation.pending_afterwards += 1
            self.cancellation.seconds = time.monotonic() - self._sent
        self._cancel_if_due()

    def _cancel_if_due(self) -> None:
        cancellation = self.cancellation
        if cancellation is not None and not cancellation.sent and self._pending >= cancellation.after:
            self._association.send(self._context_id, c_cancel_rq(self._message_id))
            cancellation.sent = True
            self._sent = time.monotonic()
