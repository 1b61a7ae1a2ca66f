"""One requirement of the standard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How binding the words of the clause are.

    `INFORMATIVE` also stands for what the standard leaves open or says in two ways: nobody is wrong there.
    """

    SHALL = "shall"
    SHOULD = "should"
    INFORMATIVE = "informative"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One requirement: its `text` is a sentence of our own that says who must do what.

    `untested` says why nothing outside an implementation can test it; what tests the others is not said here: rules
    and cases name the ids that they verify. An id is never given to another requirement, even after its own is gone.
    """

    id: str
    clause: str
    level: Level
    text: str
    untested: str = ""


def shall(identifier: str, clause: str, text: str, *, untested: str = "") -> Requirement:
    """A requirement that binds."""
    return Requirement(identifier, clause, Level.SHALL, text, untested)


def should(identifier: str, clause: str, text: str, *, untested: str = "") -> Requirement:
    """A recommendation of the standard, or the only sensible reading of a clause that says it in other words."""
    return Requirement(identifier, clause, Level.SHOULD, text, untested)


def informative(identifier: str, clause: str, text: str, *, untested: str = "") -> Requirement:
    """What is left open: it may be reported, but never held against anybody."""
    return Requirement(identifier, clause, Level.INFORMATIVE, text, untested)
