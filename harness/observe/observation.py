"""What every step sees; apart from what only some services see, so that an echo does not wait for that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.observe.trace import Role

if TYPE_CHECKING:
    from harness.observe.ending import Ending
    from harness.observe.look import Look
    from harness.observe.trace import Trace


@dataclass(slots=True, kw_only=True)
class Observation:
    """What every step sees: its associations, how long it took, and what cut it short (None: nothing did)."""

    traces: list[Trace] = field(default_factory=list)
    quiet: list[Trace] = field(default_factory=list)
    """Further associations, of which there is nothing to tell unless the wire lint finds something in them."""
    ending: Ending | None = None
    seconds: float = 0.0
    unsent: str = ""
    """Why the request could not even be sent (no accepted presentation context, say); empty when it was."""
    listener: str = ""
    """Where our Storage SCP listened for what the peer was to bring us, as `host:port`; empty when it was to bring
    nothing."""
    forwarder: str = ""
    """The program that holds the port of the peer for a container, if one was seen to; then the peer is elsewhere."""
    look: Look | None = None
    """What a further look at the peer showed, where it ended an association without a word and nobody wanted that."""

    @property
    def ended(self) -> Trace | None:
        """The association of ours that was cut short; None where none was."""
        ours = (trace for trace in self.traces if trace.role is Role.REQUESTOR)
        return next((trace for trace in ours if self.ending is not None and trace.ending == self.ending), None)

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The status of each response that the service waits for, None where none came."""
        return ()

    @property
    def counts_singly(self) -> bool:
        """Whether what came is judged by itself, although something cut short what was still to come."""
        return False

    @property
    def named_attributes(self) -> Sequence[int]:
        """The tags of attributes that the peer found fault with."""
        return ()


@dataclass(slots=True, kw_only=True)
class EchoObservation(Observation):
    """The status of each C-ECHO in turn, as far as answers came, and the seconds each took."""

    statuses: list[int] = field(default_factory=list)
    response_seconds: list[float] = field(default_factory=list)

    @property
    def response_statuses(self) -> Sequence[int | None]:
        """The status of each C-ECHO."""
        return self.statuses
