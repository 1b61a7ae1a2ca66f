"""What acceptors do when nothing comes: the ARTIM timer, and silence on associations (PS3.8 9.1.2, 9.1.5, 9.2.3)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import WORKS
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED, RELEASED, SILENT, met
from harness.engine.conform.talk import Talk
from harness.net.timeouts import ARTIM_PATIENCE, IDLE_PATIENCE
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

_UNKNOWN_TYPE = 0x09


def _expired(talk: Talk) -> Seen:
    """How the connection ends when we leave it as it is."""
    begun = time.monotonic()
    seen = talk.reaction(ARTIM_PATIENCE)
    if seen.kind is Kind.SILENT:
        raise Inconclusive(f"the connection still stands after {ARTIM_PATIENCE:g} s; the ARTIM timer may be longer")
    return replace(seen, text=f"after {time.monotonic() - begun:.1f} s: {seen.text}")


def _silence(bench: Bench) -> Seen:
    with bench.talk() as talk:
        return _expired(talk)


def _part_of_request(bench: Bench) -> Seen:
    with bench.talk() as talk:
        talk.send_bytes(encode_pdu(bench.request())[:40], "part of an A-ASSOCIATE-RQ")
        return _expired(talk)


def _after(awaited: Kind, sent: Callable[[Bench], p.PDU], *, established: bool) -> Callable[[Bench], Seen]:
    """What follows the last PDU of the peer, when we do not close the connection."""

    def script(bench: Bench) -> Seen:
        with bench.established() if established else bench.talk() as talk:
            talk.send(sent(bench))
            seen = talk.reaction()
            if seen.kind is not awaited:
                raise Inconclusive(f"what this case needs was not {awaited.value}: {seen.text}")
            return _expired(talk)

    return script


def _idle(bench: Bench) -> Seen:
    begun = time.monotonic()
    with bench.established() as talk:
        seen = talk.reaction(IDLE_PATIENCE)
    return (
        seen if seen.kind is Kind.SILENT else replace(seen, text=f"after {time.monotonic() - begun:.1f} s: {seen.text}")
    )


def _beside_silence(bench: Bench) -> Seen:
    begun = time.monotonic()
    with bench.talk():
        seen = bench.works(bench.request())
    return replace(seen, text=f"after {time.monotonic() - begun:.1f} s: {seen.text}")


def _case(
    name: str, title: str, requirement: str, script: Callable[[Bench], Seen], *allowed: Outcome, breaks: bool = False
) -> Case:
    conduct = Conduct.BREAKS if breaks else Conduct.PROBES
    return Case(f"ul/timers/{name}", title, (requirement,), allowed, script, Profile.STRICT, conduct, waits=True)


CASES = (
    _case(
        "no-request",
        "A connection on which no request comes is closed in the end",
        "ul/artim-request",
        _silence,
        CLOSED,
        ABORTED,
    ),
    _case(
        "part-of-request",
        "A connection on which only part of a request comes is closed in the end",
        "ul/artim-partial-request",
        _part_of_request,
        CLOSED,
        ABORTED,
        breaks=True,
    ),
    _case(
        "after-rejection",
        "A connection whose request was rejected is closed in the end",
        "ul/artim-reject",
        _after(Kind.REJECTED, lambda bench: replace(bench.request(), protocol_version=2), established=False),
        CLOSED,
        ABORTED,
        breaks=True,
    ),
    _case(
        "after-release",
        "A connection whose association was released is closed in the end",
        "ul/artim-release",
        _after(Kind.RELEASED, lambda _: p.ReleaseRQ(), established=True),
        CLOSED,
        ABORTED,
    ),
    _case(
        "after-abort",
        "A connection whose association the peer aborted is closed in the end",
        "ul/artim-abort",
        _after(Kind.ABORTED, lambda _: p.RawPDU(_UNKNOWN_TYPE, bytes(4)), established=True),
        CLOSED,
        ABORTED,
        breaks=True,
    ),
    _case(
        "idle",
        f"An association without traffic is kept for {IDLE_PATIENCE:g} s, or ended",
        "ul/idle-association",
        _idle,
        SILENT,
        ABORTED,
        CLOSED,
        RELEASED,
    ),
    _case(
        "beside-silence",
        "An association beside a connection that says nothing is served at once, or when that has ended",
        "ul/tcp-others-not-held-up",
        _beside_silence,
        met(WORKS),
        SILENT,
    ),
)
