"""TLS from outside: who left first, and whether a client was turned away."""

from __future__ import annotations

from typing import Any

import pytest

from harness.diagnosis.captured.tls import of_tls
from harness.observe.capture.association import CapturedAssociation
from harness.observe.capture.tls import SEALED_ALERT, TlsReader
from harness.observe.capture.tls_hello import Hello
from harness.observe.trace import Role, Trace

OPENER, LISTENER = True, False
FINISHED, REQUEST = 53, 250
CLOSES = "closes"
TURNED_AWAY, UNKNOWN = "tls-failed", "capture-encrypted"


def sealed(length: int) -> bytes:
    """A record of TLS 1.3 with so many bytes that nobody can read."""
    return bytes([23, 3, 3]) + length.to_bytes(2, "big") + bytes(length)


def explained(said: list[tuple[bool, Any]]) -> str:
    """The cause that is named for a conversation that both ends began and the opener went on."""
    reader = TlsReader()
    reader.seen.chosen = Hello(versions=(0x0304,), cipher_suites=(0x1302,))
    reader.feed(LISTENER, sealed(1500))
    trace = Trace("127.0.0.1:104", "", "", Role.REQUESTOR)
    found = CapturedAssociation(1, ("127.0.0.1", 50000), ("127.0.0.1", 104), trace, tls=reader.seen)
    for by_opener, what in [(OPENER, FINISHED), (OPENER, REQUEST), *said]:
        if what != CLOSES:
            reader.feed(by_opener, sealed(what))
            continue
        if found.ended is None:
            found.ended, found.ended_by_opener = 1.0, by_opener
        if by_opener:
            reader.opener_leaves()
    clue = of_tls(found)
    assert clue is not None
    return clue.codes[0]


@pytest.mark.parametrize("first", [OPENER, LISTENER])
def test_an_alert_alone_turns_away_whoever_closes_first(first: bool) -> None:
    assert explained([(LISTENER, SEALED_ALERT), (first, CLOSES), (not first, CLOSES)]) == TURNED_AWAY


@pytest.mark.parametrize(
    "said",
    [
        [(OPENER, SEALED_ALERT), (LISTENER, SEALED_ALERT), (LISTENER, CLOSES)],
        [(OPENER, CLOSES), (LISTENER, SEALED_ALERT), (LISTENER, CLOSES)],
        [(LISTENER, 200), (LISTENER, SEALED_ALERT), (LISTENER, CLOSES)],
        [(LISTENER, SEALED_ALERT)],
    ],
    ids=["an answer to a farewell", "an answer to the end", "more than an alert", "not ended"],
)
def test_who_is_welcome_is_not_turned_away(said: list[tuple[bool, Any]]) -> None:
    assert explained(said) == UNKNOWN
