"""Small A-ASSOCIATE PDUs that are right, to put one wrong thing into."""

from __future__ import annotations

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu

TITLE = p.title_field("TITLE")
APPLICATION = i.ApplicationContext(p.DICOM_APPLICATION_CONTEXT)
PROPOSED = i.ProposedContext(1, "1.2.3", ("1.2",))
ACCEPTED = i.ContextResult(1, 0, "1.2")
NEEDED = (i.MaximumLength(16384), i.ImplementationClassUID("1.2.3"))
ABSTRACT = i.RawItem(0x30, b"1.2.3")
TRANSFER = i.RawItem(0x40, b"1.2")
AT_CONTEXT = 74 + 25
"""Where the item after the application context begins, in bytes of the PDU."""
AT_USER = AT_CONTEXT + 24 + 4
"""Where the first user-information sub-item of a request begins."""
AT_END = AT_USER + 8 + 9
"""Where a request ends, and the first sub-item after the needed ones begins."""


def found_in(pdu: p.PDU) -> list[tuple[str, str, int | None]]:
    """Clause, text and offset of each deviation that the decoder finds in the bytes of a PDU."""
    data = encode_pdu(pdu)
    _, deviations = decode_pdu(data[0], data[6:])
    return [(deviation.clause, deviation.text, deviation.offset) for deviation in deviations]


def request(*items: i.Item, user: tuple[i.UserItem, ...] = NEEDED) -> p.AssociateRQ:
    """A request with other items instead of its presentation context, or with other user information."""
    return p.AssociateRQ(TITLE, TITLE, (APPLICATION, *(items or (PROPOSED,)), i.UserInformation(user)))


def acceptance(*items: i.Item, user: tuple[i.UserItem, ...] = NEEDED) -> p.AssociateAC:
    """Likewise an acceptance."""
    return p.AssociateAC(TITLE, TITLE, (APPLICATION, *(items or (ACCEPTED,)), i.UserInformation(user)))


def raw(*items: i.RawItem) -> bytes:
    """The bytes of items one after the other."""
    return encode_pdu(p.AssociateRQ(TITLE, TITLE, items))[74:]


def proposed(*items: i.RawItem, context_id: int = 1) -> i.RawItem:
    """A proposed presentation context with these sub-items."""
    return i.RawItem(0x20, bytes((context_id, 0, 0, 0)) + raw(*items))


def answered(result: int, *items: i.RawItem) -> i.RawItem:
    """The result of a presentation context with these sub-items."""
    return i.RawItem(0x21, bytes((1, 0, result, 0)) + raw(*items))


def with_user(*more: i.UserItem) -> p.AssociateRQ:
    """A request with more user information than it needs."""
    return request(user=(*NEEDED, *more))


def answered_user(*more: i.UserItem) -> p.AssociateAC:
    """An acceptance with more user information than it needs."""
    return acceptance(user=(*NEEDED, *more))
