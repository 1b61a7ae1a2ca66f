"""One association after the other, and operations over it: what each thread of a load does."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from harness.load.meter import Meter
from harness.load.sampled import Sampled
from harness.load.work import Done, Work
from harness.net.association import Association
from harness.observe.load import ASSOCIATION
from harness.observe.outcomes import AssociateObservation

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0
"""Seconds that are waited after an association that did not come to stand; doubled each time, so that a peer in
trouble is not kept there by us."""

Open = Callable[[], Association]


class Worker:
    """Carries out operations, each over an association that it keeps, or opens when it needs one."""

    def __init__(self, ask: Open, meter: Meter, sampled: Sampled, per_association: int, begun: float) -> None:
        self._open = ask
        self._meter = meter
        self._sampled = sampled
        self._per_association = per_association
        self._begun = begun
        self._association: Association | None = None
        self._used = 0
        self._pause = FIRST_PAUSE
        self._dropped = False

    @property
    def elapsed(self) -> float:
        """Seconds since the load began."""
        return time.monotonic() - self._begun

    @property
    def is_connected(self) -> bool:
        """Whether its association stands."""
        association = self._association
        return association is not None and association.ending is None

    def perform(self, work: Work, due: float | None, stop: threading.Event) -> None:
        """One operation, which was due at that time, or now; it is counted, whatever becomes of it."""
        begun = self.elapsed
        association = self._standing()
        if association.established:
            done = work.perform(association)
            self._used += 1
        else:
            assert association.ending is not None
            done = Done(AssociateObservation(ending=association.ending), f"no association: {association.ending.kind}")
        done.observation.traces.append(association.trace)
        if not self._dropped or not done.failure:
            # What fails when its connection was cut by us is no failure of the peer.
            self._meter.count(work.name, done, begun if due is None else due, begun, self.elapsed)
        self._after(association, stop)

    def _standing(self) -> Association:
        if self._association is not None and self._association.ending is None:
            return self._association
        begun = self.elapsed
        association = self._association = self._open()
        self._used = 0
        self._sampled.offer(association.trace)
        ending = association.ending
        failure = ending.kind.value if ending is not None else ""
        observation = AssociateObservation(traces=[association.trace], ending=ending)
        self._meter.count_association(ASSOCIATION, failure, observation, begun, self.elapsed)
        return association

    def _after(self, association: Association, stop: threading.Event) -> None:
        if association.established:
            self._pause = FIRST_PAUSE
            if self._per_association and self._used >= self._per_association:
                self.release()
            return
        stop.wait(self._pause)
        self._pause = min(LONGEST_PAUSE, 2 * self._pause)

    def release(self) -> None:
        """End the association, as a requestor does that has no more to ask."""
        if self._association is not None and self._association.established:
            self._association.release()
        self._association = None

    def drop(self) -> None:
        """Cut the connection, from any thread: whoever waits for an answer waits no more."""
        self._dropped = True
        association = self._association
        if association is not None:
            association.drop()
