"""Associations in which nothing is wrong, and single things that are."""

from __future__ import annotations

import pytest

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.encode import encode_pdu
from tests.support.conversations import Talk, message
from tests.support.lint import CALLED, asked, echo, find, granted, released, rules, standing


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


CHANGED: list[tuple[Talk, str]] = [
    (standing().asks(p.RawPDU(0x0A, b"")), "requestor/pdu-type"),
    (standing().asks(p.RawPDU(0x07, bytes(5))), "requestor/pdu-length"),
    (standing().asks(with_byte(p.ReleaseRQ(), 1, 1)), "requestor/reserved"),
    (standing().asks(with_byte(p.ReleaseRQ(), 9, 1)), "requestor/reserved"),
    (standing().answers(with_byte(p.AAbort(0, 0), 7, 1)), "acceptor/reserved"),
    (Talk().asks(asked()).answers(with_byte(p.AssociateRJ(1, 1, 1), 6, 1)), "acceptor/reserved"),
    (Talk().asks(asked()).answers(p.AssociateRJ(1, 1, 9)), "acceptor/rejection-codes"),
    (standing().answers(p.AAbort(1, 0)), "acceptor/abort-source"),
    (standing().answers(p.AAbort(2, 3)), "acceptor/abort-reason"),
    (standing().answers(p.AAbort(0, 2)), "acceptor/abort-reason"),
    (Talk().asks(asked()).answers(with_byte(granted(), 10, 0x41)), "acceptor/ae-title-repeated"),
    (Talk().asks(asked()).answers(with_byte(granted(), 41, 0x41)), "acceptor/ae-title-repeated"),
    (Talk().asks(asked()).answers(with_byte(granted(), 60, 1)), "acceptor/reserved-repeated"),
    (Talk().asks(with_byte(asked(), 8, 1)), "requestor/reserved"),
    (Talk().asks(with_byte(asked(), 60, 1)), "requestor/reserved"),
    (Talk().asks(with_byte(asked(), 75, 1)), "requestor/reserved"),
    (Talk().asks(asked()).answers(granted(i.RoleSelection("1.2", 1, 1))), "acceptor/role-answer"),
    (standing().asks(*message(11, b"")), "requestor/pdv-context"),
]


@pytest.mark.parametrize(("talk", "rule"), CHANGED, ids=lambda value: value if isinstance(value, str) else "")
def test_what_is_wrong_is_found(talk: Talk, rule: str) -> None:
    assert rule in rules(talk)
    assert rule in rules(talk, we_requested=False)


def test_a_blank_title_is_found_in_the_request_alone() -> None:
    request = p.AssociateRQ(bytes(16), CALLED, asked().items)
    answer = p.AssociateAC(bytes(16), CALLED, granted().items)
    assert rules(Talk().asks(request).answers(answer)) == {"requestor/ae-title"}
