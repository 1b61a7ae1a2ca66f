"""What a load is to do, and where it ends."""

from __future__ import annotations

from dataclasses import dataclass

from harness.load.shape import Shape
from harness.load.work import Mix
from harness.observe.load import LoadModel


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """A load. Times in seconds.

    `associations` bounds how many are open at once, in an open model. Each is released after `per_association`
    operations; 0 keeps it as long as it stands. The load ends early after `most_operations`, and when for `patience`
    nothing has succeeded.
    """

    model: LoadModel
    shape: Shape
    mix: Mix
    associations: int = 64
    per_association: int = 0
    most_operations: int = 1_000_000
    patience: float = 10.0

    @property
    def most_at_once(self) -> int:
        """Associations that are open at once at most."""
        return self.associations if self.model is LoadModel.OPEN else max(1, round(self.shape.peak))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a load has come: for a display, while it runs."""

    seconds: float
    level: float
    succeeded: int
    failed: int
    associations: int
