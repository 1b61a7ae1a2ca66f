"""Pairs of commands timed side by side: alternated in one run, medians, and the ratio between them."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

ROUNDS = 15


@dataclass(frozen=True)
class Pair:
    """Median wall times in milliseconds of two commands."""

    ours: float
    theirs: float

    @property
    def ratio(self) -> float:
        return self.ours / self.theirs


def wall(command: Sequence[str]) -> float:
    """Milliseconds that a command takes; it must succeed."""
    # Python keeps compiled modules unless it is told not to; an installed command always has them.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begun = time.perf_counter()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, env=environment
    )
    return (time.perf_counter() - begun) * 1000


def time_pair(ours: Sequence[str], theirs: Sequence[str], rounds: int = ROUNDS) -> Pair:
    """Alternate the two commands after one unmeasured round each."""
    wall(ours), wall(theirs)
    samples = [(wall(ours), wall(theirs)) for _ in range(rounds)]
    return Pair(*(statistics.median(column) for column in zip(*samples, strict=True)))


def conditions() -> str:
    """What the figures depend on."""
    return (
        f"{os.uname().sysname} {os.uname().release}, {os.cpu_count()} cores, Python {sys.version.split()[0]}, loopback"
    )
