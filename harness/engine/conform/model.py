"""What a conformance case is, and what a peer can do in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING

from harness.results.model import Level
from harness.standard.negotiation import Abort, Rejection
from harness.standard.requirements import model as requirements
from harness.standard.requirements.catalogue import REQUIREMENTS

if TYPE_CHECKING:
    from harness.engine.conform.bench import Bench
    from harness.engine.conform.facts import Facts


class Profile(IntEnum):
    """How far a run goes; each profile has the cases of those before it."""

    SAFE = 1
    """Well-formed and without effect: what any client may send to a system in use."""

    ACCEPTANCE = 2
    """What binds, for a system that is to be accepted."""

    STRICT = 3
    """Recommendations and robustness, too."""

    @property
    def word(self) -> str:
        """As on the command line."""
        return self.name.lower()


class Conduct(IntEnum):
    """What a case does to the peer, in the order in which cases run. All but the first need a peer for tests."""

    READS = 1
    PROBES = 2
    """Well-formed, but of a kind that shows up in logs or is known to hold servers up: unknown titles, tiny limits."""

    WRITES = 3
    BREAKS = 4
    """Breaks rules of the protocol itself."""


class Kind(StrEnum):
    """What the peer did, as far as allowed outcomes tell it apart."""

    FULFILLED = "fulfilled"
    """What the requirement demands was seen as a whole."""

    VIOLATED = "violated"
    """What the requirement forbids was seen; no list of outcomes allows it."""

    ACCEPTED = "accepted"
    NOTHING_ACCEPTED = "nothing accepted"
    REJECTED = "rejected"
    ABORTED = "aborted"
    CLOSED = "closed"
    RESET = "reset"
    SILENT = "silent"
    RELEASED = "released"
    ANSWERED = "answered"
    IGNORED = "ignored"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Seen:
    """What the peer did, in words that hold no value of a data set, and in facts."""

    kind: Kind
    text: str
    rejection: Rejection | None = None
    abort: Abort | None = None
    status: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """An outcome that the standard allows: in words, and how it is recognized."""

    text: str
    kind: Kind
    fits: Callable[[Seen], bool] = field(default=lambda seen: True, compare=False)

    def matches(self, seen: Seen) -> bool:
        """Whether this is what was seen."""
        return seen.kind is self.kind and self.fits(seen)


@dataclass(frozen=True, slots=True)
class Need:
    """Something without which a case tells nothing. `missing` gives the evidence that the peer lacks it, or nothing."""

    missing: Callable[[Facts], str]


@dataclass(frozen=True, slots=True)
class Case:
    """One conformance case.

    `id` is GROUP/NAME and never changes its meaning; `requirements` are ids of the catalogue; `allowed` are all
    outcomes that the standard allows, the preferred one first. `script` does what is to be done and returns what was
    seen. A case that `waits` for a timer of the peer takes as long as that is set, and runs only when it is asked for.
    """

    id: str
    title: str
    requirements: tuple[str, ...]
    allowed: tuple[Outcome, ...]
    script: Callable[[Bench], Seen] = field(compare=False)
    profile: Profile = Profile.ACCEPTANCE
    conduct: Conduct = Conduct.READS
    needs: tuple[Need, ...] = ()
    waits: bool = False

    @property
    def group(self) -> str:
        """What it belongs to: its id without the last part."""
        return self.id.rpartition("/")[0]

    @property
    def binding(self) -> tuple[str, ...]:
        """Its requirements that bind as much as it does."""
        return tuple(one for one in self.requirements if _LEVELS[REQUIREMENTS[one].level] is self.level)

    @property
    def level(self) -> Level:
        """How binding it is: as the most binding of its requirements, so that no case demands more than its clause."""
        return min((_LEVELS[REQUIREMENTS[identifier].level] for identifier in self.requirements), key=_BY_WEIGHT.index)


_LEVELS = {
    requirements.Level.SHALL: Level.REQUIRED,
    requirements.Level.SHOULD: Level.RECOMMENDED,
    requirements.Level.INFORMATIVE: Level.INFORMATIONAL,
}
_BY_WEIGHT = tuple(_LEVELS.values())


class Reacted(Exception):
    """The peer did something that the script does not go on after; `seen` is what."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(seen.text)
        self.seen = seen


class Untestable(Exception):
    """What the case needs before its own question could not be had; nothing is known of the question."""


class Inconclusive(Exception):
    """The question was put, and what was seen does not answer it."""
