"""Asks for the associations of a probe; each is released at once, and nothing else is sent."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator

from harness.diagnosis.endings import CROWDED_SECONDS, is_crowded
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import AskedAssociation, begin_association
from harness.net.timeouts import Deadline, Timeouts
from harness.observe.ending import EndingKind
from harness.observe.trace import Trace

PAUSES = (0.1, 0.5, CROWDED_SECONDS)
"""Seconds until a peer that was full is asked again, each time longer."""


NOBODY = (EndingKind.CONNECTION_REFUSED, EndingKind.UNREACHABLE, EndingKind.CONNECT_TIMEOUT)
"""Endings that say that nobody is there, whatever was asked for."""

UNANSWERED = (*NOBODY, EndingKind.TIMEOUT)
"""The same, and silence, which may also be what the peer has to say to this association."""


class Asking:
    """Within the time of the whole probe. `traces` has each association that was asked for."""

    def __init__(self, request: ProbeRequest) -> None:
        self.traces: list[Trace] = []
        self._request = request
        self._deadline = Deadline(request.seconds)
        self._two_at_once = True

    def ask(self, proposal: Proposal) -> Association:
        """An association, already released; asked for again where the peer says that it is full.

        Raises TimeoutError when the time of the whole probe is up.
        """
        for pause in PAUSES:
            association = self._released(self._begin(proposal))
            if association.ending is None or not is_crowded(association.ending):
                return association
            time.sleep(min(pause, self._deadline.remaining()))
        return self._released(self._begin(proposal))

    def open(self, proposal: Proposal) -> Association:
        """An association that still stands, for the caller to end; asked for once, also of a peer that is full.

        Raises TimeoutError as `ask` does.
        """
        association = self._begin(proposal).conclude()
        self.traces.append(association.trace)
        return association

    def at_most(self, seconds: float) -> float:
        """So many seconds, or what is left of the time of the whole probe. Raises TimeoutError when nothing is."""
        return min(seconds, self._deadline.remaining())

    def ask_each(self, proposals: Iterable[Proposal]) -> Iterator[Association]:
        """An association for each proposal in turn, already released, as `ask` gives it.

        While the peer answers one, the next is already asked for on a connection of its own, so that no one waits for
        us; never are there more than two. Some products serve one at a time: the first is alone, and where one of two
        does not stand it counts for nothing, is asked for again alone, and so is all that follows.
        """
        waiting = iter(proposals)
        for proposal in waiting:
            association = self.ask(proposal)
            yield association
            if association.established and self._two_at_once:
                yield from self._overlapping(waiting)

    def _overlapping(self, waiting: Iterator[Proposal]) -> Iterator[Association]:
        """The same two at a time, for as long as all of them stand."""
        proposal = next(waiting, None)
        asked = self._begin(proposal) if proposal is not None else None
        while proposal is not None and asked is not None:
            following = next(waiting, None) if self._two_at_once else None
            behind = self._begin(following) if following is not None else None
            association = self._released(asked)
            if not association.established:
                self._two_at_once = False
                # No other may be open when it is asked for alone.
                second = self._released(behind) if behind is not None else None
                yield self.ask(proposal)
                if following is not None and second is not None:
                    yield second if second.established else self.ask(following)
                return
            yield association
            proposal, asked = following, behind

    def _begin(self, proposal: Proposal) -> AskedAssociation:
        stage = min(self._request.timeout, self._deadline.remaining())
        timeouts = Timeouts(connect=stage, association=stage, response=stage, release=stage)
        return begin_association(self._request.address, proposal, timeouts, tls=self._request.tls)

    def _released(self, asked: AskedAssociation) -> Association:
        with asked.conclude() as association:
            self.traces.append(association.trace)
            return association
