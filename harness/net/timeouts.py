"""Deadlines: every wait of the harness has one."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for each stage of an association.

    `connect` covers name, TCP and TLS, `association` the answer to A-ASSOCIATE-RQ, `response` each DIMSE response
    (and a write that makes no progress), `release` the answer to A-RELEASE-RQ, `artim` what the acceptor waits for a
    TLS handshake, for an A-ASSOCIATE-RQ or for the peer to close, `idle` how long an acceptor keeps an association
    without traffic. Of an instance that comes, `response` and `idle` limit the silence in the middle, not the whole.
    """

    connect: float = 10.0
    association: float = 30.0
    response: float = 30.0
    release: float = 10.0
    artim: float = 30.0
    idle: float = 60.0


ARTIM_PATIENCE = 45.0
"""Seconds that are waited for the ARTIM timer of a peer, whose value is up to it: 30 is usual (PS3.8 9.1.5)."""

IDLE_PATIENCE = 75.0
"""Seconds that are waited for a peer to end an association without traffic: 60 is usual."""


class Deadline:
    """A moment on the monotonic clock."""

    __slots__ = ("_end", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._end = time.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left. Raises TimeoutError when there are none."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left
