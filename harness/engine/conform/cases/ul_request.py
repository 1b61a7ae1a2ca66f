"""The fixed fields and items of A-ASSOCIATE-RQ: what an acceptor must take, and what it must not (PS3.8 9.3.2)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.engine.conform.bench import Bench, with_user
from harness.engine.conform.model import Case, Conduct, Inconclusive, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, ACCEPTED, CLOSED, NOTHING_ACCEPTED, REJECTED, met, rejected
from harness.ul import items as i
from harness.ul import pdu as p

WORKS = met("A-ASSOCIATE-AC, and a C-ECHO is answered with success")
UNKNOWN_ITEM = i.RawItem(0x77, b"unknown!")
UNKNOWN_SUB_ITEM = i.RawItem(0x5E, b"unknown!")

Change = Callable[[p.AssociateRQ], p.AssociateRQ]


def _taken(name: str, title: str, requirement: str, change: Change, conduct: Conduct = Conduct.READS) -> Case:
    """A request with something unusual about it that must not keep the acceptor from accepting."""

    def script(bench: Bench) -> Seen:
        return bench.works(change(bench.request()))

    profile = Profile.SAFE if conduct is Conduct.READS else Profile.ACCEPTANCE
    return Case(f"ul/request/{name}", title, (requirement,), (WORKS,), script, profile, conduct)


def _unsupported_version(name: str, bits: int) -> Case:
    def script(bench: Bench) -> Seen:
        return bench.answer_to(replace(bench.request(), protocol_version=bits))

    return Case(
        f"ul/request/{name}",
        f"Protocol-version {bits:04X}H, without the bit of version 1, is not accepted",
        ("ul/rq-protocol-version-unsupported", "ul/rq-protocol-version-reason"),
        (
            rejected("A-ASSOCIATE-RJ with source 2 and reason 2", source=2, reasons=(2,)),
            REJECTED,
            ABORTED,
            CLOSED,
        ),
        script,
        conduct=Conduct.PROBES,
    )


def _unknown_application_context(bench: Bench) -> Seen:
    request = bench.request()
    items = (i.ApplicationContext("1.2.3.4"), *request.items[1:])
    return bench.answer_to(replace(request, items=items))


def _other_case(bench: Bench) -> Seen:
    request = bench.request()
    called = request.called.swapcase()
    if called == request.called:
        raise Inconclusive("the AE title of the peer has no letters")
    return bench.answer_to(replace(request, called=called))


def _reordered(request: p.AssociateRQ) -> p.AssociateRQ:
    *others, user = request.items
    assert isinstance(user, i.UserInformation)
    return replace(request, items=(*others, i.UserInformation(user.items[::-1])))


def _full_title(name: str, which: str, title: str, requirement: str) -> Case:
    def change(request: p.AssociateRQ) -> p.AssociateRQ:
        field = getattr(request, which).strip().rjust(16)
        return replace(request, called=field) if which == "called" else replace(request, calling=field)

    return _taken(name, title, requirement, change, Conduct.PROBES)


CASES = (
    _taken("plain", "A plain request is accepted, and the association works", "ul/tcp-accepted", lambda rq: rq),
    _taken(
        "version-and-more-bits",
        "Protocol-version 0003H, with the bit of version 1 and another, is accepted",
        "ul/rq-protocol-version-other-bits",
        lambda rq: replace(rq, protocol_version=0x0003),
    ),
    _taken(
        "version-all-bits",
        "Protocol-version FFFFH, which has the bit of version 1, is accepted",
        "ul/rq-protocol-version-other-bits",
        lambda rq: replace(rq, protocol_version=0xFFFF),
    ),
    _taken(
        "reserved-fields",
        "Reserved fields of the request that are not zero are not tested",
        "ul/reserved-ignored",
        lambda rq: replace(rq, reserved=b"\xa5" * 34),
    ),
    _taken(
        "unknown-item",
        "An item of unknown type is skipped",
        "ul/item-unknown-ignored",
        lambda rq: replace(rq, items=(*rq.items, UNKNOWN_ITEM)),
    ),
    _taken(
        "unknown-sub-item",
        "An unknown sub-item of the User Information item is ignored",
        "ul/user-sub-item-unknown-ignored",
        lambda rq: with_user(rq, (UNKNOWN_SUB_ITEM,)),
    ),
    _taken(
        "sub-items-reordered",
        "The sub-items of the User Information item may come in any order",
        "ul/user-information-order",
        _reordered,
    ),
    _full_title(
        "called-leading-spaces",
        "called",
        "Spaces before the called AE title are not significant",
        "ul/ae-title-spaces",
    ),
    _full_title(
        "calling-leading-spaces",
        "calling",
        "Spaces before the calling AE title are not significant",
        "ul/ae-title-spaces",
    ),
    _unsupported_version("version-bit-clear", 0x0002),
    _unsupported_version("version-zero", 0x0000),
    Case(
        "ul/request/called-other-case",
        "The called AE title in the other case is another title, which is rejected or taken",
        ("ul/ae-title-case",),
        (REJECTED, ACCEPTED, NOTHING_ACCEPTED, ABORTED),
        _other_case,
        Profile.STRICT,
        Conduct.PROBES,
    ),
    Case(
        "ul/request/application-context-unknown",
        "An unknown application context name is rejected, or answered with the name of DICOM's own",
        ("ul/rj-application-context", "ul/tcp-not-dropped", "ul/application-context-returned"),
        (
            rejected("A-ASSOCIATE-RJ with source 1 and reason 2", source=1, reasons=(2,)),
            REJECTED,
            ACCEPTED,
            NOTHING_ACCEPTED,
            ABORTED,
        ),
        _unknown_application_context,
        Profile.STRICT,
        Conduct.PROBES,
    ),
)
