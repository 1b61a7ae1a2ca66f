"""The bytes of PDUs, found again in what was recorded."""

from __future__ import annotations

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.pdu_bytes import pdu_heads
from harness.observe.trace import FIRST_PDUS_KEPT, LAST_PDUS_KEPT, Direction, Role, Trace
from harness.observe.wire import WireEntry
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.echo import echo
from harness.standard.uids import IMPLICIT_VR_LE, VERIFICATION
from harness.ul import pdu as p


def _talk(echoes: int = 1) -> Trace:
    with ReferenceSCP(ReferenceSettings()) as scp:
        proposal = Proposal("HARNESS", "REFERENCE", ((VERIFICATION, (IMPLICIT_VR_LE,)),))
        with request_association(scp.address, proposal, Timeouts()) as association:
            for _ in range(echoes):
                assert echo(association).statuses == [0]
        return association.trace


def test_each_pdu_has_its_own_bytes() -> None:
    trace = _talk()
    heads = pdu_heads(trace)
    assert [p.pdu_name(head[0]) for head in heads] == [fact.name for fact in trace.pdus]
    assert [len(head) - p.HEADER_LENGTH for head in heads] == [fact.length for fact in trace.pdus]


def test_the_last_pdus_of_a_long_association_have_their_own_bytes() -> None:
    trace = _talk(echoes=700)
    assert trace.pdus_left_out == 4 + 2 * 700 - FIRST_PDUS_KEPT - LAST_PDUS_KEPT
    fact, head = next(
        both
        for both in reversed(list(zip(trace.pdus, pdu_heads(trace), strict=True)))
        if "C-ECHO-RQ" in both[0].summary
    )
    assert fact.summary == "C-ECHO-RQ 700"
    assert (700).to_bytes(2, "little") in head


def test_bytes_that_were_no_pdu_are_passed_over() -> None:
    trace = _talk()
    heads = pdu_heads(trace)
    trace.wire.entries.insert(2, WireEntry(0.0, False, bytearray(b"HTTP/1.1 400")))
    assert pdu_heads(trace) == heads


def test_what_is_not_kept_takes_nothing_of_others() -> None:
    trace = _talk()
    heads = pdu_heads(trace)
    del trace.wire.entries[2]
    assert pdu_heads(trace) == [*heads[:2], b"", *heads[3:]]


def test_a_run_of_data_set_pdus_has_the_bytes_of_the_first() -> None:
    trace = Trace("localhost:104", "US", "THEM", Role.REQUESTOR)
    for number in range(3):
        trace.wire.add(WireEntry(0.0, True, bytearray([4, 0, 0, 0, 0, 10, 0, 0, 0, 6, number, 0]), zeros=4))
        trace.add_pdu(Direction.SENT, "P-DATA-TF", 10, "data set")
    trace.wire.add(WireEntry(0.0, True, bytearray(bytes.fromhex("050000000004 00000000"))))
    trace.add_pdu(Direction.SENT, "A-RELEASE-RQ", 4)
    assert [head[:1] for head in pdu_heads(trace)] == [b"\4", b"\5"]
    assert pdu_heads(trace)[0][10] == 0
