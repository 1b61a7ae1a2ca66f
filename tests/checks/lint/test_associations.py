"""PDUs, negotiation and the order of PDUs: nothing is found where nothing is wrong, and single things that are."""

from __future__ import annotations

import pytest

from harness.dimse.command import CommandSet
from harness.dimse.messages import c_echo_rq
from harness.standard.uids import VERIFICATION
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu
from tests.support.associations import raw
from tests.support.conversations import Talk, message
from tests.support.lint import (
    CALLED,
    CALLING,
    ID_OF,
    USER,
    Wrong,
    asked,
    echo,
    find,
    granted,
    released,
    rules,
    standing,
)


@pytest.mark.parametrize("we_requested", [True, False])
@pytest.mark.parametrize("full", [True, False])
def test_nothing_is_found_where_nothing_is_wrong(we_requested: bool, full: bool) -> None:
    assert rules(released(find(echo(standing()))), we_requested=we_requested, full=full) == set()


def with_byte(pdu: p.PDU, offset: int, value: int) -> bytes:
    """The bytes of a PDU, one of them changed."""
    data = bytearray(encode_pdu(pdu))
    assert data[offset] != value
    data[offset] = value
    return bytes(data)


def replaced(pdu: p.AssociateRQ, *items: i.Item) -> p.AssociateRQ:
    """A request with other items."""
    return p.AssociateRQ(pdu.called, pdu.calling, items)


def answered(request: p.PDU | bytes, *items: i.Item) -> Talk:
    """A request with an acceptance of these items."""
    return Talk().asks(request).answers(p.AssociateAC(CALLED, CALLING, items))


APPLICATION, *PROPOSED, INFORMATION = asked().items
_, *RESULTS, GRANTED = granted().items


def command(request: CommandSet) -> p.PDU:
    """A message without data set on the context of Verification."""
    return message(ID_OF[VERIFICATION], request)[0]


def context(value: bytes) -> i.RawItem:
    """A Presentation Context item of a request."""
    return i.RawItem(0x20, value)


ABSTRACT, TRANSFER = i.RawItem(0x30, b"1.2.3"), i.RawItem(0x40, b"1.2")
ODD_ID, EVEN_ID = b"\x0b\0\0\0", b"\x0c\0\0\0"
"""The beginning of a sixth context."""


def also(value: bytes) -> Talk:
    """A request with one context more."""
    return Talk().asks(replaced(asked(), APPLICATION, *PROPOSED, context(value), INFORMATION))


def offering(*transfer_syntaxes: str) -> Talk:
    """A request with one context more, for these."""
    return also(ODD_ID + raw(ABSTRACT, *(i.RawItem(0x40, uid.encode("ascii")) for uid in transfer_syntaxes)))


@pytest.mark.parametrize(
    "syntaxes",
    [
        ["1.2.840.10008.1.2.4.50"],
        ["1.2.840.10008.1.2.4.51"],
        ["1.2.840.10008.1.2.4.70"],
        ["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70"],
        ["1.2.840.10008.1.2.1", "1.2.840.10008.1.2.4.90"],
        ["1.2.840.10008.1.2.5", "1.2.840.10008.1.2"],
    ],
)
def test_compressed_images_may_be_all_that_there_is(syntaxes: list[str]) -> None:
    assert rules(offering(*syntaxes)) == set()


def with_result(*results: i.Item) -> Talk:
    """An acceptance with other results."""
    return answered(asked(), APPLICATION, *results, GRANTED)


def result(context_id: int, code: int, *items: i.RawItem) -> i.RawItem:
    """A Presentation Context item of an acceptance."""
    return i.RawItem(0x21, bytes((context_id, 0, code, 0)) + raw(*items))


IMPLICIT = i.RawItem(0x40, b"1.2.840.10008.1.2")

PDUS: list[Wrong] = [
    Wrong("pdu-type", standing().asks(p.RawPDU(0x0A, b""))),
    Wrong("pdu-length", standing().asks(p.RawPDU(0x07, bytes(5)))),
    Wrong("pdu-length", Talk().asks(p.RawPDU(0x01, bytes(5)))),
    Wrong("reserved", standing().asks(with_byte(p.ReleaseRQ(), 1, 1))),
    Wrong("reserved", standing().asks(with_byte(p.ReleaseRQ(), 9, 1))),
    Wrong("reserved", standing().asks(with_byte(p.AAbort(0, 0), 7, 1))),
    Wrong("reserved", standing().asks(with_byte(command(c_echo_rq(1)), 1, 1))),
    Wrong("reserved", Talk().asks(with_byte(asked(), 8, 1))),
    Wrong("reserved", Talk().asks(with_byte(asked(), 60, 1))),
    Wrong("reserved", Talk().asks(with_byte(asked(), 75, 1))),
    Wrong("reserved", Talk().asks(with_byte(asked(), 104, 1))),
    Wrong("reserved", Talk().asks(with_byte(asked(), 106, 0xFF))),
    Wrong("reserved", Talk().asks(asked()).answers(with_byte(granted(), 9, 1)), by_acceptor=True),
    Wrong("reserved", Talk().asks(asked()).answers(with_byte(granted(), 104, 1)), by_acceptor=True),
    Wrong("reserved", Talk().asks(asked()).answers(with_byte(p.AssociateRJ(1, 1, 1), 6, 1)), by_acceptor=True),
    Wrong("rejection-codes", Talk().asks(asked()).answers(p.AssociateRJ(1, 1, 9)), by_acceptor=True),
    Wrong("rejection-codes", Talk().asks(asked()).answers(p.AssociateRJ(3, 1, 1)), by_acceptor=True),
    Wrong("rejection-codes", Talk().asks(asked()).answers(p.AssociateRJ(1, 0, 1)), by_acceptor=True),
    Wrong("abort-source", standing().answers(p.AAbort(1, 0)), by_acceptor=True),
    Wrong("abort-reason", standing().answers(p.AAbort(2, 3)), by_acceptor=True),
    Wrong("abort-reason", standing().asks(p.AAbort(0, 2))),
]

ASSOCIATE: list[Wrong] = [
    Wrong("protocol-version", Talk().asks(with_byte(asked(), 7, 2))),
    Wrong("protocol-version", Talk().asks(asked()).answers(with_byte(granted(), 7, 2)), by_acceptor=True),
    Wrong("ae-title", Talk().asks(p.AssociateRQ(b" " * 16, CALLED, asked().items))),
    Wrong("ae-title-repeated", Talk().asks(asked()).answers(with_byte(granted(), 10, 0x41)), by_acceptor=True),
    Wrong("ae-title-repeated", Talk().asks(asked()).answers(with_byte(granted(), 41, 0x41)), by_acceptor=True),
    Wrong("reserved-repeated", Talk().asks(asked()).answers(with_byte(granted(), 60, 1)), by_acceptor=True),
    Wrong("item-length", also(ODD_ID + raw(ABSTRACT, TRANSFER) + b"\x40\0")),
    Wrong("item-order", Talk().asks(replaced(asked(), *PROPOSED, APPLICATION, INFORMATION))),
    Wrong("item-misplaced", also(ODD_ID + raw(ABSTRACT, TRANSFER, i.RawItem(0x51, bytes(4))))),
    Wrong("item-misplaced", Talk().asks(asked(i.UserIdentityAC(b"")))),
    Wrong("uid", also(ODD_ID + raw(ABSTRACT, i.RawItem(0x40, b"1.2\0")))),
    Wrong("uid", also(ODD_ID + raw(i.RawItem(0x30, b"1.02"), TRANSFER))),
    Wrong("default-transfer-syntax", offering("1.2.840.10008.1.2.1")),
    Wrong("default-transfer-syntax", offering("1.2.840.10008.1.2.5")),
    Wrong("default-transfer-syntax", offering("1.2.840.10008.1.2", "1.2.840.10008.1.2.4.57")),
    Wrong("default-transfer-syntax", offering("1.2.840.10008.1.2", "1.2.840.10008.1.2.4.53")),
    Wrong("application-context-one", Talk().asks(replaced(asked(), *PROPOSED, INFORMATION))),
    Wrong(
        "application-context-name",
        Talk().asks(replaced(asked(), i.ApplicationContext("1.2.840.10008.3.1.1.2"), *PROPOSED, INFORMATION)),
    ),
    Wrong(
        "user-information-one",
        Talk().asks(replaced(asked(), APPLICATION, *PROPOSED, INFORMATION, i.UserInformation(()))),
    ),
    Wrong("context-some", Talk().asks(replaced(asked(), APPLICATION, INFORMATION))),
    Wrong("context-id", also(EVEN_ID + raw(ABSTRACT, TRANSFER))),
    Wrong("context-id-unique", also(b"\1\0\0\0" + raw(ABSTRACT, TRANSFER))),
    Wrong("abstract-syntax-one", also(ODD_ID + raw(TRANSFER))),
    Wrong("abstract-syntax-one", also(ODD_ID + raw(ABSTRACT, ABSTRACT, TRANSFER))),
    Wrong("transfer-syntax-some", also(ODD_ID + raw(ABSTRACT))),
    Wrong("context-order", also(ODD_ID + raw(TRANSFER, ABSTRACT))),
    Wrong("context-result", with_result(result(1, 5, IMPLICIT), *RESULTS[1:]), by_acceptor=True),
    Wrong("context-answers", with_result(*RESULTS[1:]), by_acceptor=True),
    Wrong("context-answers", with_result(*RESULTS, RESULTS[0]), by_acceptor=True),
    Wrong("context-answers", with_result(*RESULTS, result(11, 0, IMPLICIT)), by_acceptor=True),
    Wrong("transfer-syntax-one", with_result(result(1, 0, IMPLICIT, IMPLICIT), *RESULTS[1:]), by_acceptor=True),
    Wrong("transfer-syntax-proposed", with_result(result(1, 0, TRANSFER), *RESULTS[1:]), by_acceptor=True),
]

USERS: list[Wrong] = [
    Wrong("user-item-required", Talk().asks(asked(user=USER[:1]))),
    Wrong("user-item-required", Talk().asks(asked()).answers(granted(user=USER[1:])), by_acceptor=True),
    Wrong("user-item-once", Talk().asks(asked(i.MaximumLength(1024)))),
    Wrong("user-item-length", Talk().asks(asked(i.RawItem(0x53, bytes(5))))),
    Wrong("version-name", Talk().asks(asked(i.ImplementationVersionName("A" * 17)))),
    Wrong("role-values", Talk().asks(asked(i.RoleSelection("1.2", 2, 0)))),
    Wrong("user-identity", Talk().asks(asked(i.UserIdentityRQ(9, 0, b"A")))),
    Wrong("window-answer", Talk().asks(asked()).answers(granted(i.AsynchronousOperationsWindow(1, 1))), True),
    Wrong("role-answer", Talk().asks(asked()).answers(granted(i.RoleSelection("1.2", 1, 1))), by_acceptor=True),
    Wrong(
        "role-answer",
        Talk().asks(asked(i.RoleSelection("1.2", 0, 1))).answers(granted(i.RoleSelection("1.2", 1, 1))),
        by_acceptor=True,
    ),
    Wrong(
        "role-class",
        Talk()
        .asks(asked(i.RoleSelection("1.2", 0, 1)))
        .answers(granted(i.RoleSelection("1.2", 0, 1), i.RoleSelection("1.3", 0, 0))),
        by_acceptor=True,
    ),
    Wrong("extended-answer", Talk().asks(asked()).answers(granted(i.ExtendedNegotiation("1.2", b"\1"))), True),
    Wrong("user-identity-answer", Talk().asks(asked()).answers(granted(i.UserIdentityAC(b""))), by_acceptor=True),
]

SEQUENCE: list[Wrong] = [
    Wrong("request-first", Talk().asks(p.ReleaseRQ())),
    Wrong("request-first", standing().asks(asked())),
    Wrong("answer-once", Talk().answers(granted()), by_acceptor=True),
    Wrong("answer-once", standing().answers(granted()), by_acceptor=True),
    Wrong("pdu-of-role", standing().asks(granted())),
    Wrong("pdu-of-role", standing().answers(asked()), by_acceptor=True),
    Wrong("data-established", Talk().asks(asked(), command(c_echo_rq(1)))),
    Wrong("release-established", Talk().asks(asked(), p.ReleaseRQ())),
    Wrong("release-answer", standing().answers(p.ReleaseRP()), by_acceptor=True),
    Wrong("release-by-requestor", standing().answers(p.ReleaseRQ()), by_acceptor=True),
    Wrong("release-requested", standing().asks(p.ReleaseRQ(), p.ReleaseRQ())),
    Wrong("release-last", released(standing()).answers(p.ReleaseRP()), by_acceptor=True),
    Wrong("abort-last", standing().asks(p.AAbort(0, 0), p.ReleaseRQ())),
    Wrong("rejection-last", Talk().asks(asked()).answers(p.AssociateRJ(1, 1, 1), granted()), True, ("answer-once",)),
]


@pytest.mark.parametrize("wrong", [*PDUS, *ASSOCIATE, *USERS, *SEQUENCE], ids=lambda wrong: wrong.rule)
def test_one_thing_is_wrong(wrong: Wrong) -> None:
    wrong.check()


def test_a_blank_title_is_found_in_the_request_alone() -> None:
    request = p.AssociateRQ(bytes(16), CALLED, asked().items)
    answer = p.AssociateAC(bytes(16), CALLED, granted().items)
    assert rules(Talk().asks(request).answers(answer)) == {"requestor/ae-title"}
