"""Properties of the PDU codec: round trip without deviations, and bytes of any kind never raise."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from tests.support.pdus import pdus


@settings(max_examples=150)
@given(pdus)
def test_round_trip_without_deviations(pdu: p.PDU) -> None:
    data = encode_pdu(pdu)
    assert int.from_bytes(data[2:6], "big") == len(data) - 6
    decoded, deviations = decode_pdu(data[0], data[6:])
    assert decoded == pdu
    assert deviations == []
    assert decode_pdu(data[0], memoryview(data)[6:]) == (pdu, [])


@settings(max_examples=500)
@given(st.integers(0, 255), st.binary(max_size=300))
def test_arbitrary_bytes_never_raise(pdu_type: int, body: bytes) -> None:
    pdu, deviations = decode_pdu(pdu_type, body)
    encode_pdu(pdu)
    assert all(str(deviation) for deviation in deviations)


@settings(max_examples=500)
@given(st.integers(1, 7), pdus, st.data())
def test_damaged_pdus_never_raise(pdu_type: int, pdu: p.PDU, data: st.DataObject) -> None:
    """Bytes that are nearly right reach deeper than random ones."""
    body = bytearray(encode_pdu(pdu)[6:])
    for _ in range(data.draw(st.integers(0, 4))):
        if body:
            body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(body)))
    decode_pdu(pdu_type, bytes(body[:cut]))


@given(pdus, st.data())
def test_a_cut_association_pdu_is_noticed(pdu: p.PDU, data: st.DataObject) -> None:
    body = encode_pdu(pdu)[6:]
    cut = data.draw(st.integers(0, len(body) - 1))
    kept, deviations = decode_pdu(encode_pdu(pdu)[0], body[:cut])
    if deviations == []:
        # Cut between two items that may be missing, or two PDVs: nothing is wrong with what is left.
        assert isinstance(kept, p.AssociateRQ | p.AssociateAC | p.PDataTF)
        assert len(encode_pdu(kept)) == cut + 6
