"""What of a probe needs to be allowed: the rules are those of a run, for a peer that a command line names."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from harness.scenario.caution import Allow, Environment
from harness.standard.ae import AEAddress


@dataclass(frozen=True, slots=True)
class ProbePermission:
    """What the person who started the probe allows; of a test peer everything is allowed."""

    address: AEAddress
    environment: Environment = Environment.UNSPECIFIED
    allow: Collection[Allow] = ()
    writes: bool = False

    def refusal(self, needed: Allow, what: str) -> str:
        """Why something may not be done to the peer, with the remedy; empty when it may."""
        if self.environment is Environment.TEST or needed in self.allow:
            return ""
        return self._needs(what, f"`--allow {needed.value}`, or `--environment test`")

    def refusal_of_writes(self, what: str) -> str:
        """The same for what stays at the peer."""
        if self.environment is Environment.TEST or self.writes:
            return ""
        return self._needs(what, f"`--environment test`, or `--allow-writes {self.address}`")

    def _needs(self, what: str, remedy: str) -> str:
        return f"`{self.address}` is {self.environment.value}: {what} needs {remedy}"
