"""The bytes of every PDU and item, worked out by hand from the tables of PS3.8 9.3 and PS3.7 D.3.3."""

from __future__ import annotations

import struct

import pytest

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import association_items, encode_pdu, pdata_header


def whole(text: str) -> bytes:
    """Bytes from hexadecimal digits, with anything between single quotes taken as characters."""
    parts = text.split("'")
    return b"".join(part.encode() if index % 2 else bytes.fromhex(part) for index, part in enumerate(parts))


CALLED, CALLING = p.title_field("CALLED"), p.title_field("CALLING_TITLE_16")
FIXED = "0001 0000 'CALLED          ' 'CALLING_TITLE_16'" + "00" * 32

ITEMS = [
    (i.ApplicationContext("1.2.3"), "10 00 0005 '1.2.3'"),
    (
        i.ProposedContext(5, "1.2.3", ("1.2", "1.20")),
        "20 00 001c  05 000000  30 00 0005 '1.2.3'  40 00 0003 '1.2'  40 00 0004 '1.20'",
    ),
    (i.ContextResult(5, 0, "1.2"), "21 00 000b  05 00 00 00  40 00 0003 '1.2'"),
    (i.ContextResult(255, 4, ""), "21 00 0008  ff 00 04 00  40 00 0000"),
    (i.UserInformation(()), "50 00 0000"),
    (i.RawItem(0x77, b"abc"), "77 00 0003 'abc'"),
    (i.RawItem(0x77, b"abc", 0xFFFF), "77 00 ffff 'abc'"),
]

USER_ITEMS = [
    (i.MaximumLength(0x00040000), "51 00 0004 00040000"),
    (i.ImplementationClassUID("1.2.3.4"), "52 00 0007 '1.2.3.4'"),
    (i.AsynchronousOperationsWindow(3, 258), "53 00 0004 0003 0102"),
    (i.RoleSelection("1.2.3", 0, 1), "54 00 0009 0005 '1.2.3' 00 01"),
    (i.ImplementationVersionName("VERSION 1"), "55 00 0009 'VERSION 1'"),
    (i.ExtendedNegotiation("1.2.3", b"\1\0\2"), "56 00 000a 0005 '1.2.3' 010002"),
    (
        i.CommonExtendedNegotiation("1.2.3", "1.2.4", ("1.2.55", "1.2.6")),
        "57 00 001f 0005 '1.2.3' 0005 '1.2.4' 000f 0006 '1.2.55' 0005 '1.2.6'",
    ),
    (i.CommonExtendedNegotiation("1.2.3", "1.2.4"), "57 00 0010 0005 '1.2.3' 0005 '1.2.4' 0000"),
    (i.CommonExtendedNegotiation("1.2", "1.3", (), 7), "57 07 000c 0003 '1.2' 0003 '1.3' 0000"),
    (i.UserIdentityRQ(1, 0, b"user"), "58 00 000a 01 00 0004 'user' 0000"),
    (i.UserIdentityRQ(2, 1, b"user", b"pass"), "58 00 000e 02 01 0004 'user' 0004 'pass'"),
    (i.UserIdentityAC(b"ticket"), "59 00 0008 0006 'ticket'"),
    (i.RawItem(0x5E, b""), "5e 00 0000"),
]

PDUS: list[tuple[p.PDU, str]] = [
    (p.AssociateRJ(1, 1, 7), "03 00 00000004 00 01 01 07"),
    (p.PDataTF((p.PDV(5, True, True, b"ab"),)), "04 00 00000008  00000004 05 03 'ab'"),
    (
        p.PDataTF((p.PDV(5, True, True, b"ab"), p.PDV(5, False, False, b"cdef"))),
        "04 00 00000012  00000004 05 03 'ab'  00000006 05 00 'cdef'",
    ),
    (
        p.PDataTF((p.PDV(1, False, True, b"ab"), p.PDV(1, True, False, b"ab"))),
        "04 00 00000010  00000004 01 02 'ab'  00000004 01 01 'ab'",
    ),
    (p.ReleaseRQ(), "05 00 00000004 00000000"),
    (p.ReleaseRP(), "06 00 00000004 00000000"),
    (p.AAbort(2, 6), "07 00 00000004 00 00 02 06"),
    (p.RawPDU(0x09, b"abc"), "09 00 00000003 'abc'"),
    (p.RawPDU(0x05, b"", 0xFFFFFFFF), "05 00 ffffffff"),
]


@pytest.mark.parametrize(("item", "expected"), ITEMS)
def test_items(item: i.Item, expected: str) -> None:
    value = whole(expected)
    assert encode_pdu(p.AssociateRQ(CALLED, CALLING, (item,))) == (
        whole("01 00") + struct.pack(">I", 68 + len(value)) + whole(FIXED) + value
    )
    assert encode_pdu(p.AssociateAC(CALLED, CALLING, (item,)))[0] == 2


@pytest.mark.parametrize(("item", "expected"), USER_ITEMS)
def test_user_items(item: i.UserItem, expected: str) -> None:
    value = whole(expected)
    data = encode_pdu(p.AssociateRQ(CALLED, CALLING, (i.UserInformation((item,)),)))
    assert data[74:] == b"\x50\x00" + struct.pack(">H", len(value)) + value
    decoded, _ = decode_pdu(1, data[6:])
    assert isinstance(decoded, p.AssociateRQ)
    assert decoded.items == (i.UserInformation((item,)),)


@pytest.mark.parametrize(("pdu", "expected"), PDUS)
def test_other_pdus(pdu: p.PDU, expected: str) -> None:
    assert encode_pdu(pdu) == whole(expected)


def test_fixed_fields_are_as_told() -> None:
    """The fields of an association PDU can be wrong on purpose: version, reserved bytes, titles as raw fields."""
    pdu = p.AssociateRQ(b"\1" * 16, b" " * 16, (), protocol_version=0xFFFE, reserved=bytes(range(34)))
    data = encode_pdu(pdu)
    assert data[6:] == b"\xff\xfe\x00\x01" + b"\1" * 16 + b" " * 16 + bytes(range(2, 34))
    assert decode_pdu(1, data[6:])[0] == pdu


def test_reserved_bytes_of_a_proposed_context() -> None:
    item = i.ProposedContext(1, "1.2.3", ("1.2",), b"\0\xff\0")
    data = encode_pdu(p.AssociateRQ(CALLED, CALLING, (item,)))
    assert data[78:82] == b"\1\0\xff\0"
    decoded, _ = decode_pdu(1, data[6:])
    assert isinstance(decoded, p.AssociateRQ)
    assert decoded.contexts == (item,)


def test_data_header_is_the_beginning_of_a_pdu_with_one_pdv() -> None:
    for is_command, is_last in ((True, True), (True, False), (False, True), (False, False)):
        header = pdata_header(6, 131, is_command, is_last)
        assert header + b"abcdef" == encode_pdu(p.PDataTF((p.PDV(131, is_command, is_last, b"abcdef"),)))


@pytest.mark.parametrize(
    ("title", "field"),
    [
        ("AB", b"AB" + b" " * 14),
        ("A" * 16, b"A" * 16),
        ("A" * 20, b"A" * 16),
        ("ÄÖ€", b"\xc4\xd6?" + b" " * 13),
    ],
)
def test_title_fields(title: str, field: bytes) -> None:
    assert p.title_field(title) == field


@pytest.mark.parametrize(
    "field", [b"  TITLE         ", b"TITLE" + bytes(11), b"TITLE           ", b" TITLE \0        "]
)
def test_titles_without_padding(field: bytes) -> None:
    assert p.title_of(field) == "TITLE"


def test_what_an_association_pdu_says() -> None:
    user: list[i.UserItem] = [
        i.RoleSelection("1.2", 1, 1),
        i.MaximumLength(16384),
        i.ImplementationClassUID("1.2.3"),
        i.ImplementationVersionName("VERSION"),
        i.RoleSelection("1.3", 0, 1),
    ]
    pdu = p.AssociateAC(CALLED, CALLING, association_items([i.ContextResult(1, 0, "1.2")], user))
    assert pdu.application_context == p.DICOM_APPLICATION_CONTEXT
    assert (pdu.called_ae_title, pdu.calling_ae_title) == ("CALLED", "CALLING_TITLE_16")
    assert pdu.results == (i.ContextResult(1, 0, "1.2"),)
    assert pdu.maximum_length == 16384
    assert pdu.implementation_class_uid == "1.2.3"
    assert pdu.implementation_version_name == "VERSION"
    assert [role.sop_class_uid for role in pdu.role_selections] == ["1.2", "1.3"]


def test_what_an_empty_association_pdu_says() -> None:
    pdu = p.AssociateRQ(CALLED, CALLING, ())
    assert pdu.contexts == ()
    assert (pdu.application_context, pdu.maximum_length, pdu.implementation_class_uid) == (None, None, None)
    assert (pdu.implementation_version_name, pdu.role_selections) == (None, ())


@pytest.mark.parametrize(
    "pdu",
    [p.AssociateRJ(256, 1, 1), p.AAbort(-1, 0), p.AssociateRQ(CALLED, CALLING, (i.RawItem(0x10, bytes(65536)),))],
)
def test_values_that_fit_no_field_raise(pdu: p.PDU) -> None:
    with pytest.raises((ValueError, struct.error)):
        encode_pdu(pdu)
