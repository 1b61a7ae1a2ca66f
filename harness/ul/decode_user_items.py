"""The sub-items of the User Information item from bytes (PS3.8 Annex D, PS3.7 D.3.3)."""

from __future__ import annotations

from collections.abc import Callable

from harness.ul import items as i
from harness.ul.deviation import Deviation
from harness.ul.names import UID_CLAUSE, is_g0_text, read_uid


class _Fields:
    """Reads fields out of the value of one sub-item; runs dry instead of raising."""

    __slots__ = ("faults", "offset", "value", "version")

    def __init__(self, value: bytes, version: int) -> None:
        self.value = value
        self.version = version
        self.offset = 0
        self.faults: list[tuple[str, str, str]] = []
        """Rule, clause and text of what is wrong with a field."""

    def take(self, count: int) -> bytes:
        begin = self.offset
        self.offset = end = begin + count
        return self.value[begin:end]

    def number(self, count: int) -> int:
        return int.from_bytes(self.take(count), "big")

    def counted(self) -> bytes:
        return self.take(self.number(2))

    def rest(self) -> bytes:
        return self.take(max(0, len(self.value) - self.offset))

    def uid(self, value: bytes, what: str) -> str:
        uid, fault = read_uid(value)
        if fault:
            self.faults.append(("uid", UID_CLAUSE, f"the {what} {fault}"))
        return uid

    @property
    def exact(self) -> bool:
        """Whether the value held just what was read."""
        return self.offset == len(self.value)


def decode_user_item(
    item_type: int, version: int, value: bytes, offset: int, found: list[Deviation]
) -> i.UserItem | None:
    """A user-information sub-item; None for a type that is none.

    `version` is the second byte, which only one kind of sub-item uses; `offset` is where it begins in the PDU.
    """
    known = _READERS.get(item_type)
    if known is None:
        return None
    clause, read = known
    fields = _Fields(value, version)
    item = read(fields)
    if fields.faults:
        found += [Deviation(*fault, offset) for fault in fields.faults]
    if not fields.exact:
        text = f"the fields of sub-item {item_type:02X}H do not fill its {len(value)} bytes exactly"
        found.append(Deviation("user-item-length", clause, text, offset))
    return item


def _maximum_length(fields: _Fields) -> i.UserItem:
    return i.MaximumLength(fields.number(4))


def _class_uid(fields: _Fields) -> i.UserItem:
    return i.ImplementationClassUID(fields.uid(fields.rest(), "implementation class UID"))


def _version_name(fields: _Fields) -> i.UserItem:
    name = fields.rest()
    if not 1 <= len(name) <= 16:
        text = f"the implementation version name has {len(name)} characters, not 1 to 16"
        fields.faults.append(("version-name", "PS3.7 D.3.3.2", text))
    if not is_g0_text(name):
        text = "the implementation version name has bytes that are no characters of the ISO 646 basic G0 set"
        fields.faults.append(("version-name", "PS3.7 D.3.3.2", text))
    return i.ImplementationVersionName(name.decode("latin-1"))


def _window(fields: _Fields) -> i.UserItem:
    return i.AsynchronousOperationsWindow(fields.number(2), fields.number(2))


def _role(fields: _Fields) -> i.UserItem:
    uid = fields.uid(fields.counted(), "SOP class UID of a role selection")
    role = i.RoleSelection(uid, fields.number(1), fields.number(1))
    if role.scu_role > 1 or role.scp_role > 1:
        text = f"a role selection has the roles {role.scu_role} and {role.scp_role}, which are not 0 or 1"
        fields.faults.append(("role-values", "PS3.7 D.3.3.4", text))
    return role


def _extended(fields: _Fields) -> i.UserItem:
    uid = fields.uid(fields.counted(), "SOP class UID of an extended negotiation")
    return i.ExtendedNegotiation(uid, fields.rest())


def _common(fields: _Fields) -> i.UserItem:
    sop_class = fields.uid(fields.counted(), "SOP class UID of a common extended negotiation")
    service_class = fields.uid(fields.counted(), "service class UID of a common extended negotiation")
    related = _Fields(fields.counted(), fields.version)
    uids: list[str] = []
    while related.offset < len(related.value):
        uids.append(fields.uid(related.counted(), "related general SOP class UID"))
    if not related.exact:
        fields.faults.append(("user-item-length", "PS3.7 D.3.3.6", "the list of related general SOP classes is cut"))
    if fields.version > 0:
        # Later versions may add fields behind those of version 0, without changing their meaning.
        fields.rest()
    return i.CommonExtendedNegotiation(sop_class, service_class, tuple(uids), fields.version)


def _identity_rq(fields: _Fields) -> i.UserItem:
    item = i.UserIdentityRQ(fields.number(1), fields.number(1), fields.counted(), fields.counted())
    clause = "PS3.7 D.3.3.7"
    if not 1 <= item.identity_type <= 5:
        fields.faults.append(("user-identity", clause, f"the user identity type {item.identity_type} is reserved"))
    if item.positive_response_requested > 1:
        text = f"the positive response requested is {item.positive_response_requested}, not 0 or 1"
        fields.faults.append(("user-identity", clause, text))
    if item.secondary_field and item.identity_type != 2:
        text = f"the user identity of type {item.identity_type} has a secondary field, which belongs to type 2"
        fields.faults.append(("user-identity", clause, text))
    return item


def _identity_ac(fields: _Fields) -> i.UserItem:
    return i.UserIdentityAC(fields.counted())


_READERS: dict[int, tuple[str, Callable[[_Fields], i.UserItem]]] = {
    i.MAXIMUM_LENGTH: ("PS3.8 D.1", _maximum_length),
    i.IMPLEMENTATION_CLASS_UID: ("PS3.7 D.3.3.2", _class_uid),
    i.IMPLEMENTATION_VERSION_NAME: ("PS3.7 D.3.3.2", _version_name),
    i.ASYNCHRONOUS_OPERATIONS_WINDOW: ("PS3.7 D.3.3.3", _window),
    i.ROLE_SELECTION: ("PS3.7 D.3.3.4", _role),
    i.EXTENDED_NEGOTIATION: ("PS3.7 D.3.3.5", _extended),
    i.COMMON_EXTENDED_NEGOTIATION: ("PS3.7 D.3.3.6", _common),
    i.USER_IDENTITY_RQ: ("PS3.7 D.3.3.7", _identity_rq),
    i.USER_IDENTITY_AC: ("PS3.7 D.3.3.7", _identity_ac),
}
"""How each sub-item is read, and the clause that says so."""
