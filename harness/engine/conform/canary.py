"""After every case: is the peer still there for others? A C-ECHO on a fresh association says so."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from enum import StrEnum

from harness.engine.conform.bench import Bench
from harness.engine.conform.model import Kind, Seen, Untestable
from harness.net.timeouts import Deadline
from harness.standard.uids import VERIFICATION

_PAUSE = 0.2
_LEAST = 1.0
"""Seconds that every attempt has, the last one too."""

_PRESENTATION = 3
"""Source of a rejection: the service provider, presentation related (PS3.8 Table 9-21)."""


class Health(StrEnum):
    """Whether the peer serves others."""

    WELL = "well"
    LOST = "lost"
    BLOCKED = "blocked"
    EXHAUSTED = "pool exhausted"


@dataclass(frozen=True, slots=True)
class Canary:
    """How the peer was found after a case, in words too."""

    health: Health
    text: str


def look(bench: Bench, seconds: float) -> Canary:
    """Ask until the peer is well, at most `seconds`; what the last attempt showed."""
    deadline = Deadline(seconds)
    left = seconds
    while True:
        found = _attempt(bench, left)
        if found.health is Health.WELL:
            return found
        try:
            threading.Event().wait(min(_PAUSE, deadline.remaining()))
            left = max(_LEAST, deadline.remaining())
        except TimeoutError:
            return found


def _attempt(bench: Bench, seconds: float) -> Canary:
    """One association; each of its answers may take `seconds`, as a peer that was busy answers late but well."""
    del bench.traces[:]
    try:
        with bench.talk() as talk:
            talk.timeout = min(talk.timeout, seconds)
            seen = talk.request(bench.request())
            if seen.kind is Kind.ACCEPTED and bench.facts.missing(VERIFICATION) == "":
                seen = talk.echo()
            if seen.kind in (Kind.ACCEPTED, Kind.FULFILLED):
                talk.release()
    except Untestable as untestable:
        return Canary(Health.LOST, str(untestable))
    return _judged(seen)


def _judged(seen: Seen) -> Canary:
    # What is wrong with an answer is for cases to say; whoever answers is there.
    if seen.kind in (Kind.ACCEPTED, Kind.FULFILLED, Kind.VIOLATED, Kind.NOTHING_ACCEPTED):
        return Canary(Health.WELL, "a C-ECHO on a new association is answered")
    if seen.rejection is not None:
        health = Health.EXHAUSTED if seen.rejection.source == _PRESENTATION else Health.WELL
        return Canary(health, seen.text)
    return Canary(Health.BLOCKED if seen.kind is Kind.SILENT else Health.LOST, seen.text)
