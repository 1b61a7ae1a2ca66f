"""Associations of a load that are kept as evidence, and for the wire lint: the first ones, and some of the others."""

from __future__ import annotations

import threading

from harness.observe.trace import Trace

FIRST = 10
EVERY = 50
MOST = 40


class Sampled:
    """Keeps the first ten associations, then every fiftieth, forty at most: each holds some hundred PDUs."""

    def __init__(self) -> None:
        self.traces: list[Trace] = []
        self.offered = 0
        self._lock = threading.Lock()

    def offer(self, trace: Trace) -> None:
        """An association begins."""
        with self._lock:
            if len(self.traces) < MOST and (self.offered < FIRST or self.offered % EVERY == 0):
                self.traces.append(trace)
            self.offered += 1
