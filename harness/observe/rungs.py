"""The rungs of the diagnosis ladder as facts: what holds between two systems, from the name up to the effect."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum

from harness.observe.ending import Ending
from harness.observe.look import Look, TlsFacts
from harness.observe.outcomes import Observation
from harness.observe.past import NOTHING_BEFORE, Past
from harness.observe.timing import stage_seconds
from harness.observe.trace import Trace
from harness.tls.validity import Validity


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


class TitleAnswer(StrEnum):
    """What a peer says to an AE title, or a user, that nobody told it of."""

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


@dataclass(frozen=True, slots=True)
class TurnedAway:
    """A peer that said with `ending` that it is full, asked once more `seconds` later; `again` None: it accepted."""

    ending: Ending
    seconds: float
    again: Ending | None


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds that C-ECHOs took one after the other on one association.

    `prompt` were acknowledged at once, piece by piece, `usual` when the system saw fit, as for most other programs: all
    of them where that cannot be told otherwise.
    """

    prompt: tuple[float, ...] = ()
    usual: tuple[float, ...] = ()


class ConfigurationFault(StrEnum):
    """What is wrong at our own end, before a peer has a part in it."""

    ILLEGAL_AE_TITLE = "illegal-ae-title"
    LISTENER_ON_LOOPBACK = "listener-on-loopback"
    CANNOT_LISTEN = "cannot-listen"


@dataclass(slots=True)
class Climb:
    """All that was seen while climbing, which began when `started` says by our clock.

    `fault` says what is wrong at our own end. `observation` is what the last rung was tried with, `status` what it was
    answered. `trace` is of the first association, `served` how many seconds services took on it until `pace` was taken:
    how fast further C-ECHOs were answered. `look` is what was seen where not even the association was answered,
    `turned_away` is set where the peer said that it is full, `tls` are the facts of TLS where it was asked for, and
    `own_certificate` says when ours is valid. `past` is what C-FIND said of the study before a C-MOVE to us.
    `not_tried` says what of the peer remains unknown.
    """

    address: str
    calling_ae_title: str
    called_ae_title: str
    with_tls: bool = False
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    fault: ConfigurationFault | None = None
    rungs: list[Rung] = field(default_factory=list)
    observation: Observation | None = None
    status: int | None = None
    trace: Trace | None = None
    look: Look | None = None
    tls: TlsFacts | None = None
    own_certificate: Validity | None = None
    titles: TitleFacts | None = None
    turned_away: TurnedAway | None = None
    served: float | None = None
    pace: Pace | None = None
    past: Past = NOTHING_BEFORE
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
    def stages(self) -> dict[str, float]:
        """Seconds of each stage of the first association, without what was only there to measure them."""
        stages = stage_seconds([self.trace]) if self.trace is not None else {}
        return stages if self.served is None else stages | {"service": self.served}

    @property
    def broken(self) -> Rung | None:
        """The rung that does not hold; None when all that were tried do."""
        return next((rung for rung in self.rungs if rung.state is RungState.BROKEN), None)
