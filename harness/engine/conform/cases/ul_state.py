"""PDUs that no state of the acceptor awaits (PS3.8 9.2.3, Table 9-10)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.messages import c_echo_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import on_association
from harness.engine.conform.model import Case, Conduct, Inconclusive, Kind, Outcome, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED, IGNORED, RELEASED, SILENT, aborted_by
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import association_items

USER, PROVIDER = 0, 2
UNRECOGNIZED, UNEXPECTED = 1, 2
UNKNOWN = p.RawPDU(0x09, bytes(4))


def _acceptance(bench: Bench) -> p.AssociateAC:
    request = bench.request()
    user: list[i.UserItem] = [i.MaximumLength(16384), i.ImplementationClassUID("1.2.3.4")]
    items = association_items([i.ContextResult(1, 0, "1.2.840.10008.1.2")], user)
    return p.AssociateAC(request.called, request.calling, items)


def _data(_: Bench) -> p.PDataTF:
    return p.PDataTF((p.PDV(1, True, True, bytes(20)),))


def _unknown(pdu_type: int) -> Callable[[Bench], p.PDU]:
    return lambda _: p.RawPDU(pdu_type, bytes(4))


def _first(name: str, what: str, requirement: str, make: Callable[[Bench], p.PDU]) -> Case:
    """A PDU in the place of the request."""

    def script(bench: Bench) -> Seen:
        with bench.talk() as talk:
            talk.send(make(bench))
            return talk.reaction()

    title = f"{what} in the place of a request is answered by A-ABORT"
    allowed = (aborted_by(USER), ABORTED)
    return Case(f"ul/state/{name}", title, (requirement,), allowed, script, Profile.STRICT, Conduct.BREAKS)


def _later(name: str, what: str, requirement: str, make: Callable[[Bench], p.PDU], reason: int) -> Case:
    """A PDU that does not belong on an association that stands."""
    title = f"{what} on an association that stands is answered by A-ABORT"
    allowed = (aborted_by(PROVIDER, reason), aborted_by(PROVIDER), ABORTED)
    return on_association(f"ul/state/{name}", title, (requirement,), lambda bench: (make(bench),), allowed)


def _answer(
    name: str, title: str, requirement: str, sent: p.PDU, wanted: Outcome, judged: Callable[[Seen], Seen]
) -> Case:
    """The fields of the A-ABORT that answers on an association; that one has to come is the matter of other cases."""

    def script(bench: Bench) -> Seen:
        with bench.established() as talk:
            talk.send(sent)
            return judged(talk.reaction())

    return Case(f"ul/state/{name}", title, (requirement,), (wanted,), script, Profile.STRICT, Conduct.BREAKS)


def _aborting(seen: Seen) -> Seen:
    """The A-ABORT that was seen. Raises `Inconclusive` when there is none that could be right or wrong."""
    if seen.kind is not Kind.ABORTED:
        raise Inconclusive(f"no A-ABORT came: {seen.text}")
    return seen


def _with_reason(seen: Seen) -> Seen:
    """The same, of a service provider: if the user aborts, the reason is not significant (PS3.8 9.3.8)."""
    abort = _aborting(seen).abort
    if abort is not None and abort.source == USER:
        raise Inconclusive(f"only that of the service provider has a reason: {seen.text}")
    return seen


def _first_source(bench: Bench) -> Seen:
    with bench.talk() as talk:
        talk.send(p.ReleaseRQ())
        return _aborting(talk.reaction())


def _after_release(bench: Bench) -> Seen:
    """A second request on the connection of an association that was released."""
    with bench.established() as talk:
        seen = talk.release()
        if seen.kind is not Kind.RELEASED:
            return seen
        talk.send(bench.request())
        return talk.reaction(min(talk.timeout, _QUIET))


def _requests_ahead(bench: Bench) -> Seen:
    """A request, a C-ECHO and a release in one write, before anything is answered."""
    request = bench.request()
    with bench.talk() as talk:
        echo = talk.pdus_of(1, c_echo_rq(1))
        talk.send(request, *echo, p.ReleaseRQ())
        seen = talk.answer_to(request)
        if seen.kind is Kind.ACCEPTED:
            seen = talk.reaction()
        return seen if seen.kind is not Kind.ANSWERED else talk.reaction()


_QUIET = 2.0
"""Seconds of silence after which a PDU counts as ignored where that is one of the allowed outcomes."""

CASES = (
    _first("ac-first", "A-ASSOCIATE-AC", "ul/state-ac-first", _acceptance),
    _first("rj-first", "A-ASSOCIATE-RJ", "ul/state-rj-first", lambda _: p.AssociateRJ(1, 1, 1)),
    _first("data-first", "P-DATA-TF", "ul/state-data-first", _data),
    _first("release-rq-first", "A-RELEASE-RQ", "ul/state-release-rq-first", lambda _: p.ReleaseRQ()),
    _first("release-rp-first", "A-RELEASE-RP", "ul/state-release-rp-first", lambda _: p.ReleaseRP()),
    _first("unknown-09-first", "A PDU of type 09H", "ul/state-unknown-first", _unknown(0x09)),
    _first("unknown-00-first", "A PDU of type 00H", "ul/state-unknown-first", _unknown(0x00)),
    _first("unknown-ff-first", "A PDU of type FFH", "ul/state-unknown-first", _unknown(0xFF)),
    Case(
        "ul/state/first-abort-source",
        "The A-ABORT that answers an unexpected PDU in the place of a request has source 0",
        ("ul/state-first-abort-source",),
        (aborted_by(USER),),
        _first_source,
        Profile.STRICT,
        Conduct.BREAKS,
    ),
    _later("request-later", "A-ASSOCIATE-RQ", "ul/state-rq-in-association", lambda bench: bench.request(), UNEXPECTED),
    _later("ac-later", "A-ASSOCIATE-AC", "ul/state-ac-in-association", _acceptance, UNEXPECTED),
    _later("rj-later", "A-ASSOCIATE-RJ", "ul/state-rj-in-association", lambda _: p.AssociateRJ(1, 1, 1), UNEXPECTED),
    _later(
        "release-rp-later",
        "A-RELEASE-RP that was not asked for",
        "ul/state-release-rp-in-association",
        lambda _: p.ReleaseRP(),
        UNEXPECTED,
    ),
    _later("unknown-09-later", "A PDU of type 09H", "ul/state-unknown-in-association", _unknown(0x09), UNRECOGNIZED),
    _later("unknown-ff-later", "A PDU of type FFH", "ul/state-unknown-in-association", _unknown(0xFF), UNRECOGNIZED),
    _answer(
        "later-abort-source",
        "The A-ABORT that answers an unexpected PDU on an association has source 2",
        "ul/state-provider-abort-source",
        p.ReleaseRP(),
        aborted_by(PROVIDER),
        _aborting,
    ),
    _answer(
        "later-unknown-abort-source",
        "The A-ABORT that answers an unrecognized PDU on an association has source 2",
        "ul/state-provider-abort-source",
        UNKNOWN,
        aborted_by(PROVIDER),
        _aborting,
    ),
    _answer(
        "unexpected-reason",
        "The A-ABORT that answers an unexpected PDU on an association has reason 2",
        "ul/state-unexpected-reason",
        p.ReleaseRP(),
        aborted_by(PROVIDER, UNEXPECTED),
        _with_reason,
    ),
    _answer(
        "unrecognized-reason",
        "The A-ABORT that answers an unrecognized PDU on an association has reason 1",
        "ul/state-unrecognized-reason",
        UNKNOWN,
        aborted_by(PROVIDER, UNRECOGNIZED),
        _with_reason,
    ),
    Case(
        "ul/state/request-after-release",
        "A connection whose association was released carries no other",
        ("ul/state-no-second-association", "ul/tcp-one-association"),
        (ABORTED, CLOSED, SILENT),
        _after_release,
        conduct=Conduct.BREAKS,
    ),
    Case(
        "ul/state/requests-ahead",
        "PDUs that come before the answer to the request are served, or answered by A-ABORT",
        ("ul/tcp-requests-ahead",),
        (RELEASED, ABORTED, CLOSED, IGNORED),
        _requests_ahead,
        Profile.STRICT,
        Conduct.BREAKS,
    ),
)
