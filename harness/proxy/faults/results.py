"""Faults of what queries and retrievals come to (PS3.4 C.4): matches, counters, sub-operations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.dimse.command import CommandSet
from harness.dimse.elements import DATA_SET_FOLLOWS, NO_DATA_SET, Command, Tag
from harness.dimse.messages import response_to
from harness.proxy.fault import Fault, OnMessage
from harness.proxy.faults.changing import adding, putting, without
from harness.proxy.faults.responses import FIND, GET, MOVE, fault, is_final, is_pending
from harness.proxy.pieces import Back, Piece, Side, Whole, cut
from harness.proxy.session import Session

_COUNTERS = (
    Tag.NUMBER_OF_REMAINING_SUBOPERATIONS,
    Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS,
    Tag.NUMBER_OF_FAILED_SUBOPERATIONS,
    Tag.NUMBER_OF_WARNING_SUBOPERATIONS,
)
_RETRIEVE = (MOVE, GET)
_GONE = "1.2.840.99999.404"


def _without_identifier(message: Whole, session: Session) -> Sequence[Piece]:
    elements = {**message.command.elements, Tag.COMMAND_DATA_SET_TYPE: NO_DATA_SET}
    return (replace(message, command=CommandSet(elements), data=None),)


def _with_identifier(message: Whole, session: Session) -> Sequence[Piece]:
    elements = {**message.command.elements, Tag.COMMAND_DATA_SET_TYPE: DATA_SET_FOLLOWS}
    return (replace(message, command=CommandSet(elements), data=b"\x08\x00\x05\x00\x00\x00\x00\x00"),)


def _cut_short(message: Whole, session: Session) -> Sequence[Piece]:
    """An identifier that ends in the middle of an element."""
    return (replace(message, data=(message.data or b"")[:-4]),)


def _other_value(message: Whole, session: Session) -> Sequence[Piece]:
    """The last letter or digit of the identifier is another one."""
    data = bytearray(message.data or b"")
    for place in range(len(data) - 1, -1, -1):
        if chr(data[place]).isalnum():
            data[place] = ord("7") if data[place] != ord("7") else ord("3")
            break
    return (replace(message, data=bytes(data)),)


def _pending_after(message: Whole, session: Session) -> Sequence[Piece]:
    """The last response, and a pending one behind it."""
    elements = {**message.command.elements, Tag.STATUS: 0xFF00, Tag.COMMAND_DATA_SET_TYPE: DATA_SET_FOLLOWS}
    late = Whole(message.context_id, CommandSet(elements), b"\x08\x00\x52\x00\x06\x00\x00\x00STUDY ")
    return message, late


def _without_counters(message: Whole, session: Session) -> Sequence[Piece]:
    elements = {tag: value for tag, value in message.command.elements.items() if tag not in _COUNTERS}
    return (replace(message, command=CommandSet(elements)),)


def _nothing_happened(message: Whole, session: Session) -> Sequence[Piece]:
    """Success and no sub-operations, whatever took place."""
    elements = {**message.command.elements, Tag.STATUS: 0, Tag.COMMAND_DATA_SET_TYPE: NO_DATA_SET}
    elements |= dict.fromkeys(_COUNTERS[1:], 0)
    return (replace(message, command=CommandSet(elements), data=None),)


def _as_failed(message: Whole, session: Session) -> Sequence[Piece]:
    """One sub-operation more has failed, and no list of failed instances says which."""
    elements = dict(message.command.elements)
    elements[Tag.NUMBER_OF_FAILED_SUBOPERATIONS] = 1
    elements[Tag.STATUS] = 0xB000
    elements[Tag.COMMAND_DATA_SET_TYPE] = NO_DATA_SET
    return (replace(message, command=CommandSet(elements), data=None),)


def _canceled(message: Whole, session: Session) -> Sequence[Piece]:
    """Canceled, with what a canceled response may leave out."""
    elements = {tag: value for tag, value in message.command.elements.items() if tag not in _COUNTERS}
    elements |= {Tag.STATUS: 0xFE00, Tag.COMMAND_DATA_SET_TYPE: NO_DATA_SET}
    return (replace(message, command=CommandSet(elements), data=None),)


def _failed_with_success(message: Whole, session: Session) -> Sequence[Piece]:
    elements = {**message.command.elements, Tag.NUMBER_OF_FAILED_SUBOPERATIONS: 1, Tag.STATUS: 0}
    return (replace(message, command=CommandSet(elements)),)


def _answered_early(message: Whole, session: Session) -> Sequence[Piece]:
    """The request in PDUs of at most half its data set, with a response before the last."""
    *first, last = cut(message, min(session.fragment_towards(Side.ACCEPTOR), max(2, len(message.data or b"") // 4 * 2)))
    response = Whole(message.context_id, response_to(message.command, 0))
    return *first, Back(b"".join(cut(response, session.fragment_towards(Side.REQUESTOR)))), last


def _has_counters(command: CommandSet) -> bool:
    return Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS in command.elements


def _is_success(command: CommandSet) -> bool:
    return command.status == 0


def _store(name: str, summary: str, change: Callable[[Whole, Session], Sequence[Piece]], *breaks: str) -> Fault:
    """A fault of the C-STORE sub-operations of a C-GET, which the acceptor asks for."""
    return Fault(name, Side.ACCEPTOR, summary, OnMessage((Command.C_STORE_RQ,), change), breaks)


FAULTS = (
    fault(
        "match-missing",
        "Leaves a match out.",
        lambda message, session: (),
        "qr/find-every-match",
        commands=(FIND,),
        among=is_pending,
    ),
    fault(
        "match-twice",
        "Sends a match twice.",
        lambda message, session: (message, message),
        "qr/find-matches-unique",
        commands=(FIND,),
        among=is_pending,
    ),
    fault(
        "match-without-identifier",
        "Sends a match without an identifier.",
        _without_identifier,
        "qr/find-pending-with-identifier",
        commands=(FIND,),
        among=is_pending,
    ),
    fault("match-changed", "Sends another value in a match.", _other_value, commands=(FIND,), among=is_pending),
    fault(
        "match-cut-short",
        "Sends a match that ends in the middle of an element.",
        _cut_short,
        commands=(FIND,),
        among=is_pending,
    ),
    fault(
        "match-is-final",
        "Ends the query with its first match.",
        putting(Tag.STATUS, 0),
        "qr/find-final-without-identifier",
        commands=(FIND,),
        among=is_pending,
    ),
    fault(
        "final-with-identifier",
        "Sends an identifier with the last response to a query.",
        _with_identifier,
        "qr/find-final-without-identifier",
        commands=(FIND,),
        among=is_final,
    ),
    fault(
        "pending-after-final",
        "Sends a match after the last response.",
        _pending_after,
        "dimse/response-unsolicited",
        commands=(FIND,),
        among=is_final,
    ),
    fault(
        "counters-missing",
        "Sends no numbers of sub-operations.",
        _without_counters,
        "dimse/pending-completed",
        commands=_RETRIEVE,
    ),
    fault(
        "counters-too-high",
        "Counts five sub-operations too many as completed.",
        adding(Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS, 5),
        "qr/retrieve-counters-true",
        commands=_RETRIEVE,
        among=_has_counters,
    ),
    fault(
        "remaining-with-final",
        "Tells remaining sub-operations with the last response.",
        putting(Tag.NUMBER_OF_REMAINING_SUBOPERATIONS, 3),
        "qr/retrieve-final-without-remaining",
        commands=_RETRIEVE,
        among=is_final,
    ),
    fault(
        "remaining-rises",
        "Tells more remaining sub-operations than before.",
        adding(Tag.NUMBER_OF_REMAINING_SUBOPERATIONS, 1000),
        "dimse/counters-grow",
        commands=_RETRIEVE,
        among=is_pending,
    ),
    fault(
        "retrieve-nothing",
        "Answers a retrieve with success and no sub-operations.",
        _nothing_happened,
        "qr/retrieve-counters-true",
        commands=_RETRIEVE,
        among=is_final,
    ),
    fault(
        "retrieve-failed-unnamed",
        "Tells a failed sub-operation and not which.",
        _as_failed,
        "qr/retrieve-failed-list",
        commands=_RETRIEVE,
        among=is_final,
    ),
    fault(
        "retrieve-success-with-identifier",
        "Sends an identifier with the last response to a retrieve that succeeded.",
        _with_identifier,
        "qr/retrieve-no-failed-list",
        commands=_RETRIEVE,
        among=_is_success,
    ),
    fault(
        "retrieve-warning-for-success",
        "Answers a retrieve without failures with a warning.",
        putting(Tag.STATUS, 0xB000),
        "qr/retrieve-success-status",
        commands=_RETRIEVE,
        among=is_final,
    ),
    fault(
        "retrieve-failed-with-success",
        "Answers a retrieve with success and a failed sub-operation.",
        _failed_with_success,
        "qr/retrieve-success-status",
        commands=_RETRIEVE,
        among=is_final,
    ),
    fault(
        "query-canceled",
        "Ends a query as canceled that nobody canceled.",
        putting(Tag.STATUS, 0xFE00),
        "dimse/status-of-service",
        commands=(FIND,),
        among=is_final,
    ),
    fault(
        "retrieve-canceled",
        "Ends a retrieve as canceled that nobody canceled, and does not say how much of it was done.",
        _canceled,
        "qr/retrieve-cancel-counters",
        commands=_RETRIEVE,
        among=is_final,
    ),
    Fault(
        "store-success-early",
        Side.ACCEPTOR,
        "Answers a C-STORE with success before all of it is there, and again when it is.",
        OnMessage((Command.C_STORE_RQ,), _answered_early),
        ("dimse/early-success",),
        heard=True,
    ),
    _store(
        "sub-operation-missing",
        "Leaves out a C-STORE of a C-GET.",
        lambda message, session: (),
        "qr/retrieve-every-instance",
    ),
    _store(
        "sub-operation-other-instance",
        "Sends an instance of a C-GET under another SOP Instance UID.",
        putting(Tag.AFFECTED_SOP_INSTANCE_UID, _GONE),
        "storage/request-matches-data-set",
    ),
    _store("sub-operation-changed", "Changes a value of an instance of a C-GET.", _other_value),
    _store(
        "sub-operation-without-priority", "Sends a C-STORE without a priority.", without(Tag.PRIORITY), "dimse/priority"
    ),
)
