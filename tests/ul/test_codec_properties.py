"""Properties of the PDU codec: round trip, arbitrary chunking, and bytes of any kind never raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.ul import items as i
from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.stream import PduStream
from tests.support.pdus import pdus


def plain(pdu: p.PDU) -> p.PDU:
    """Fragments as bytes, for comparison."""
    if isinstance(pdu, p.PDataTF):
        return p.PDataTF(tuple(p.PDV(v.context_id, v.is_command, v.is_last, bytes(v.fragment)) for v in pdu.pdvs))
    return pdu


@given(pdus)
def test_round_trip_without_deviations(pdu: p.PDU) -> None:
    data = encode_pdu(pdu)
    assert int.from_bytes(data[2:6], "big") == len(data) - 6
    decoded, deviations = decode_pdu(data[0], data[6:])
    assert plain(decoded) == pdu
    assert deviations == []


@given(st.lists(pdus, min_size=1, max_size=5), st.data())
def test_any_chunking_gives_the_same_pdus(sequence: list[p.PDU], data: st.DataObject) -> None:
    stream = b"".join(map(encode_pdu, sequence))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=20)))
    reader = PduStream(1 << 20)
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        reader.feed(stream[start:end])
        while (whole := reader.next_pdu()) is not None:
            found.append(plain(decode_pdu(*whole)[0]))
    assert found == sequence
    assert not reader.has_partial_pdu


@settings(max_examples=500)
@given(st.integers(0, 255), st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(pdu_type: int, body: bytes) -> None:
    pdu, _ = decode_pdu(pdu_type, body)
    encode_pdu(pdu)


@settings(max_examples=500)
@given(st.sampled_from([p.ASSOCIATE_RQ, p.ASSOCIATE_AC, p.P_DATA_TF]), pdus, st.data())
def test_damaged_pdus_never_raise(pdu_type: int, pdu: p.PDU, data: st.DataObject) -> None:
    """Bytes that are nearly right reach deeper than random ones."""
    body = bytearray(encode_pdu(pdu)[6:])
    for _ in range(data.draw(st.integers(1, 4))):
        if body:
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    decode_pdu(pdu_type, bytes(body[:cut]))


@given(st.binary(max_size=100))
def test_a_stream_of_garbage_never_raises(data: bytes) -> None:
    reader = PduStream(1000)
    reader.feed(data)
    while reader.next_pdu() is not None:
        pass


def test_an_oversized_pdu_is_not_waited_for() -> None:
    reader = PduStream(1000)
    reader.feed(b"\x04\x00\x00\x00\x03\xe9")
    assert reader.next_pdu() is None
    assert reader.oversized == (4, 1001)


def test_lengths_can_be_wrong_on_purpose() -> None:
    assert encode_pdu(p.RawPDU(0x01, b"abc", length=99)) == b"\x01\x00\x00\x00\x00\x63abc"
    request = p.AssociateRQ(bytes(16), bytes(16), (i.RawItem(0x10, b"1.2", length=500),))
    assert encode_pdu(request).endswith(b"\x10\x00\x01\xf41.2")
