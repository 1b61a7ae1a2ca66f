"""The open model: so many operations per second, due whether or not the peer keeps up.

A tool that waits for an answer before it asks again measures nothing while the peer hangs (coordinated omission). Here
each operation has its time, and its latency counts from then.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from queue import SimpleQueue

from harness.load.meter import Meter
from harness.load.plan import LoadPlan
from harness.load.threads import LoadThreads
from harness.load.work import Done
from harness.load.worker import Worker
from harness.observe.outcomes import AssociateObservation

NOT_BEGUN = "not begun: all associations were busy"

_Inbox = SimpleQueue[float | None]


class OpenModel(LoadThreads):
    """A clock that hands out operations, to the worker that became free last, so that few associations are open."""

    def __init__(self, plan: LoadPlan, make: Callable[[], Worker], meter: Meter) -> None:
        super().__init__(plan, make)
        self._meter = meter
        self._lock = threading.Lock()
        self._free: list[_Inbox] = []
        self._waiting: deque[float] = deque()
        self._begun = 0

    def start(self) -> None:
        """Begin to hand out."""
        self._clock = self._make()
        self.run_beside(self._hand_out)

    def _hand_out(self) -> None:
        for due in self.plan.shape.arrivals():
            if self.stop.wait(max(0.0, due - self._clock.elapsed)):
                return
            self._hand(due)

    def _hand(self, due: float) -> None:
        with self._lock:
            if self._free:
                self._free.pop().put(due)
            elif self._begun < self.plan.most_at_once:
                self._begun += 1
                inbox: _Inbox = SimpleQueue()
                inbox.put(due)
                self.begin(lambda worker: self._loop(inbox, worker))
            else:
                self._waiting.append(due)

    def _loop(self, inbox: _Inbox, worker: Worker) -> None:
        while (due := inbox.get()) is not None:
            self._meter.count_late(worker.elapsed - due)
            worker.perform(self.next_work(), due, self.stop)
            while (late := self._next_waiting(inbox)) is not None:
                worker.perform(self.next_work(), late, self.stop)

    def _next_waiting(self, inbox: _Inbox) -> float | None:
        """An operation that is due already; with None the worker is free."""
        with self._lock:
            if self.stop.is_set():
                inbox.put(None)
            elif self._waiting:
                return self._waiting.popleft()
            else:
                self._free.append(inbox)
            return None

    def wake(self) -> None:
        """End the free workers; what was due and could not begin has failed."""
        with self._lock:
            for inbox in self._free:
                inbox.put(None)
            self._free.clear()
            missed, self._waiting = self._waiting, deque()
        now = self._clock.elapsed
        for due in missed:
            # Drawn as those that were begun, so that each kind is missed by its weight.
            name = self.plan.mix.draw().name
            observation = AssociateObservation(unsent=f"all {self.plan.most_at_once} associations were busy")
            self._meter.count(name, Done(observation, NOT_BEGUN), due, now, now)
