"""What a peer refuses and when it loses patience: found by asking for what may be refused, where that is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.ending import Ending
from harness.observe.rungs import TitleFacts


@dataclass(frozen=True, slots=True)
class AtOnce:
    """Associations that were asked for while all before stood.

    `asked` was the most that was to be asked for, `stood` of them were accepted; `refused` is how the first that was
    not accepted ended. `dropped` are those that the peer ended by itself while others came, `recovered` says whether
    it accepted one after all had been released.
    """

    asked: int
    stood: int
    refused: Ending | None = None
    dropped: int = 0
    recovered: bool = True


@dataclass(frozen=True, slots=True)
class Timer:
    """How long a peer puts up with silence: `ending` came after `seconds`; None: not while we waited so long."""

    seconds: float
    ending: Ending | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What was asked of it; None: it was not, for which `why_no_titles` has a reason.

    `artim` is about a connection on which no A-ASSOCIATE-RQ comes (PS3.8 9.1.5), `idle` about an association without
    traffic.
    """

    titles: TitleFacts | None = None
    why_no_titles: str = ""
    at_once: AtOnce | None = None
    artim: Timer | None = None
    idle: Timer | None = None
