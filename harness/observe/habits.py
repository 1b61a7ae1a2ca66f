"""How a peer chooses and what its answers are worth: facts beside the matrix of what it accepts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Choice(StrEnum):
    """Which of several proposed transfer syntaxes an acceptor takes, where PS3.8 7.1.1.14 leaves the choice to it."""

    FIRST = "the first proposed"
    LAST = "the last proposed"
    OWN = "its own order"
    UNCLEAR = "no order that was found"


@dataclass(frozen=True, slots=True)
class Preference:
    """SOP classes that accept the same transfer syntaxes, and of which the acceptor takes the same of several.

    With `OWN` the `tiers` are its order, the most wanted first; of those in one tier it takes the first proposed.
    `compared` are how many of the `accepted` were proposed by two in both orders, for the first of the SOP classes.
    """

    sop_classes: tuple[str, ...]
    choice: Choice
    accepted: int
    compared: int = 0
    tiers: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Again:
    """A SOP class in a transfer syntax that was asked for once more, in the smallest association that there is.

    The results are that of the matrix and the other; None where it was not answered.
    """

    cell: tuple[str, str]
    among_many: int | None
    alone: int | None

    @property
    def differs(self) -> bool:
        """Whether the number of presentation contexts makes a difference."""
        return self.among_many != self.alone


@dataclass(frozen=True, slots=True)
class Habits:
    """What shows how far the matrix can be believed.

    `made_up_sop_class` and `made_up_transfer_syntax` are the results of contexts with UIDs that are of no use to
    anybody (None: not answered, or not asked); who accepts one accepts anything. `again` are the cells of the matrix
    that were asked for once more.
    """

    preferences: tuple[Preference, ...] = ()
    made_up_sop_class: int | None = None
    made_up_transfer_syntax: int | None = None
    again: tuple[Again, ...] = ()

    @property
    def changed(self) -> tuple[Again, ...]:
        """The cells that are answered otherwise where few contexts are proposed."""
        return tuple(again for again in self.again if again.differs)
