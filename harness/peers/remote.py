"""A peer that is already running somewhere."""

from __future__ import annotations

from harness.peers.base import START_SECONDS, Peer


class RemotePeer(Peer):
    """Nothing to start and nothing to stop."""

    def start(self, seconds: float = START_SECONDS) -> None:
        """It runs already; whether it answers is for the steps to see."""

    def stop(self) -> None:
        """It is not ours to stop."""
