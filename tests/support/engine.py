"""Whether there is a Docker engine."""

from __future__ import annotations

from functools import cache

from harness.errors import PeerStartError
from harness.peers.docker_engine import reach


@cache
def absence_of_engine() -> str:
    """Why no container can run here; empty when one can."""
    try:
        reach()
    except PeerStartError as error:
        return error.reason
    return ""
