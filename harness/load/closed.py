"""The closed model: so many associations, each of which asks anew as soon as the peer has answered."""

from __future__ import annotations

from functools import partial

from harness.load.threads import LoadThreads
from harness.load.worker import Worker

_IDLE = 0.05
"""Seconds between two looks of an association whose time has not come, or is over."""


class ClosedModel(LoadThreads):
    """A thread for each association."""

    def start(self) -> None:
        """Begin with all threads; those above the level wait."""
        for index in range(self.plan.most_at_once):
            self.begin(partial(self._loop, index))

    def _loop(self, index: int, worker: Worker) -> None:
        while not self.stop.is_set():
            if round(self.plan.shape.level(worker.elapsed)) > index:
                worker.perform(self.next_work(), None, self.stop)
            else:
                worker.release()
                self.stop.wait(_IDLE)

    def wake(self) -> None:
        """Nothing to do: they look themselves."""
