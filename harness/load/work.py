"""What a load does again and again: one kind of operation over an association that stands."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from harness.net.association import Association
from harness.observe.outcomes import Observation


@dataclass(frozen=True, slots=True)
class Done:
    """One operation. `failure` says in a few words how it failed, the same words for the same fault; empty for success.

    No words of the peer are in it. `bytes_sent` are those of the data set, of a C-STORE.
    """

    observation: Observation
    failure: str = ""
    bytes_sent: int = 0


class Exhausted(Exception):
    """There is nothing more that could be sent; the load ends. Its words say why."""


class Work(Protocol):
    """One kind of operation. Used by several threads at once."""

    @property
    def name(self) -> str:
        """What it is called in results: `echo`, `store` ..."""

    def perform(self, association: Association) -> Done:
        """Carry it out once. What the peer does is no exception. Raises `Exhausted`."""


def failure_of(observation: Observation, status: int | None, *, success: bool) -> str:
    """The words for an operation that did not succeed; empty where it did."""
    if observation.unsent:
        return "no presentation context"
    if observation.ending is not None:
        return observation.ending.kind.value
    if success:
        return ""
    return f"status {status:04X}H" if status is not None else "no status"


class Mix:
    """Kinds of operations, each with its weight; drawn at random, the same for the same seed."""

    def __init__(self, weighted: Sequence[tuple[Work, float]], seed: str) -> None:
        self.works = [work for work, _ in weighted]
        self._weights = [weight for _, weight in weighted]
        self._random = random.Random(seed)

    def draw(self) -> Work:
        """The next one."""
        return self._random.choices(self.works, self._weights)[0]
