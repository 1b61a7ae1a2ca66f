"""Release and abort, and what comes after them (PS3.8 7.2, 7.3, 9.3.6 to 9.3.8)."""

from __future__ import annotations

from collections.abc import Callable

from harness.dimse.messages import c_echo_rq
from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import demand, fulfilled, on_association, violated
from harness.engine.conform.model import Case, Conduct, Kind, Profile, Seen
from harness.engine.conform.outcomes import ABORTED, CLOSED, RELEASED
from harness.ul import pdu as p

_QUIET = 1.0
"""Seconds in which nothing more may come."""


def _released(make: Callable[[], p.PDU]) -> Callable[[Bench], Seen]:
    def script(bench: Bench) -> Seen:
        with bench.established() as talk:
            talk.send(make())
            seen = talk.reaction()
            return fulfilled("A-RELEASE-RP") if seen.kind is Kind.RELEASED else seen

    return script


def _silent_after_release(bench: Bench) -> Seen:
    with bench.established() as talk:
        seen = talk.release()
        if seen.kind is not Kind.RELEASED:
            return seen
        seen = talk.reaction(_QUIET)
    if seen.kind in (Kind.SILENT, Kind.CLOSED, Kind.RESET):
        return fulfilled(f"A-RELEASE-RP, and then {seen.text}")
    return violated(f"A-RELEASE-RP, and then {seen.text}")


def _after_echo(bench: Bench) -> Seen:
    with bench.established() as talk:
        seen = talk.echo()
        if seen.kind is not Kind.FULFILLED:
            return seen
        seen = talk.release()
        return fulfilled("A-RELEASE-RP") if seen.kind is Kind.RELEASED else seen


def _aborted(abort: p.PDU, *, established: bool = True) -> Callable[[Bench], Seen]:
    """Whether an A-ABORT is followed by the end of the connection and by no PDU."""

    def script(bench: Bench) -> Seen:
        with bench.established() if established else bench.talk() as talk:
            talk.send(abort)
            seen = talk.reaction()
            # There is no last word that a reset could destroy: an A-ABORT has no answer.
            return fulfilled("the connection is closed") if seen.kind in (Kind.CLOSED, Kind.RESET) else seen

    return script


def _abort_in_message(bench: Bench) -> Seen:
    with bench.established() as talk:
        (whole,) = talk.pdus_of(1, c_echo_rq(1))
        (pdv,) = whole.pdvs
        talk.send(p.PDataTF((p.PDV(1, True, False, pdv.fragment[:20]),)), p.AAbort(0, 0))
        seen = talk.reaction()
        return fulfilled("the connection is closed") if seen.kind in (Kind.CLOSED, Kind.RESET) else seen


def _abort_case(name: str, title: str, requirement: str, script: Callable[[Bench], Seen]) -> Case:
    text = "the connection is closed without a PDU"
    identifier = f"ul/ending/{name}"
    return demand(identifier, title, requirement, text, script, Profile.ACCEPTANCE, Conduct.PROBES)


def _late_data(bench: Bench) -> tuple[p.PDU, ...]:
    command = p.PDataTF((p.PDV(1, True, True, bytes(20)),))
    return p.ReleaseRQ(), command


_RESERVED_SET = b"\xa5\xa5\xa5\xa5"

CASES = (
    demand(
        "ul/ending/release",
        "A-RELEASE-RQ is answered by A-RELEASE-RP",
        "ul/release-answered",
        "A-RELEASE-RP",
        _released(p.ReleaseRQ),
    ),
    demand(
        "ul/ending/release-after-echo",
        "A-RELEASE-RQ after a C-ECHO is answered by A-RELEASE-RP",
        "ul/release-answered",
        "A-RELEASE-RP",
        _after_echo,
    ),
    demand(
        "ul/ending/release-reserved",
        "Reserved bytes of A-RELEASE-RQ that are not zero are not tested",
        "ul/reserved-ignored",
        "A-RELEASE-RP",
        _released(lambda: p.RawPDU(p.RELEASE_RQ, _RESERVED_SET)),
    ),
    demand(
        "ul/ending/silent-after-release",
        "Nothing comes after A-RELEASE-RP",
        "ul/release-responder-silent",
        "A-RELEASE-RP, and then nothing, or the connection is closed",
        _silent_after_release,
    ),
    _abort_case(
        "abort",
        "A-ABORT on an association ends it",
        "ul/abort-not-answered",
        _aborted(p.AAbort(0, 0)),
    ),
    _abort_case(
        "abort-by-provider",
        "A-ABORT of the service provider on an association ends it",
        "ul/abort-closes",
        _aborted(p.AAbort(2, 0)),
    ),
    _abort_case(
        "abort-with-reason",
        "A-ABORT of the service user is one whatever its reason",
        "ul/abort-fields-ignored",
        _aborted(p.AAbort(0, 99)),
    ),
    _abort_case(
        "abort-reserved",
        "Reserved bytes of A-ABORT that are not zero are not tested",
        "ul/reserved-ignored",
        _aborted(p.RawPDU(p.ABORT, b"\xa5\xa5\0\0")),
    ),
    _abort_case(
        "abort-before-request",
        "A-ABORT in the place of a request ends the connection",
        "ul/abort-before-request",
        _aborted(p.AAbort(0, 0), established=False),
    ),
    _abort_case(
        "abort-in-message",
        "A-ABORT between the fragments of a message ends the association",
        "ul/abort-closes",
        _abort_in_message,
    ),
    on_association(
        "ul/ending/release-empty",
        "An A-RELEASE-RQ without its four bytes",
        ("ul/release-malformed",),
        lambda _: (p.RawPDU(p.RELEASE_RQ, b""),),
        (ABORTED, RELEASED, CLOSED),
    ),
    on_association(
        "ul/ending/release-long",
        "An A-RELEASE-RQ of eight bytes",
        ("ul/release-malformed",),
        lambda _: (p.RawPDU(p.RELEASE_RQ, bytes(8)),),
        (ABORTED, RELEASED, CLOSED),
    ),
    on_association(
        "ul/ending/abort-empty",
        "An A-ABORT without its four bytes",
        ("ul/abort-malformed",),
        lambda _: (p.RawPDU(p.ABORT, b""),),
        (CLOSED, ABORTED),
    ),
    on_association(
        "ul/ending/data-after-release",
        "P-DATA-TF behind A-RELEASE-RQ is ignored, or answered by A-ABORT",
        ("ul/release-then-data", "ul/state-over-ignored"),
        _late_data,
        (RELEASED, ABORTED, CLOSED),
    ),
    on_association(
        "ul/ending/release-twice",
        "A second A-RELEASE-RQ is ignored, or answered by A-ABORT",
        ("ul/release-twice", "ul/state-over-ignored"),
        lambda _: (p.ReleaseRQ(), p.ReleaseRQ()),
        (RELEASED, ABORTED, CLOSED),
    ),
)
