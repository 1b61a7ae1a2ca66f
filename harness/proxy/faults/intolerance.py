"""Faults of an acceptor that does not bear what it must: uncommon requests, fragments and command sets.

They strike at what it hears, and end the association in its name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from harness.dimse.command import CommandSet
from harness.proxy.fault import Fault, OnMessage, OnPdu, Unit
from harness.proxy.faults.changing import instead
from harness.proxy.pieces import Back, Close, Piece, Side
from harness.standard.uids import transfer_syntaxes
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu

_LENGTH_TO_END = 0x00000001
_KNOWN_ITEMS = (i.APPLICATION_CONTEXT, i.PRESENTATION_CONTEXT_RQ, i.USER_INFORMATION)
_KNOWN_SUB_ITEMS = range(i.MAXIMUM_LENGTH, i.USER_IDENTITY_AC + 1)
_SMALL = 100
"""Bytes of a fragment that is not the last."""

_HIGH = 0x8000
"""What is negative as a signed number."""

_REJECTED: tuple[Piece, ...] = (Back(encode_pdu(p.AssociateRJ(1, 2, 1))), Close())
_ABORTED: tuple[Piece, ...] = (Back(encode_pdu(p.AAbort(0, 0))), Close())


def _request(name: str, summary: str, has: Callable[[p.AssociateRQ], bool], *breaks: str) -> Fault:
    def among(unit: Unit) -> bool:
        pdu = unit.pdu
        return isinstance(pdu, p.AssociateRQ) and has(pdu)

    what = OnPdu((p.ASSOCIATE_RQ,), instead(*_REJECTED), among)
    return Fault(name, Side.ACCEPTOR, summary, what, breaks, heard=True)


def _fragment(name: str, summary: str, has: Callable[[Sequence[p.PDV]], bool], *breaks: str) -> Fault:
    def among(unit: Unit) -> bool:
        pdu = unit.pdu
        return isinstance(pdu, p.PDataTF) and has(pdu.pdvs)

    what = OnPdu((p.P_DATA_TF,), instead(*_ABORTED), among)
    return Fault(name, Side.ACCEPTOR, summary, what, breaks, heard=True)


def _command(name: str, summary: str, has: Callable[[CommandSet], bool], *breaks: str) -> Fault:
    return Fault(name, Side.ACCEPTOR, summary, OnMessage((), instead(*_ABORTED), has), breaks, heard=True)


def _has_odd_reserved(request: p.AssociateRQ) -> bool:
    return any(request.reserved) or any(any(context.reserved) for context in request.contexts)


def _has_unknown_item(request: p.AssociateRQ) -> bool:
    return any(isinstance(item, i.RawItem) and item.item_type not in _KNOWN_ITEMS for item in request.items)


def _has_unknown_sub_item(request: p.AssociateRQ) -> bool:
    return any(isinstance(item, i.RawItem) and item.item_type not in _KNOWN_SUB_ITEMS for item in request.user_items)


def _length_is_last(request: p.AssociateRQ) -> bool:
    items = request.user_items
    return len(items) > 1 and not isinstance(items[0], i.MaximumLength)


def _has_spaces_first(request: p.AssociateRQ) -> bool:
    return any(title.startswith(b" ") and title.strip() for title in (request.called, request.calling))


def _has_unknown_syntax(request: p.AssociateRQ) -> bool:
    known = frozenset(transfer_syntaxes())
    return any(known.isdisjoint((syntax,)) for context in request.contexts for syntax in context.transfer_syntaxes)


def _wants_both_roles(request: p.AssociateRQ) -> bool:
    return any(role.scu_role and role.scp_role for role in request.role_selections)


def _is_malformed(unit: Unit) -> bool:
    return bool(decode_pdu(unit.pdu_type, unit.body)[1])


def _has_odd_message_id(command: CommandSet) -> bool:
    number = command.message_id
    return number is not None and (number == 0 or number >= _HIGH)


FAULTS = (
    _request(
        "version-bits-refused",
        "Rejects a request whose protocol version has other bits beside that of version 1.",
        lambda pdu: pdu.protocol_version & 1 == 1 and pdu.protocol_version != 1,
        "ul/rq-protocol-version-other-bits",
    ),
    _request(
        "reserved-fields-refused",
        "Rejects a request whose reserved fields are not zero.",
        _has_odd_reserved,
        "ul/reserved-ignored",
    ),
    _request(
        "unknown-items-refused",
        "Rejects a request with an item that it does not know.",
        _has_unknown_item,
        "ul/item-unknown-ignored",
    ),
    _request(
        "unknown-sub-items-refused",
        "Rejects a request with user information that it does not know.",
        _has_unknown_sub_item,
        "ul/user-sub-item-unknown-ignored",
    ),
    _request(
        "sub-item-order-refused",
        "Rejects a request whose user information does not begin with the maximum length.",
        _length_is_last,
        "ul/user-information-order",
    ),
    _request(
        "title-spaces-refused",
        "Rejects a request with spaces before an AE title.",
        _has_spaces_first,
        "ul/ae-title-spaces",
    ),
    _request(
        "unknown-syntaxes-refused",
        "Rejects a request with a transfer syntax that it does not know.",
        _has_unknown_syntax,
        "ul/default-syntax-accepted",
    ),
    _request(
        "no-limit-refused",
        "Rejects a request that sets its maximum length no limit.",
        lambda pdu: pdu.maximum_length == 0,
        "ul/maximum-length-zero",
    ),
    _request(
        "window-refused",
        "Rejects a request with an asynchronous operations window.",
        lambda pdu: pdu.asynchronous_operations is not None,
    ),
    _request("both-roles-refused", "Rejects a request for both roles of a SOP class.", _wants_both_roles),
    _request(
        "extended-refused",
        "Rejects a request with extended negotiation.",
        lambda pdu: bool(pdu.extended_negotiations),
    ),
    Fault(
        "malformed-unanswered",
        Side.ACCEPTOR,
        "Says nothing to a request that breaks rules.",
        OnPdu((p.ASSOCIATE_RQ,), instead(), _is_malformed),
        ("ul/rq-malformed-answered",),
        heard=True,
    ),
    _fragment(
        "several-fragments-refused",
        "Aborts at a P-DATA-TF of several fragments.",
        lambda pdvs: len(pdvs) > 1,
        "ul/message-in-one-pdu-received",
    ),
    _fragment(
        "small-fragments-refused",
        "Aborts at a fragment of less than 100 bytes that is not the last.",
        lambda pdvs: any(not pdv.is_last and len(pdv.fragment) < _SMALL for pdv in pdvs),
        "ul/message-fragments-received",
    ),
    _fragment(
        "empty-fragments-refused",
        "Aborts at a fragment without a byte.",
        lambda pdvs: any(not pdv.fragment for pdv in pdvs),
        "ul/pdv-empty-tolerated",
    ),
    Fault(
        "control-bits-refused",
        Side.ACCEPTOR,
        "Aborts at a message control header whose reserved bits are set.",
        OnPdu((p.P_DATA_TF,), instead(*_ABORTED), lambda unit: unit.body[5:6] > b"\x03"),
        ("ul/control-header-reserved-ignored",),
        heard=True,
    ),
    _command(
        "message-ids-refused",
        "Aborts at a Message ID of 0, and at those from 32768 on.",
        _has_odd_message_id,
        "dimse/message-id-any",
    ),
    _command(
        "length-to-end-refused",
        "Aborts at a command set with the retired Command Length to End.",
        lambda command: _LENGTH_TO_END in command.elements,
        "dimse/length-to-end-not-needed",
    ),
    _command("cancel-refused", "Aborts at a C-CANCEL.", lambda command: command.is_cancel, "dimse/cancel-late"),
)
