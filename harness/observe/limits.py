"""What a peer refuses and when it loses patience: found by asking for what may be refused, where that is allowed."""

from __future__ import annotations

from dataclasses import dataclass

from harness.observe.ending import Ending
from harness.observe.look import TlsFacts
from harness.observe.rungs import TitleAnswer, TitleFacts


@dataclass(frozen=True, slots=True)
class IdentityFacts:
    """Whether the peer looks at user identities (PS3.7 D.3.3.7): what it said to a user name that nobody has.

    `answered` says whether it gave the positive response that was asked for. `without` is what it said to an
    association without any, None where we offered none anyhow.
    """

    made_up: TitleAnswer
    answered: bool
    without: TitleAnswer | None = None

    def __str__(self) -> str:
        text = f"a user name that nobody has is {self.made_up}{' with a response' if self.answered else ''}"
        return text if self.without is None else f"{text}; an association without one is {self.without}"


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
    traffic, and `tls` about a connection before any association.
    """

    titles: TitleFacts | None = None
    why_no_titles: str = ""
    identity: IdentityFacts | None = None
    at_once: AtOnce | None = None
    artim: Timer | None = None
    idle: Timer | None = None
    tls: TlsFacts | None = None
