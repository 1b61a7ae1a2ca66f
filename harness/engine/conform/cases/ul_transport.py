"""Connections and the segments in which PDUs come (PS3.8 9.1)."""

from __future__ import annotations

import threading

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import WORKS, demand, fulfilled
from harness.engine.conform.model import Case, Conduct, Kind, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, ACCEPTED, CLOSED
from harness.net.timeouts import Deadline
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

_MANY = 20
_PAUSE = 0.1
"""Seconds between the pieces of a PDU, for each to be a segment of its own even where the peer's side waits."""

_SOON = 5.0
"""Seconds in which a peer has to get over connections that are gone."""

_PRESENTATION = 3
"""Source of a rejection that means that the peer is congested (PS3.8 Table 9-21)."""


def _in_pieces(bench: Bench, pieces: list[bytes], pause: float) -> Seen:
    request = bench.request()
    with bench.talk() as talk:
        talk.connection.send_pieces(pieces, pause)
        seen = talk.answer_to(request)
        if seen.kind is not Kind.ACCEPTED:
            return seen
        seen = talk.echo()
        talk.release()
        return seen


def _byte_by_byte(bench: Bench) -> Seen:
    data = encode_pdu(bench.request())
    return _in_pieces(bench, [data[at : at + 1] for at in range(len(data))], 0)


def _in_three(bench: Bench) -> Seen:
    data = encode_pdu(bench.request())
    return _in_pieces(bench, [data[:3], data[3:90], data[90:]], _PAUSE)


def _release_in_two(bench: Bench) -> Seen:
    with bench.established() as talk:
        data = encode_pdu(p.ReleaseRQ())
        talk.connection.send_pieces((data[:7], data[7:]), _PAUSE)
        seen = talk.reaction()
        return fulfilled("A-RELEASE-RP") if seen.kind is Kind.RELEASED else seen


def _closed_before_request(bench: Bench) -> Seen:
    with bench.talk() as talk:
        talk.connection.finish_writing()
        return talk.reaction()


def _half_closed(bench: Bench) -> Seen:
    with bench.talk() as talk:
        talk.send(bench.request())
        talk.connection.finish_writing()
        return talk.reaction()


def _works_soon(bench: Bench) -> Seen:
    """Whether the peer serves us; while it is congested, which it may be for a moment, it is asked again."""
    deadline = Deadline(_SOON)
    while True:
        seen = bench.works(bench.request())
        if seen.rejection is None or seen.rejection.source != _PRESENTATION:
            return seen
        try:
            threading.Event().wait(min(_PAUSE, deadline.remaining()))
            bench.paused += _PAUSE
        except TimeoutError:
            return seen


def _connections_without_a_word(bench: Bench) -> Seen:
    for _ in range(_MANY):
        with bench.talk():
            pass
    return _works_soon(bench)


def _dropped_associations(bench: Bench) -> Seen:
    for number in range(_MANY):
        with bench.established() as talk:
            if number % 2:
                talk.connection.reset()
            else:
                talk.connection.close()
    return _works_soon(bench)


def _associations_one_after_another(bench: Bench) -> Seen:
    for _ in range(_MANY):
        seen = bench.works(bench.request())
        if seen.kind is not Kind.FULFILLED:
            return seen
    return fulfilled(f"{_MANY} associations, each with a C-ECHO and a release")


CASES = (
    demand(
        "ul/transport/byte-by-byte",
        "An A-ASSOCIATE-RQ may come one byte at a time",
        "ul/tcp-segments",
        WORKS,
        _byte_by_byte,
    ),
    demand(
        "ul/transport/in-three",
        "An A-ASSOCIATE-RQ may come in three parts, the first within the header",
        "ul/tcp-segments",
        WORKS,
        _in_three,
    ),
    demand(
        "ul/transport/release-in-two",
        "An A-RELEASE-RQ may come in two parts",
        "ul/tcp-segments",
        "A-RELEASE-RP",
        _release_in_two,
    ),
    demand(
        "ul/transport/one-after-another",
        f"{_MANY} associations are accepted one after another",
        "verification/associations-repeated",
        "each is accepted, and its C-ECHO answered with success",
        _associations_one_after_another,
    ),
    Case(
        "ul/transport/closed-before-request",
        "The acceptor closes a connection that is closed before a request came",
        ("ul/tcp-closed-before-request",),
        (CLOSED,),
        _closed_before_request,
        conduct=Conduct.PROBES,
    ),
    Case(
        "ul/transport/half-closed",
        "A requestor that closes its sending direction after the request is answered, or not",
        ("ul/tcp-half-closed",),
        (ACCEPTED, CLOSED, ABORTED),
        _half_closed,
        Profile.STRICT,
        Conduct.PROBES,
    ),
    demand(
        "ul/transport/connections-without-a-word",
        f"{_MANY} connections that are closed at once, as monitors make them, do no harm",
        "verification/associations-repeated",
        WORKS,
        _connections_without_a_word,
        Profile.ACCEPTANCE,
        Conduct.PROBES,
    ),
    demand(
        "ul/transport/dropped-associations",
        f"{_MANY} associations whose connection is closed or reset under them do no harm",
        "ul/tcp-closed-in-association",
        WORKS,
        _dropped_associations,
        Profile.ACCEPTANCE,
        Conduct.PROBES,
    ),
)
