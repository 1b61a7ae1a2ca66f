"""Every association of the ladder goes through here: a peer that has too many of them is asked once more, later."""

from __future__ import annotations

import time

from harness.diagnosis.endings import CROWDED_SECONDS, is_crowded
from harness.engine.ladder.budget import Budget
from harness.engine.ladder.request import LadderRequest
from harness.net.association import Association
from harness.net.requestor import request_association
from harness.observe.rungs import TurnedAway
from harness.tls.contexts import tls_client


class Door:
    """Asks the peer for associations, within the time of the whole ladder.

    `turned_away` is the last time that the peer said that it is full; None when it never did.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.turned_away: TurnedAway | None = None

    def knock(self, request: LadderRequest, *contexts: str) -> Association:
        """An association for C-ECHO and these SOP classes; asked for again once, and only of a peer that is full."""
        association = self._ask(request, contexts)
        full = association.ending
        if full is None or not is_crowded(full):
            return association
        pause = min(CROWDED_SECONDS, self.budget.part(1 / 6))
        time.sleep(pause)
        association = self._ask(request, contexts)
        self.turned_away = TurnedAway(full, pause, association.ending)
        return association

    def _ask(self, request: LadderRequest, contexts: tuple[str, ...]) -> Association:
        tls = tls_client(request.tls) if request.tls is not None else None
        return request_association(request.address, request.proposal(*contexts), self.budget.timeouts(), tls=tls)
