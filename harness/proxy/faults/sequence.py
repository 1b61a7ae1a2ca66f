"""Faults of the order of PDUs and of requests (PS3.8 9.2, PS3.7 D.3.3.3): too early, too often, too late."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command
from harness.dimse.messages import c_cancel_rq, c_echo_rq
from harness.proxy.fault import Fault, OnMessage, OnPdu, Unit
from harness.proxy.faults.changing import after, before
from harness.proxy.pieces import Piece, Side, Whole, cut
from harness.proxy.session import Session
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

_ECHO = b"".join(cut(Whole(1, c_echo_rq(999)), 1000))
_RELEASE_RQ, _RELEASE_RP = encode_pdu(p.ReleaseRQ()), encode_pdu(p.ReleaseRP())
_ABORT = encode_pdu(p.AAbort(0, 0))


def _on_pdu(
    name: str, side: Side, pdu_type: int, summary: str, change: Callable[[Unit, Session], Sequence[Piece]], *breaks: str
) -> Fault:
    return Fault(name, side, summary, OnPdu((pdu_type,), change), breaks)


def _on_message(
    name: str,
    side: Side,
    summary: str,
    change: Callable[[Whole, Session], Sequence[Piece]],
    *breaks: str,
    among: Callable[[CommandSet], bool] = lambda command: True,
) -> Fault:
    return Fault(name, side, summary, OnMessage((), change, among), breaks)


def _is_request(command: CommandSet) -> bool:
    return not command.is_response and not command.is_cancel


def _on_same_context(message: CommandSet) -> Callable[[Whole, Session], Sequence[Piece]]:
    """Another message before this one."""
    return lambda whole, session: (Whole(whole.context_id, message), whole)


FAULTS = (
    _on_pdu(
        "data-before-request",
        Side.REQUESTOR,
        p.ASSOCIATE_RQ,
        "Sends a C-ECHO before it asks for an association.",
        before(_ECHO),
        "ul/tcp-request-sent",
        "ul/sent-data-established",
    ),
    _on_pdu(
        "rq-twice",
        Side.REQUESTOR,
        p.ASSOCIATE_RQ,
        "Asks for an association twice on one connection.",
        lambda unit, session: (unit.data, unit.data),
        "ul/tcp-one-association",
    ),
    _on_pdu(
        "release-before-acceptance",
        Side.REQUESTOR,
        p.ASSOCIATE_RQ,
        "Asks for a release before its association is accepted.",
        after(_RELEASE_RQ),
        "ul/sent-release-established",
    ),
    _on_pdu(
        "data-after-release-request",
        Side.REQUESTOR,
        p.RELEASE_RQ,
        "Asks for a release, and sends a C-ECHO then.",
        after(_ECHO),
        "ul/release-requestor-silent",
    ),
    _on_message(
        "release-too-early",
        Side.REQUESTOR,
        "Asks for a release while a request is not answered.",
        lambda message, session: (message, _RELEASE_RQ),
        "dimse/release-after-responses",
        among=_is_request,
    ),
    _on_message(
        "request-twice",
        Side.REQUESTOR,
        "Sends a request twice, though one at a time was negotiated.",
        lambda message, session: (message, message),
        "dimse/message-id-outstanding",
        "ul/async-window-kept",
        among=_is_request,
    ),
    _on_message(
        "cancel-of-nothing",
        Side.REQUESTOR,
        "Cancels a request that it never sent.",
        _on_same_context(c_cancel_rq(999)),
        "dimse/cancel-command",
        among=lambda command: command.command_field == Command.C_FIND_RQ,
    ),
    _on_pdu(
        "data-before-acceptance",
        Side.ACCEPTOR,
        p.ASSOCIATE_AC,
        "Sends a C-ECHO before it accepts the association.",
        before(_ECHO),
        "ul/sent-data-established",
    ),
    _on_pdu(
        "rejection-and-acceptance",
        Side.ACCEPTOR,
        p.ASSOCIATE_AC,
        "Rejects an association, and accepts it then.",
        before(encode_pdu(p.AssociateRJ(1, 1, 1))),
        "ul/sent-rejection-last",
    ),
    _on_message(
        "release-unasked",
        Side.ACCEPTOR,
        "Answers a release that nobody asked for.",
        lambda message, session: (_RELEASE_RP, message),
        "ul/sent-release-answer",
    ),
    _on_message(
        "abort-and-response",
        Side.ACCEPTOR,
        "Aborts, and answers then.",
        lambda message, session: (_ABORT, message),
        "ul/abort-sender-silent",
    ),
)
