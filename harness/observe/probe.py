"""What a peer accepts, as found by asking: facts, and no opinion whether they are good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from harness.observe.ending import Ending
from harness.observe.exercise import Exercise
from harness.observe.habits import Habits
from harness.observe.limits import Limits
from harness.observe.outcomes import AssociateObservation
from harness.observe.trace import TlsFact, Trace

Cell = tuple[str, str]
"""SOP class and transfer syntax, by UID."""


@dataclass(frozen=True, slots=True)
class Matrix:
    """Each cell with the result of the presentation context that proposed only it (PS3.8 Table 9-18).

    A cell without a result was never answered: its association did not stand, or its context was left out. `changing`
    are cells that were proposed more than once and answered differently, with all results seen.
    """

    sop_classes: tuple[str, ...]
    transfer_syntaxes: tuple[str, ...]
    results: Mapping[Cell, int]
    changing: Mapping[Cell, tuple[int, ...]] = field(default_factory=dict)

    def accepted(self, sop_class: str) -> tuple[str, ...]:
        """The transfer syntaxes that are accepted for a SOP class."""
        return tuple(syntax for syntax in self.transfer_syntaxes if self.results.get((sop_class, syntax)) == 0)

    def row(self, sop_class: str) -> tuple[int | None, ...]:
        """The results of a SOP class, in the order of the transfer syntaxes."""
        return tuple(self.results.get((sop_class, syntax)) for syntax in self.transfer_syntaxes)


@dataclass(frozen=True, slots=True)
class PeerFacts:
    """What the peer says of itself in an A-ASSOCIATE-AC (PS3.8 D.1; PS3.7 D.3.3).

    `maximum_length` is None where it says nothing, 0 for no limit. `asynchronous_operations` is its answer to
    `asked_window`, None where it gives none, so that operations are synchronous. `extended` is the application
    information by SOP class, `scp_roles` the SOP classes for which it lets the requestor be SCP. `negotiation_ended` is
    how an association with all of that ended which did not stand; None where each did.
    """

    maximum_length: int | None = None
    implementation_class_uid: str | None = None
    implementation_version_name: str | None = None
    asked_window: tuple[int, int] | None = None
    asynchronous_operations: tuple[int, int] | None = None
    extended: tuple[tuple[str, bytes], ...] = ()
    scp_roles: tuple[str, ...] = ()
    identity_offered: bool = False
    identity_answered: bool = False
    tls: TlsFact | None = None
    negotiation_ended: Ending | None = None


@dataclass(frozen=True, slots=True)
class TooMuch:
    """An association of so many presentation contexts that did not stand, and how it ended."""

    contexts: int
    ending: Ending


@dataclass(slots=True, kw_only=True)
class PolicyObservation(AssociateObservation):
    """What a peer accepts of what a policy names; `contexts` are those that the policy requires."""

    matrix: Matrix
    peer: PeerFacts


@dataclass(frozen=True, slots=True)
class Probe:
    """One look at a peer. `ending` is why nothing could be asked; then the matrix is empty.

    `associations` counts all that were asked for, and `traces` has them; `too_much` are those that did not stand though
    a smaller one had.
    """

    address: str
    calling_ae_title: str
    started: datetime
    seconds: float
    associations: int
    peer: PeerFacts
    matrix: Matrix
    too_much: tuple[TooMuch, ...] = ()
    ending: Ending | None = None
    traces: tuple[Trace, ...] = field(default=(), repr=False, compare=False)
    habits: Habits = field(default_factory=Habits)
    limits: Limits = field(default_factory=Limits)
    exercise: Exercise = field(default_factory=Exercise)

    @property
    def is_whole(self) -> bool:
        """Whether every cell was answered."""
        cells = len(self.matrix.sop_classes) * len(self.matrix.transfer_syntaxes)
        wanted = set(self.matrix.sop_classes), set(self.matrix.transfer_syntaxes)
        answered = sum(sop_class in wanted[0] and syntax in wanted[1] for sop_class, syntax in self.matrix.results)
        return self.ending is None and answered == cells
