"""What is seen of clocks that are wrong: in the dates of certificates, and in what time a web server says it is."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from harness.observe.ending import Ending, TlsFault
from harness.observe.foreign import Foreign
from harness.observe.rungs import Climb

_WORTH_TELLING = 120.0
"""Seconds between two clocks that no answer takes."""

_OF_CERTIFICATES = (TlsFault.EXPIRED, TlsFault.NOT_YET_VALID, TlsFault.CERTIFICATE)
"""Faults behind which dates may be: OpenSSL says `bad certificate` of one of ours that is not valid yet."""


def clock_texts(climb: Climb) -> Iterator[str]:
    """What our clock says beside what was seen, where that matters."""
    ending = climb.observation.ending if climb.observation is not None else None
    failure = ending.tls if ending is not None else None
    ours = climb.own_certificate
    if ours is not None and failure is not None and failure.by_peer and failure.fault in _OF_CERTIFICATES:
        yield f"our certificate is {ours}, and our clock says {climb.started:%Y-%m-%d %H:%M} UTC"
    for foreign in _web_servers(climb, ending):
        yield from _of_web_server(foreign.clock, climb.started)


def _web_servers(climb: Climb, ending: Ending | None) -> Iterator[Foreign]:
    found = (ending.foreign if ending is not None else None, climb.look.http if climb.look is not None else None)
    yield from filter(None, found)


def _of_web_server(clock: datetime | None, ours: datetime) -> Iterator[str]:
    if clock is None:
        return
    ahead = (clock - ours).total_seconds()
    if abs(ahead) >= _WORTH_TELLING:
        order = "ahead of" if ahead > 0 else "behind"
        yield f"its clock is {abs(ahead) / 60:,.0f} minutes {order} ours, which says {ours:%Y-%m-%d %H:%M} UTC"
