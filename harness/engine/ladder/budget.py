"""How much of the time of the whole ladder each part of it may take."""

from __future__ import annotations

import time

from harness.net.timeouts import Timeouts

SHORTEST = 0.2
"""Seconds that a part gets when there is hardly anything left, so that it fails by what it sees."""


class Budget:
    """Seconds that are there in all, and what is left of them."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._begun = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds since the beginning."""
        return time.monotonic() - self._begun

    def part(self, share: float) -> float:
        """Seconds for a part: a share of the whole, but no more than is left."""
        return max(SHORTEST, min(self.seconds * share, self.seconds - self.spent))

    def timeouts(self) -> Timeouts:
        """Deadlines of an association that leave time to look what else may speak there.

        Two of them may be missed in a row, a connection that is slow and an answer that never comes.
        """
        stage = max(SHORTEST, min(self.part(1 / 3), (self.seconds - self.spent) / 2))
        return Timeouts(connect=stage, association=stage, response=stage, release=self.part(1 / 10))
