"""The rungs of the diagnosis ladder as facts: what holds between two systems, from the name up to the effect."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from harness.observe.ending import Ending
from harness.observe.foreign import Foreign
from harness.observe.outcomes import Observation
from harness.observe.trace import Trace


class RungName(StrEnum):
    """What must hold, from below; each needs those before it."""

    CONFIGURATION = "configuration"
    NAME = "name"
    ROUTE = "route"
    PROTOCOL = "protocol"
    TLS = "tls"
    ASSOCIATION = "association"
    CONTEXTS = "presentation contexts"
    SERVICE = "service"
    EFFECT = "effect"


class RungState(StrEnum):
    """What is known of a rung."""

    HOLDS = "holds"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Rung:
    """A rung that was tried: `text` says in a sentence what was seen. `seconds` is None where time says nothing."""

    name: RungName
    state: RungState
    text: str
    seconds: float | None = None


class Greeting(StrEnum):
    """What a peer did with a connection on which we said nothing."""

    SPOKE = "spoke"
    SILENT = "stayed silent"
    CLOSED = "closed it"
    RESET = "reset it"
    UNREACHED = "could not be reached"


@dataclass(frozen=True, slots=True)
class FirstWords:
    """What came of a connection on which we waited for the peer to speak first; `foreign` is what it spoke."""

    greeting: Greeting
    seconds: float
    foreign: Foreign | None = None


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """The four facts of TLS at a peer; None where one could not be found out.

    `version` and `cipher_suite` are those of a handshake that checked nothing; `problem` is why there was none. The
    chain is held against those whom we trust, the name against the one that we asked for, each alone; with an empty
    `name` neither was looked at.
    """

    encrypted: bool
    version: str = ""
    cipher_suite: str = ""
    problem: Ending | None = None
    chain: Ending | None = None
    chain_trusted: bool | None = None
    name: str = ""
    name_verified: bool | None = None
    client_certificate_required: bool | None = None

    def __str__(self) -> str:
        if not self.version:
            return f"encrypted: {_said(self.encrypted)} ({self.problem})"
        facts = [f"encrypted with {self.version}, {self.cipher_suite}"]
        if self.name:
            facts += [
                f"chain trusted: {_said(self.chain_trusted)}",
                f"certificate is for {self.name}: {_said(self.name_verified)}",
                f"client certificate required: {_said(self.client_certificate_required)}",
            ]
        return "; ".join(facts)


def _said(fact: bool | None) -> str:
    return "not known" if fact is None else "yes" if fact else "no"


class TitleAnswer(StrEnum):
    """What a peer says to an AE title that nobody gave it."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCLEAR = "neither accepted nor refused"


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """Whether the peer checks AE titles: what it said to a called and to a calling title that it cannot know."""

    called: TitleAnswer
    calling: TitleAnswer

    def __str__(self) -> str:
        return f"a called AE title that nobody has is {self.called}; a calling one is {self.calling}"


class ConfigurationFault(StrEnum):
    """What is wrong at our own end, before a peer has a part in it."""

    ILLEGAL_AE_TITLE = "illegal-ae-title"
    LISTENER_ON_LOOPBACK = "listener-on-loopback"
    CANNOT_LISTEN = "cannot-listen"


@dataclass(slots=True)
class Climb:
    """All that was seen while climbing.

    `fault` says what is wrong at our own end. `observation` is what the last rung was tried with, `status` what it was
    answered. `trace` is of the first association, `plain` of one without TLS that was asked for where TLS was not
    answered. `first_words`, `tls` and `http` are set where it was looked what else speaks there. `listener` is where
    our Storage SCP was for a C-MOVE to us; whether the peer has that study was asked with C-FIND (None: it does not
    say). `not_tried` says what of the peer remains unknown.
    """

    address: str
    calling_ae_title: str
    called_ae_title: str
    with_tls: bool = False
    fault: ConfigurationFault | None = None
    rungs: list[Rung] = field(default_factory=list)
    observation: Observation | None = None
    status: int | None = None
    trace: Trace | None = None
    plain: Trace | None = None
    first_words: FirstWords | None = None
    tls: TlsFacts | None = None
    http: Foreign | None = None
    titles: TitleFacts | None = None
    listener: str = ""
    is_study_there: bool | None = None
    not_tried: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def hold(self, name: RungName, text: str, seconds: float | None = None) -> None:
        """Note a rung that holds."""
        self.rungs.append(Rung(name, RungState.HOLDS, text, seconds))

    def restate(self, name: RungName, text: str) -> None:
        """Say of a rung what is known better now."""
        self.rungs = [replace(rung, text=text) if rung.name is name else rung for rung in self.rungs]

    def misconfigured(self, fault: ConfigurationFault, text: str) -> None:
        """Note that our own end is set up in a way that cannot work."""
        self.fault = fault
        self.broke(RungName.CONFIGURATION, text)

    def broke(self, name: RungName, text: str, seconds: float | None = None) -> None:
        """Note the rung that does not hold; there is no climbing beyond it."""
        self.rungs.append(Rung(name, RungState.BROKEN, text, seconds))

    @property
    def broken(self) -> Rung | None:
        """The rung that does not hold; None when all that were tried do."""
        return next((rung for rung in self.rungs if rung.state is RungState.BROKEN), None)
