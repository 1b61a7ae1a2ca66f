"""Faults of the items of an A-ASSOCIATE-RQ (PS3.8 9.3.2, PS3.7 D.3.3)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from harness.proxy.fault import Fault, OnPdu
from harness.proxy.faults.changing import request, user_items
from harness.proxy.pieces import Side
from harness.ul import items as i
from harness.ul import pdu as p

_UNREGISTERED = "1.2.840.10008.3.1.1.99"
"""Of DICOM's own root, and no application context."""

_IMPLICIT_VR_LE = b"1.2.840.10008.1.2"
_EXPLICIT_VR_LE = "1.2.840.10008.1.2.1"


def _fault(name: str, summary: str, change: Callable[[p.AssociateRQ], p.AssociateRQ], *breaks: str) -> Fault:
    return Fault(name, Side.REQUESTOR, summary, OnPdu((p.ASSOCIATE_RQ,), request(change)), breaks)


def _user(name: str, summary: str, item: i.UserItem, *breaks: str) -> Fault:
    """A sub-item more of User Information."""
    return _fault(
        name, summary, lambda pdu: replace(pdu, items=user_items(pdu.items, lambda items: [*items, item])), *breaks
    )


def _item(item_type: int, value: bytes) -> bytes:
    return bytes((item_type, 0)) + len(value).to_bytes(2, "big") + value


def _sub_items(change: Callable[[bytes, bytes], bytes]) -> Callable[[p.AssociateRQ], p.AssociateRQ]:
    """The first context with sub-items made of those of its abstract syntax and of one transfer syntax."""

    def changed(pdu: p.AssociateRQ) -> p.AssociateRQ:
        place = next((at for at, item in enumerate(pdu.items) if isinstance(item, i.ProposedContext)), None)
        if place is None:
            return pdu
        context = pdu.items[place]
        assert isinstance(context, i.ProposedContext)
        abstract = _item(i.ABSTRACT_SYNTAX, context.abstract_syntax.encode("latin-1"))
        value = bytes((context.context_id, 0, 0, 0)) + change(abstract, _item(i.TRANSFER_SYNTAX, _IMPLICIT_VR_LE))
        items: Sequence[i.Item] = (*pdu.items[:place], i.RawItem(0x20, value), *pdu.items[place + 1 :])
        return replace(pdu, items=tuple(items))

    return changed


def _explicit_alone(item: i.Item) -> i.Item:
    return replace(item, transfer_syntaxes=(_EXPLICIT_VR_LE,)) if isinstance(item, i.ProposedContext) else item


FAULTS = (
    _fault(
        "rq-called-title-blank",
        "Calls an AE title of 16 spaces.",
        lambda pdu: replace(pdu, called=b" " * 16),
        "ul/rq-called-ae-title-not-blank",
    ),
    _fault(
        "rq-calling-title-control",
        "Has a NUL and a control character in its AE title.",
        lambda pdu: replace(pdu, calling=b"SCU\0\1".ljust(16)),
        "ul/rq-calling-ae-title",
    ),
    _fault(
        "rq-application-context-unregistered",
        "Asks for an application context of DICOM's that is not registered.",
        lambda pdu: replace(pdu, items=(i.ApplicationContext(_UNREGISTERED), *pdu.items[1:])),
        "ul/application-context-name",
    ),
    _fault(
        "rq-two-abstract-syntaxes",
        "Proposes a presentation context with two abstract syntaxes.",
        _sub_items(lambda abstract, transfer: abstract + abstract + transfer),
        "ul/rq-context-abstract-syntax",
    ),
    _fault(
        "rq-transfer-syntax-first",
        "Proposes a presentation context whose transfer syntax comes before its abstract syntax.",
        _sub_items(lambda abstract, transfer: transfer + abstract),
        "ul/rq-context-sub-item-order",
    ),
    _fault(
        "rq-implicit-not-offered",
        "Offers no transfer syntax but Explicit VR Little Endian.",
        lambda pdu: replace(pdu, items=tuple(map(_explicit_alone, pdu.items))),
        "ul/default-syntax-offered",
    ),
    _user(
        "rq-role-undefined",
        "Proposes the role 2, which is not defined.",
        i.RoleSelection("1.2.840.10008.1.1", 2, 1),
        "ul/role-value",
    ),
    _user(
        "rq-identity-undefined",
        "Offers a user identity of the type 9, which is not defined.",
        i.UserIdentityRQ(9, 0, b"synthetic"),
        "ul/identity-type",
    ),
)
