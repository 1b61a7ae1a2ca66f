"""How much load there is when: stages in which the level stays, rises or falls."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of time in which the level goes evenly from `start` to `end`; equal ones make it constant."""

    seconds: float
    start: float
    end: float

    def level(self, elapsed: float) -> float:
        """The level so many seconds after the stage has begun."""
        return self.start + (self.end - self.start) * elapsed / self.seconds

    @property
    def volume(self) -> float:
        """The level, summed over the stage: with operations per second as level, the number of operations."""
        return (self.start + self.end) / 2 * self.seconds

    def reached(self, volume: float) -> float:
        """Seconds after which the level, summed up, comes to `volume`, which is at most that of the stage."""
        slope = (self.end - self.start) / self.seconds
        root = math.sqrt(max(0.0, self.start**2 + 2 * slope * volume))
        # Of the two ways to write the solution this one neither divides by a slope of 0 nor loses digits near it.
        return min(self.seconds, 2 * volume / (self.start + root)) if volume else 0.0


@dataclass(frozen=True, slots=True)
class Shape:
    """Stages one after the other. The level is a number of associations, or of operations per second."""

    stages: tuple[Stage, ...]

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return sum(stage.seconds for stage in self.stages)

    @property
    def peak(self) -> float:
        """The highest level."""
        return max(max(stage.start, stage.end) for stage in self.stages)

    def level(self, elapsed: float) -> float:
        """The level so many seconds after the beginning; 0 when it is over."""
        for stage in self.stages:
            if elapsed < stage.seconds:
                return stage.level(elapsed)
            elapsed -= stage.seconds
        return 0.0

    def arrivals(self) -> Iterator[float]:
        """When each operation is due, in seconds after the beginning, where the level is operations per second."""
        begun, volume, number = 0.0, 0.0, 0
        for stage in self.stages:
            while number < volume + stage.volume:
                yield begun + stage.reached(number - volume)
                number += 1
            begun += stage.seconds
            volume += stage.volume
