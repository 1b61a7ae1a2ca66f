"""The outcome of holding one expectation against an observation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Show = Callable[[str, str], str]
"""Turns an attribute value of the peer and its VR into what may be shown."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether one named expectation holds, with both sides in words.

    `ours`: if it does not hold, that says nothing of the peer, and is an error of what the run was given. `aside`: no
    scenario asked for it, or no clause is broken for sure, so that it is a warning like what the wire lint finds.
    `undecided`: nothing can be said, for the reason that is given. `requirements` are those that it holds a peer to,
    beside what its scenario verifies.
    """

    name: str
    met: bool
    expected: str
    observed: str
    reason: str = ""
    ours: bool = False
    aside: bool = False
    undecided: bool = False
    requirements: tuple[str, ...] = ()
