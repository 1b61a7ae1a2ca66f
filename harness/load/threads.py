"""The threads of a load: begun, ended, broken off; an error in one of them is not lost."""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable

from harness.load.plan import LoadPlan
from harness.load.work import Exhausted, Work
from harness.load.worker import Worker


class LoadThreads(ABC):
    """What the models share. `problem` is why a thread could not go on: nothing that the peer did."""

    def __init__(self, plan: LoadPlan, make: Callable[[], Worker]) -> None:
        self.plan = plan
        self.stop = threading.Event()
        self.problem: Exhausted | None = None
        self.error: Exception | None = None
        self._make = make
        self._workers: list[Worker] = []
        self._threads: list[threading.Thread] = []
        self._drawn = 0
        self._draw = threading.Lock()

    @property
    def connected(self) -> int:
        """How many associations stand."""
        return sum(worker.is_connected for worker in tuple(self._workers))

    @abstractmethod
    def start(self) -> None:
        """Begin."""

    def next_work(self) -> Work:
        """What is to be done next. Raises `Exhausted` when as many operations were begun as are allowed."""
        with self._draw:
            if self._drawn >= self.plan.most_operations:
                raise Exhausted(f"{self.plan.most_operations} operations were begun, as many as are allowed")
            self._drawn += 1
            return self.plan.mix.draw()

    def begin(self, loop: Callable[[Worker], None]) -> None:
        """Run a loop with a worker of its own in a thread of its own."""
        worker = self._make()
        self._workers.append(worker)
        self.run_beside(lambda: self._served(loop, worker))

    def run_beside(self, target: Callable[[], None]) -> None:
        """Run something in a thread that ends with the others."""
        thread = threading.Thread(target=self._guarded, args=(target,), name=f"load-{len(self._threads)}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _guarded(self, target: Callable[[], None]) -> None:
        try:
            target()
        except Exception as error:  # noqa: BLE001 - raised again by `finish`
            self.error = error
            self.stop.set()

    def _served(self, loop: Callable[[Worker], None], worker: Worker) -> None:
        try:
            loop(worker)
        except Exhausted as exhausted:
            self.problem = exhausted
        finally:
            worker.release()

    def finish(self) -> None:
        """Begin nothing more, and wait for what has begun: each wait of a worker has its deadline."""
        self.stop.set()
        self.wake()
        for thread in self._threads:
            thread.join()
        if self.error is not None:
            raise self.error

    def break_off(self, grace: float) -> None:
        """Cut all connections; whoever is not done after `grace` seconds is left behind."""
        self.stop.set()
        self.wake()
        for worker in tuple(self._workers):
            worker.drop()
        end = time.monotonic() + grace
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))

    @abstractmethod
    def wake(self) -> None:
        """Have threads that wait for something to do notice that all is over."""
