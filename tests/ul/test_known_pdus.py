"""A-ASSOCIATE PDUs come over and over: what is kept of them must not be changed by whoever got it before."""

from __future__ import annotations

from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.deviation import Deviation
from harness.ul.encode import association_items, encode_pdu
from harness.ul.items import MaximumLength, ProposedContext


def request(called: str = "PEER", syntaxes: int = 1) -> p.AssociateRQ:
    proposed = ProposedContext(1, "1.2.840.10008.1.1", syntaxes * ("1.2.840.10008.1.2",))
    items = association_items([proposed], [MaximumLength(16384)])
    return p.AssociateRQ(p.title_field(called), p.title_field("HARNESS"), items)


def read(pdu: p.AssociateRQ) -> tuple[p.PDU, list[Deviation]]:
    data = encode_pdu(pdu)
    return decode_pdu(data[0], data[p.HEADER_LENGTH :])


def test_one_that_is_known_is_the_same() -> None:
    assert read(request())[0] is read(request())[0] == request()


def test_one_that_is_long_is_not_kept() -> None:
    first, second = (read(request(syntaxes=1000))[0] for _ in range(2))
    assert first == second == request(syntaxes=1000)
    assert first is not second


def test_what_is_wrong_with_it_is_told_each_time() -> None:
    _, first = read(request())
    said = list(first)
    assert any(deviation.rule == "user-item-required" for deviation in said)
    first.clear()
    assert read(request())[1] == said


def test_one_that_differs_is_another() -> None:
    assert read(request("OTHER"))[0] == request("OTHER") != request()
    assert len({request(), request(), request("OTHER")}) == 2


def test_a_request_is_no_answer() -> None:
    asked = request()
    answered = p.AssociateAC(asked.called, asked.calling, asked.items)
    assert len({asked, answered}) == 2
    assert encode_pdu(asked)[0] == p.ASSOCIATE_RQ
    assert encode_pdu(answered)[0] == p.ASSOCIATE_AC
