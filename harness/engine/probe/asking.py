"""Asks for the associations of a probe, one after the other; each is released at once, and nothing else is sent."""

from __future__ import annotations

import time

from harness.diagnosis.endings import is_crowded
from harness.engine.probe.request import ProbeRequest
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Deadline, Timeouts
from harness.observe.trace import Trace

_PAUSES = (0.1, 0.5, 2.5)
"""Seconds until a peer that was full is asked again: DCMTK's servers take one to see that an association is over."""


class Asking:
    """Within the time of the whole probe. `traces` has each association that was asked for."""

    def __init__(self, request: ProbeRequest) -> None:
        self.traces: list[Trace] = []
        self._request = request
        self._deadline = Deadline(request.seconds)

    def ask(self, proposal: Proposal) -> Association:
        """An association, already released; asked for again where the peer says that it is full.

        Raises TimeoutError when the time of the whole probe is up.
        """
        for pause in _PAUSES:
            association = self._once(proposal)
            if association.ending is None or not is_crowded(association.ending):
                return association
            time.sleep(min(pause, self._deadline.remaining()))
        return self._once(proposal)

    def _once(self, proposal: Proposal) -> Association:
        stage = min(self._request.timeout, self._deadline.remaining())
        timeouts = Timeouts(connect=stage, association=stage, response=stage, release=stage)
        with request_association(self._request.address, proposal, timeouts, tls=self._request.tls) as association:
            self.traces.append(association.trace)
            return association
