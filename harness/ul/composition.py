"""What an A-ASSOCIATE PDU must hold as a whole, beyond the form of each item (PS3.8 9.3, PS3.7 D.3.3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TypeVar

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.deviation import Deviation
from harness.ul.names import fault_of_ae_title

_Value = TypeVar("_Value", int, str)

_TYPE_OF: dict[type, int] = {
    i.ApplicationContext: i.APPLICATION_CONTEXT,
    i.ProposedContext: i.PRESENTATION_CONTEXT_RQ,
    i.ContextResult: i.PRESENTATION_CONTEXT_AC,
    i.UserInformation: i.USER_INFORMATION,
}

_AT_MOST_ONE: dict[type, tuple[str, str]] = {
    i.MaximumLength: ("PS3.8 D.1", "maximum length"),
    i.ImplementationClassUID: ("PS3.7 D.3.3.2", "implementation class UID"),
    i.ImplementationVersionName: ("PS3.7 D.3.3.2", "implementation version name"),
    i.AsynchronousOperationsWindow: ("PS3.7 D.3.3.3", "asynchronous operations window"),
    i.UserIdentityRQ: ("PS3.7 D.3.3.7", "user identity"),
    i.UserIdentityAC: ("PS3.7 D.3.3.7", "user identity response"),
}
_ONE_PER_SOP_CLASS: dict[type, tuple[str, str]] = {
    i.RoleSelection: ("PS3.7 D.3.3.4", "role selection"),
    i.ExtendedNegotiation: ("PS3.7 D.3.3.5", "extended negotiation"),
    i.CommonExtendedNegotiation: ("PS3.7 D.3.3.6", "common extended negotiation"),
}
_REQUIRED: dict[type, tuple[str, str]] = {
    i.MaximumLength: ("PS3.7 D.3.3.1", "maximum length"),
    i.ImplementationClassUID: ("PS3.7 D.3.3.2", "implementation class UID"),
}
_ONLY_IN: dict[type, tuple[int, str, str]] = {
    i.CommonExtendedNegotiation: (p.ASSOCIATE_RQ, "PS3.7 D.3.3.6", "common extended negotiation"),
    i.UserIdentityRQ: (p.ASSOCIATE_RQ, "PS3.7 D.3.3.7", "user identity"),
    i.UserIdentityAC: (p.ASSOCIATE_AC, "PS3.7 D.3.3.7", "user identity response"),
}


def check_associate(pdu: p.AssociateRQ | p.AssociateAC) -> list[Deviation]:
    """What is wrong with the fixed fields of an A-ASSOCIATE-RQ or -AC, and with the choice and order of its items."""
    is_request = isinstance(pdu, p.AssociateRQ)
    pdu_type = p.ASSOCIATE_RQ if is_request else p.ASSOCIATE_AC
    clause = "PS3.8 9.3.2" if is_request else "PS3.8 9.3.3"
    found = list(_fixed_fields(clause, pdu))
    found += _items(clause, p.pdu_name(pdu_type), pdu.items)
    if isinstance(pdu, p.AssociateRQ):
        found += _repeated_ids(pdu.contexts)
    found += _user_items(pdu_type, list(pdu.user_items))
    return found


def _fixed_fields(clause: str, pdu: p.AssociateRQ | p.AssociateAC) -> Iterator[Deviation]:
    if not pdu.protocol_version & 1:
        text = f"the protocol version is {pdu.protocol_version:04X}H, without the bit of version 1"
        yield Deviation("protocol-version", clause, text, 6)
    if isinstance(pdu, p.AssociateRQ):
        # In an A-ASSOCIATE-AC these fields are reserved and not to be tested (Table 9-17).
        for name, field, offset in (("called", pdu.called, 10), ("calling", pdu.calling, 26)):
            fault = fault_of_ae_title(field)
            if fault:
                yield Deviation("ae-title", clause, f"the {name} AE title {fault}", offset)


def _items(clause: str, name: str, items: tuple[i.Item, ...]) -> Iterator[Deviation]:
    types = [item.item_type if isinstance(item, i.RawItem) else _TYPE_OF[type(item)] for item in items]
    if types != sorted(types):
        yield Deviation(
            "item-order", "PS3.8 9.3.1", f"the items of the {name} are not in increasing order of their types"
        )
    applications = types.count(i.APPLICATION_CONTEXT)
    if applications != 1:
        yield Deviation(
            "application-context-one", clause, f"the {name} has {applications} application contexts, not one"
        )
    if i.PRESENTATION_CONTEXT_RQ not in types and i.PRESENTATION_CONTEXT_AC not in types:
        yield Deviation("context-some", clause, f"the {name} has no presentation context")
    informations = types.count(i.USER_INFORMATION)
    if informations != 1:
        yield Deviation(
            "user-information-one", clause, f"the {name} has {informations} user information items, not one"
        )


def _repeated_ids(contexts: tuple[i.ProposedContext, ...]) -> Iterator[Deviation]:
    for context_id in _repeated(context.context_id for context in contexts):
        yield Deviation(
            "context-id-unique", "PS3.8 7.1.1.13", f"presentation context id {context_id} is proposed more than once"
        )


def _user_items(pdu_type: int, items: list[i.UserItem]) -> Iterator[Deviation]:
    kinds = [type(item) for item in items]
    for kind, (clause, what) in _REQUIRED.items():
        if kind not in kinds:
            yield Deviation("user-item-required", clause, f"the {p.pdu_name(pdu_type)} has no {what}")
    if len(set(kinds)) == len(kinds) and not _ONLY_IN.keys() & kinds:
        return
    for kind in dict.fromkeys(kinds):
        if kind in _AT_MOST_ONE and kinds.count(kind) > 1:
            clause, what = _AT_MOST_ONE[kind]
            yield Deviation("user-item-once", clause, f"the user information has more than one {what}")
        if kind in _ONE_PER_SOP_CLASS:
            clause, what = _ONE_PER_SOP_CLASS[kind]
            if kind is i.RoleSelection and pdu_type == p.ASSOCIATE_AC:
                # Only the requestor "may only offer one" (PS3.7 D.3.3.4.1, D.3.3.4.2).
                continue
            for uid in _repeated(_sop_class_of(item) for item in items if type(item) is kind):
                yield Deviation("user-item-once", clause, f"the user information has more than one {what} for {uid}")
        if kind in _ONLY_IN and _ONLY_IN[kind][0] != pdu_type:
            _, clause, what = _ONLY_IN[kind]
            yield Deviation("item-misplaced", clause, f"the {p.pdu_name(pdu_type)} has a {what}")


def _sop_class_of(item: i.UserItem) -> str:
    if isinstance(item, i.RoleSelection | i.ExtendedNegotiation | i.CommonExtendedNegotiation):
        return item.sop_class_uid
    return ""


def _repeated(values: Iterable[_Value]) -> list[_Value]:
    return [value for value, count in Counter(values).items() if count > 1]
