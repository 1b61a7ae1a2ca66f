"""What receivers must take, and what is not significant, is no deviation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.standard.negotiation import ABORT_REASONS, REASONS
from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from tests.support.associations import (
    ABSTRACT,
    APPLICATION,
    NEEDED,
    PROPOSED,
    TITLE,
    TRANSFER,
    acceptance,
    answered,
    found_in,
    proposed,
    request,
    with_user,
)
from tests.support.pdus import acceptances, requests, unknown_items


@pytest.mark.parametrize(
    "pdu",
    [
        p.AssociateRQ(TITLE, TITLE, request().items, protocol_version=0xFFFF, reserved=bytes(range(34))),
        p.AssociateAC(b"\0" * 16, b" " * 16, acceptance().items, protocol_version=3, reserved=b"\xff" * 34),
        p.AssociateRQ(b"  LEADING".ljust(16), TITLE, request().items),
        request(i.ProposedContext(1, "1.2.3", ("1.2",), b"\0\xff\0")),
        request(proposed(ABSTRACT, TRANSFER, i.RawItem(0x77, b"from the future"))),
        acceptance(i.ContextResult(1, 3, "")),
        acceptance(answered(4)),
        acceptance(answered(1, ABSTRACT, i.RawItem(0x40, b"nothing of the kind\0"), i.RawItem(0x51, b""))),
        acceptance(i.RawItem(0x21, b"\1\0\4\0\x40\0")),
        with_user(i.RawItem(0x5E, b"from the future")),
        with_user(i.RawItem(0x57, b"\0\x031.2\0\x031.3\0\0")),
        request(user=(*NEEDED[::-1], i.ImplementationVersionName("AFTER"))),
        p.AAbort(0, 77),
        p.RawPDU(0x05, b"\1\2\3\4"),
        p.RawPDU(0x04, b"\0\0\0\4\1\xffab"),
        p.PDataTF((p.PDV(1, True, True, b"ab"), p.PDV(1, False, False, b"ab"), p.PDV(1, False, True, b"ab"))),
    ],
)
def test_what_receivers_must_take_is_not_accused(pdu: p.PDU) -> None:
    assert found_in(pdu) == []


def test_a_later_version_of_common_extended_negotiation_may_have_more_fields() -> None:
    value = b"\0\x031.2\0\x031.3\0\0more"
    user = b"\x57\x01" + len(value).to_bytes(2, "big") + value
    data = encode_pdu(p.AssociateRQ(TITLE, TITLE, (APPLICATION, PROPOSED)))
    needed = encode_pdu(p.AssociateRQ(TITLE, TITLE, (i.UserInformation(NEEDED),)))[78:] + user
    body = data[6:] + b"\x50\0" + len(needed).to_bytes(2, "big") + needed
    decoded, deviations = decode_pdu(1, body)
    assert deviations == []
    assert isinstance(decoded, p.AssociateRQ)
    assert i.CommonExtendedNegotiation("1.2", "1.3", (), 1) in decoded.user_items


@given(requests(), st.lists(unknown_items, min_size=1, max_size=3))
def test_unknown_items_are_kept_and_never_accused(pdu: p.AssociateRQ, unknown: list[i.RawItem]) -> None:
    user = i.UserInformation((*pdu.user_items, *unknown))
    items = tuple(user if isinstance(item, i.UserInformation) else item for item in pdu.items)
    data = encode_pdu(replace(pdu, items=items))
    decoded, deviations = decode_pdu(1, data[6:])
    assert deviations == []
    assert isinstance(decoded, p.AssociateRQ)
    assert tuple(decoded.user_items)[-len(unknown) :] == tuple(unknown)


@given(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255))
def test_every_reason_is_judged(result: int, source: int, reason: int) -> None:
    good = result in (1, 2) and reason in REASONS.get(source, {})
    assert (found_in(p.AssociateRJ(result, source, reason)) == []) is good
    good = source == 0 or (source == 2 and reason in ABORT_REASONS)
    assert (found_in(p.AAbort(source, reason)) == []) is good


@given(acceptances())
def test_the_transfer_syntax_of_a_refused_context_is_not_tested(pdu: p.AssociateAC) -> None:
    def changed(item: i.Item) -> i.Item:
        if isinstance(item, i.ContextResult) and item.result != 0:
            return replace(item, transfer_syntax="garbage ")
        return item

    assert found_in(replace(pdu, items=tuple(map(changed, pdu.items)))) == []
