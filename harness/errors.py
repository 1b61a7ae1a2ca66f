"""Problems of ours and of our surroundings; never the behavior of a peer, which is an observation."""

from __future__ import annotations


class HarnessError(Exception):
    """Base of everything the harness reports as its own or its user's problem."""


class UsageError(HarnessError):
    """The command line or the environment asks for something impossible (exit status 2)."""


class ScenarioError(HarnessError):
    """One or more mistakes in scenario files; `str()` is the complete, located text to show (exit status 2)."""


class PeerStartError(HarnessError):
    """A peer of the run could not be started (an *error* of the run, exit status 3).

    `log_tail` holds the last lines of the peer's log, before redaction.
    """

    def __init__(self, reason: str, log_tail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.log_tail = log_tail


class InternalError(HarnessError):
    """A defect of the harness itself (exit status 4)."""
