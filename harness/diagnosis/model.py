"""What a diagnosis is made of."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The layers between two systems, from below; each needs those before it. At last, what a capture does not show."""

    CONFIGURATION = "configuration"
    NAME = "name"
    ROUTE = "route"
    PROTOCOL = "protocol"
    TLS = "tls"
    ASSOCIATION = "association"
    CONTEXTS = "presentation contexts"
    SERVICE = "service"
    EFFECT = "effect"
    TIME = "time"
    CAPTURE = "capture"


class Blame(StrEnum):
    """On whose side the cause is, seen from us; undecided where what was seen does not tell."""

    OURS = "ours"
    THEIRS = "theirs"
    NETWORK = "network"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Cause:
    """A cause with a name of its own.

    `code` never changes. `title` says in a few words what is the matter, `explanation` in plain language why, for
    somebody without books on DICOM. `next_steps` are things to do, the most promising first. `request` is a sentence
    for the administrator of the other side, with `{calling}`, `{called}`, `{address}` and `{evidence}` filled in; empty
    where there is nothing to ask. `decides` is the test that would decide where blame is undecided. `clause` is where
    the standard speaks of it.
    """

    code: str
    stage: Stage
    blame: Blame
    title: str
    explanation: str
    next_steps: tuple[str, ...]
    request: str = ""
    decides: str = ""
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """Who speaks with whom: both AE titles, and `host:port` of the peer."""

    calling: str
    called: str
    address: str


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A cause with what was seen. `evidence` are facts without values of data sets, the most telling first.

    `request` is that of the cause, filled in. `others` are causes that what was seen does not rule out.
    """

    cause: Cause
    evidence: tuple[str, ...]
    request: str = ""
    others: tuple[Cause, ...] = ()

    @property
    def code(self) -> str:
        """The stable name of the cause."""
        return self.cause.code
