"""Each departure from the standard is found, with its clause; what is merely unusual is not accused."""

from __future__ import annotations

import struct

import pytest

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu

TITLE = p.title_field("X")


def request(*items: i.Item) -> bytes:
    return encode_pdu(p.AssociateRQ(TITLE, TITLE, items))


def acceptance(*items: i.Item) -> bytes:
    return encode_pdu(p.AssociateAC(TITLE, TITLE, items))


def raw(item_type: int, value: bytes) -> bytes:
    return struct.pack(">BxH", item_type, len(value)) + value


ABSTRACT = raw(0x30, b"1.2.3")
TRANSFER = raw(0x40, b"1.2")


def context(*parts: bytes, context_id: int = 1) -> i.RawItem:
    return i.RawItem(0x20, bytes((context_id, 0, 0, 0)) + b"".join(parts))


def result(code: int, *parts: bytes) -> i.RawItem:
    return i.RawItem(0x21, bytes((1, 0, code, 0)) + b"".join(parts))


def user(*items: i.UserItem) -> i.UserInformation:
    return i.UserInformation(items)


@pytest.mark.parametrize(
    ("data", "clause", "words"),
    [
        (encode_pdu(p.RawPDU(0x05, b"")), "PS3.8 9.3.6", "length of 0 bytes"),
        (encode_pdu(p.RawPDU(0x06, bytes(8))), "PS3.8 9.3.7", "length of 8 bytes"),
        (encode_pdu(p.RawPDU(0x07, b"\0")), "PS3.8 9.3.8", "length of 1 bytes"),
        (encode_pdu(p.RawPDU(0x03, bytes(5))), "PS3.8 9.3.4", "length of 5 bytes"),
        (encode_pdu(p.RawPDU(0x0A, b"")), "PS3.8 9.3.1", "PDU type 0AH"),
        (encode_pdu(p.RawPDU(0x01, bytes(20))), "PS3.8 9.3.2", "too short"),
        (request(i.RawItem(0x10, b"1.2", length=50)), "PS3.8 9.3.1", "says 50 bytes and 3 are there"),
        (request(i.ApplicationContext("1.2\0")), "PS3.8 F.1", "padded"),
        (request(context(ABSTRACT, TRANSFER, context_id=2)), "PS3.8 9.3.2.2", "is even"),
        (request(context(TRANSFER)), "PS3.8 9.3.2.2", "0 abstract syntaxes"),
        (request(context(ABSTRACT, ABSTRACT, TRANSFER)), "PS3.8 9.3.2.2", "2 abstract syntaxes"),
        (request(context(ABSTRACT)), "PS3.8 9.3.2.2", "no transfer syntax"),
        (request(i.RawItem(0x20, b"\1")), "PS3.8 9.3.2.2", "shorter than its fixed fields"),
        (acceptance(result(0)), "PS3.8 9.3.3.2", "0 transfer syntaxes"),
        (acceptance(result(9, TRANSFER)), "PS3.8 9.3.3.2", "undefined result 9"),
        (acceptance(result(0, ABSTRACT, TRANSFER)), "PS3.8 9.3.3.2", "has an abstract syntax"),
        (request(user(i.RawItem(0x51, b"\0\0"))), "PS3.8 D.1", "do not fill"),
        (request(user(i.RawItem(0x53, bytes(6)))), "PS3.7 D.3.3.3", "do not fill"),
        (request(user(i.RawItem(0x54, b"\0\x20"))), "PS3.7 D.3.3.4", "do not fill"),
        (request(user(i.RawItem(0x58, b"\2\1\0\x20ab"))), "PS3.7 D.3.3.7", "do not fill"),
        (request(user(i.ImplementationVersionName("X" * 17))), "PS3.7 D.3.3.2.4", "17 characters"),
        (encode_pdu(p.PDataTF(())), "PS3.8 9.3.5.1", "no PDV"),
        (encode_pdu(p.RawPDU(0x04, b"\0\0\0")), "PS3.8 9.3.5.1", "cut before its header"),
        (encode_pdu(p.RawPDU(0x04, b"\0\0\0\1\1\3")), "PS3.8 9.3.5.1", "below the least of 2"),
        (encode_pdu(p.RawPDU(0x04, b"\0\0\0\x20\1\3ab")), "PS3.8 9.3.5.1", "beyond its PDU"),
        (encode_pdu(p.PDataTF((p.PDV(1, True, True, b"abc"),))), "PS3.8 E.1", "odd length"),
    ],
)
def test_what_is_wrong_is_found(data: bytes, clause: str, words: str) -> None:
    _, deviations = decode_pdu(data[0], data[6:])
    assert [deviation for deviation in deviations if deviation.clause == clause and words in deviation.text], deviations


@pytest.mark.parametrize(
    "data",
    [
        acceptance(result(3)),
        acceptance(result(4, TRANSFER)),
        request(user(i.RawItem(0x5E, b"from the future"))),
        encode_pdu(p.AssociateRQ(TITLE, TITLE, (), protocol_version=3, reserved=bytes(range(34)))),
    ],
)
def test_what_receivers_must_take_is_not_accused(data: bytes) -> None:
    assert decode_pdu(data[0], data[6:])[1] == []
