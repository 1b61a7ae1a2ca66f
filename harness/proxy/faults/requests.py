"""Faults of the requestor: what an acceptor has to live with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.dimse.elements import Command, Tag
from harness.proxy.fault import ChangeMessage, ChangePdu, Fault, OnMessage, OnPdu, Unit, permitted
from harness.proxy.faults.changing import instead, putting, request, without
from harness.proxy.pieces import Chop, Close, Hang, Piece, Side, Whole, cut
from harness.proxy.session import Session
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu

STORE = (int(Command.C_STORE_RQ),)


def _of_pdu(pdu_type: int, name: str, summary: str, change: ChangePdu, *breaks: str) -> Fault:
    return Fault(name, Side.REQUESTOR, summary, OnPdu((pdu_type,), change), breaks)


def _request(name: str, summary: str, change: ChangePdu, *breaks: str) -> Fault:
    return _of_pdu(p.ASSOCIATE_RQ, name, summary, change, *breaks)


def _message(name: str, summary: str, change: ChangeMessage, *breaks: str, commands: tuple[int, ...] = ()) -> Fault:
    return Fault(name, Side.REQUESTOR, summary, OnMessage(commands, change), breaks)


def _contexts(change: Callable[[i.ProposedContext], i.ProposedContext]) -> ChangePdu:
    return request(
        lambda pdu: replace(
            pdu, items=tuple(change(item) if isinstance(item, i.ProposedContext) else item for item in pdu.items)
        )
    )


def _without(kind: type) -> ChangePdu:
    return request(lambda pdu: replace(pdu, items=tuple(item for item in pdu.items if not isinstance(item, kind))))


def _half(unit: Unit, session: Session) -> Sequence[Piece]:
    return unit.data[: len(unit.data) // 2], Hang()


def _cut_in_data(message: Whole, session: Session) -> Sequence[Piece]:
    """The first half of the data set, and then the end of the connection."""
    data = b"".join(cut(message, session.fragment_towards(Side.ACCEPTOR)))
    return data[: len(data) // 2], Close()


def _last_byte(message: Whole, session: Session) -> Sequence[Piece]:
    data = bytearray(message.data or b"\0")
    data[-1] ^= 0x55
    return (replace(message, data=bytes(data)),)


def _shorter(message: Whole, session: Session) -> Sequence[Piece]:
    data = message.data or b""
    return (replace(message, data=data[: len(data) // 4 * 2]),)


def _tiny(message: Whole, session: Session) -> Sequence[Piece]:
    return tuple(cut(message, 2))


FAULTS = (
    _request(
        "rq-protocol-version",
        "Asks with protocol version 2 alone.",
        request(lambda pdu: replace(pdu, protocol_version=2)),
        "ul/rq-protocol-version",
    ),
    _request(
        "rq-application-context",
        "Asks for another application context.",
        request(lambda pdu: replace(pdu, items=(i.ApplicationContext("1.2.840.99999.1"), *pdu.items[1:]))),
        "ul/rq-application-context",
    ),
    _request("rq-no-contexts", "Proposes no presentation contexts.", _without(i.ProposedContext), "ul/rq-contexts"),
    _request(
        "rq-no-user-information",
        "Asks without user information.",
        _without(i.UserInformation),
        "ul/rq-user-information",
    ),
    _request(
        "rq-even-contexts",
        "Gives its presentation contexts even identifiers.",
        _contexts(lambda context: replace(context, context_id=context.context_id + 1 & 0xFF)),
        "ul/rq-context-id",
    ),
    _request(
        "rq-same-contexts",
        "Gives all its presentation contexts the same identifier.",
        _contexts(lambda context: replace(context, context_id=1)),
        "ul/rq-context-id-unique",
    ),
    _request(
        "rq-no-transfer-syntaxes",
        "Proposes no transfer syntaxes.",
        _contexts(lambda context: replace(context, transfer_syntaxes=())),
        "ul/rq-context-transfer-syntaxes",
    ),
    _request(
        "rq-called-title", "Calls another AE title.", request(lambda pdu: replace(pdu, called=p.title_field("NOBODY")))
    ),
    _request("rq-breaks-off", "Sends half of its request, and nothing more.", _half),
    permitted(
        _request(
            "rq-byte-by-byte",
            "Has TCP deliver its request byte by byte, as it may.",
            lambda unit, session: (Chop(1), unit.data, Chop(0)),
        )
    ),
    permitted(_message("rq-fragments-of-two-bytes", "Sends fragments of two bytes, as it may.", _tiny)),
    _message(
        "rq-message-id-missing",
        "Sends requests without a Message ID.",
        without(Tag.MESSAGE_ID),
        "dimse/message-id-outstanding",
    ),
    _message(
        "rq-command-unknown",
        "Asks for a service that is not defined.",
        putting(Tag.COMMAND_FIELD, 0x0777),
        "dimse/command-field",
    ),
    _message(
        "store-priority-undefined",
        "Stores with the priority 7, which is not defined.",
        putting(Tag.PRIORITY, 7),
        "dimse/priority",
        commands=STORE,
    ),
    _message("store-cut-off", "Closes the connection in the middle of a C-STORE.", _cut_in_data, commands=STORE),
    _message(
        "store-shorter",
        "Sends half of a data set as if it were whole.",
        _shorter,
        "storage/whole-data-set",
        commands=STORE,
    ),
    _message("store-changed", "Changes the last byte of a data set.", _last_byte, commands=STORE),
    _message(
        "store-other-instance",
        "Stores under another SOP Instance UID than that of the data set.",
        putting(Tag.AFFECTED_SOP_INSTANCE_UID, "1.2.840.99999.404"),
        "storage/request-matches-data-set",
        commands=STORE,
    ),
    _of_pdu(p.RELEASE_RQ, "release-never-asked", "Closes the connection in place of a release.", instead(Close())),
    _of_pdu(
        p.RELEASE_RQ, "abort-for-release", "Aborts in place of a release.", instead(encode_pdu(p.AAbort(0, 0)), Close())
    ),
)
