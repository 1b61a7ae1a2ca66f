"""The items of A-ASSOCIATE PDUs from bytes (PS3.8 9.3.2, 9.3.3, Annex D; PS3.7 D.3.3)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from harness.ul import items as i
from harness.ul.deviation import Deviation


class _Cursor:
    """Reads counted fields out of the value of one item; runs dry instead of raising."""

    def __init__(self, value: bytes) -> None:
        self.value = value
        self.offset = 0
        self.short = False

    def take(self, count: int) -> bytes:
        taken = self.value[self.offset : self.offset + count]
        self.short = self.short or len(taken) < count
        self.offset += count
        return taken

    def byte(self) -> int:
        return (self.take(1) or b"\0")[0]

    def number(self) -> int:
        return int.from_bytes(self.take(2), "big")

    def counted(self) -> bytes:
        return self.take(self.number())

    def rest(self) -> bytes:
        return self.take(max(0, len(self.value) - self.offset))

    @property
    def exact(self) -> bool:
        """Whether the value held just what was read."""
        return not self.short and self.offset == len(self.value)


def decode_items(data: bytes, start: int, base: int) -> tuple[tuple[i.Item, ...], list[Deviation]]:
    """All items from `start` to the end of `data`; offsets of deviations are counted from `base` bytes earlier."""
    found: list[Deviation] = []
    decoded: list[i.Item] = []
    for item_type, version, value, offset in _split(data, start, base, found):
        decoded.append(_item(item_type, version, value, offset, found))
    return tuple(decoded), found


def _split(data: bytes, start: int, base: int, found: list[Deviation]) -> Iterator[tuple[int, int, bytes, int]]:
    offset = start
    while offset < len(data):
        if len(data) - offset < 4:
            found.append(Deviation("PS3.8 9.3.1", "an item is cut before its header ends", base + offset))
            return
        item_type, second, length = struct.unpack_from(">BBH", data, offset)
        value = data[offset + 4 : offset + 4 + length]
        if len(value) < length:
            text = f"item {item_type:02X}H says {length} bytes and {len(value)} are there"
            found.append(Deviation("PS3.8 9.3.1", text, base + offset))
        yield item_type, second, value, base + offset
        offset += 4 + length


def _text(value: bytes, what: str, offset: int, found: list[Deviation]) -> str:
    text = value.decode("latin-1")
    bare = text.rstrip("\0 ")
    if bare != text:
        found.append(Deviation("PS3.8 F.1", f"the {what} is padded, which UIDs and names in PDUs are not", offset))
    return bare


def _item(item_type: int, version: int, value: bytes, offset: int, found: list[Deviation]) -> i.Item:
    if item_type == i.APPLICATION_CONTEXT:
        return i.ApplicationContext(_text(value, "application context name", offset, found))
    if item_type == i.PRESENTATION_CONTEXT_RQ:
        return _proposed_context(value, offset, found)
    if item_type == i.PRESENTATION_CONTEXT_AC:
        return _context_result(value, offset, found)
    if item_type == i.USER_INFORMATION:
        return i.UserInformation(
            tuple(
                _user_item(sub_type, second, sub_value, at, found)
                for sub_type, second, sub_value, at in _split(value, 0, offset + 4, found)
            )
        )
    found.append(Deviation("PS3.8 9.3.1", f"item type {item_type:02X}H is not defined", offset))
    return i.RawItem(item_type, value)


def _syntaxes(value: bytes, offset: int, found: list[Deviation]) -> tuple[list[str], list[str]]:
    abstract: list[str] = []
    transfer: list[str] = []
    for sub_type, _, sub_value, at in _split(value, 4, offset + 4, found):
        if sub_type == i.ABSTRACT_SYNTAX:
            abstract.append(_text(sub_value, "abstract syntax name", at, found))
        elif sub_type == i.TRANSFER_SYNTAX:
            transfer.append(_text(sub_value, "transfer syntax name", at, found))
        else:
            found.append(Deviation("PS3.8 9.3.2.2", f"sub-item {sub_type:02X}H in a presentation context", at))
    return abstract, transfer


def _proposed_context(value: bytes, offset: int, found: list[Deviation]) -> i.Item:
    clause = "PS3.8 9.3.2.2"
    if len(value) < 4:
        found.append(Deviation(clause, "a presentation context item is shorter than its fixed fields", offset))
        return i.RawItem(i.PRESENTATION_CONTEXT_RQ, value)
    abstract, transfer = _syntaxes(value, offset, found)
    if value[0] % 2 == 0:
        found.append(Deviation(clause, f"presentation context id {value[0]} is even", offset + 4))
    if len(abstract) != 1:
        text = f"presentation context {value[0]} has {len(abstract)} abstract syntaxes, not one"
        found.append(Deviation(clause, text, offset))
    if not transfer:
        found.append(Deviation(clause, f"presentation context {value[0]} has no transfer syntax", offset))
    return i.ProposedContext(value[0], abstract[0] if abstract else "", tuple(transfer))


def _context_result(value: bytes, offset: int, found: list[Deviation]) -> i.Item:
    clause = "PS3.8 9.3.3.2"
    if len(value) < 4:
        found.append(Deviation(clause, "a presentation context item is shorter than its fixed fields", offset))
        return i.RawItem(i.PRESENTATION_CONTEXT_AC, value)
    abstract, transfer = _syntaxes(value, offset, found)
    if value[2] > 4:
        found.append(Deviation(clause, f"presentation context {value[0]} has the undefined result {value[2]}", offset))
    if abstract:
        found.append(Deviation(clause, f"the answer to presentation context {value[0]} has an abstract syntax", offset))
    # The sub-item of a refused context is not significant and may be missing (Table 9-18).
    if value[2] == 0 and len(transfer) != 1:
        text = f"accepted presentation context {value[0]} has {len(transfer)} transfer syntaxes, not one"
        found.append(Deviation(clause, text, offset))
    return i.ContextResult(value[0], value[2], transfer[0] if transfer else "")


_Reader = Callable[[_Cursor, int, int, list[Deviation]], i.UserItem]


def _user_item(item_type: int, version: int, value: bytes, offset: int, found: list[Deviation]) -> i.UserItem:
    known = _USER_ITEMS.get(item_type)
    if known is None:
        # PS3.8 D.2 asks receivers to ignore unknown sub-items, so this is no deviation.
        return i.RawItem(item_type, value)
    clause, read = known
    cursor = _Cursor(value)
    item = read(cursor, version, offset, found)
    if not cursor.exact:
        text = f"the fields of sub-item {item_type:02X}H do not fill its {len(value)} bytes exactly"
        found.append(Deviation(clause, text, offset))
    return item


def _maximum_length(cursor: _Cursor, _version: int, _offset: int, _found: list[Deviation]) -> i.UserItem:
    return i.MaximumLength(int.from_bytes(cursor.take(4), "big"))


def _class_uid(cursor: _Cursor, _version: int, offset: int, found: list[Deviation]) -> i.UserItem:
    return i.ImplementationClassUID(_text(cursor.rest(), "implementation class UID", offset, found))


def _version_name(cursor: _Cursor, _version: int, offset: int, found: list[Deviation]) -> i.UserItem:
    name = cursor.rest().decode("latin-1")
    if not 1 <= len(name) <= 16:
        text = f"the implementation version name has {len(name)} characters, not 1 to 16"
        found.append(Deviation("PS3.7 D.3.3.2.4", text, offset))
    return i.ImplementationVersionName(name)


def _window(cursor: _Cursor, _version: int, _offset: int, _found: list[Deviation]) -> i.UserItem:
    return i.AsynchronousOperationsWindow(cursor.number(), cursor.number())


def _role(cursor: _Cursor, _version: int, offset: int, found: list[Deviation]) -> i.UserItem:
    uid = _text(cursor.counted(), "SOP class UID of a role selection", offset, found)
    return i.RoleSelection(uid, cursor.byte(), cursor.byte())


def _extended(cursor: _Cursor, _version: int, offset: int, found: list[Deviation]) -> i.UserItem:
    uid = _text(cursor.counted(), "SOP class UID of an extended negotiation", offset, found)
    return i.ExtendedNegotiation(uid, cursor.rest())


def _common(cursor: _Cursor, version: int, offset: int, found: list[Deviation]) -> i.UserItem:
    sop_class = _text(cursor.counted(), "SOP class UID", offset, found)
    service_class = _text(cursor.counted(), "service class UID", offset, found)
    related = _Cursor(cursor.counted())
    uids: list[str] = []
    while related.offset < len(related.value):
        uids.append(_text(related.counted(), "related general SOP class UID", offset, found))
    if not related.exact:
        found.append(Deviation("PS3.7 D.3.3.6", "the list of related general SOP classes is cut", offset))
    # Later versions of this item may add fields after the known ones; they are skipped (PS3.7 D.3.3.6).
    cursor.rest()
    return i.CommonExtendedNegotiation(sop_class, service_class, tuple(uids), version)


def _identity_rq(cursor: _Cursor, _version: int, _offset: int, _found: list[Deviation]) -> i.UserItem:
    return i.UserIdentityRQ(cursor.byte(), cursor.byte(), cursor.counted(), cursor.counted())


def _identity_ac(cursor: _Cursor, _version: int, _offset: int, _found: list[Deviation]) -> i.UserItem:
    return i.UserIdentityAC(cursor.counted())


_USER_ITEMS: dict[int, tuple[str, _Reader]] = {
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
