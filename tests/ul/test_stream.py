"""The byte stream is cut into PDUs, however the transport delivers it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.ul import pdu as p
from harness.ul.decode import decode_pdu
from harness.ul.encode import encode_pdu
from harness.ul.stream import PduStream
from tests.support.pdus import pdus

RELEASE = encode_pdu(p.ReleaseRQ())


def following(stream: PduStream) -> tuple[int, bytes] | None:
    whole = stream.next_pdu()
    return None if whole is None else (whole[0], bytes(whole[1]))


def drained(stream: PduStream) -> list[tuple[int, bytes]]:
    found = []
    while (whole := following(stream)) is not None:
        found.append(whole)
    return found


@given(st.lists(pdus, min_size=1, max_size=5), st.data())
def test_any_chunking_gives_the_same_pdus(sequence: list[p.PDU], data: st.DataObject) -> None:
    sent = b"".join(map(encode_pdu, sequence))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(sent)), max_size=20)))
    stream = PduStream(1 << 20)
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(sent)], strict=True):
        stream.feed(memoryview(sent)[start:end])
        found += [decode_pdu(*whole)[0] for whole in drained(stream)]
    assert found == sequence
    assert not stream.has_partial_pdu
    assert stream.pending == b""


def test_byte_by_byte() -> None:
    stream = PduStream(100)
    for index in range(len(RELEASE)):
        assert stream.next_pdu() is None
        assert stream.has_partial_pdu is (index > 0)
        stream.feed(RELEASE[index : index + 1])
    assert following(stream) == (5, bytes(4))
    assert not stream.has_partial_pdu


@given(st.lists(st.binary(max_size=40), max_size=10), st.integers(0, 2000))
def test_garbage_never_raises_and_nothing_is_lost(chunks: list[bytes], limit: int) -> None:
    stream = PduStream(limit)
    found = []
    for chunk in chunks:
        stream.feed(chunk)
        found += drained(stream)
    assert sum(len(body) + 6 for _, body in found) + len(stream.pending) == sum(map(len, chunks))
    assert all(len(body) <= limit for _, body in found)


@pytest.mark.parametrize("length", [0, 1, 1000])
def test_a_pdu_up_to_the_limit_comes_out(length: int) -> None:
    stream = PduStream(1000)
    stream.feed(encode_pdu(p.RawPDU(0x44, bytes(length))))
    assert following(stream) == (0x44, bytes(length))
    assert stream.oversized is None


def test_an_oversized_pdu_is_not_waited_for() -> None:
    stream = PduStream(1000)
    stream.feed(RELEASE + b"\x04\x00\x00\x00\x03\xe9")
    assert drained(stream) == [(5, bytes(4))]
    assert stream.oversized == (4, 1001)
    stream.feed(bytes(1001) + RELEASE)
    assert stream.next_pdu() is None
    assert stream.pending[:6] == b"\x04\x00\x00\x00\x03\xe9"


def test_the_limit_can_be_raised_between_pdus() -> None:
    stream = PduStream(4)
    stream.feed(RELEASE + encode_pdu(p.RawPDU(0x04, bytes(500))))
    assert following(stream) == (5, bytes(4))
    stream.limit = 500
    assert following(stream) == (4, bytes(500))


def test_a_whole_pdu_is_not_copied() -> None:
    fed = memoryview(encode_pdu(p.RawPDU(0x04, b"whole")) + RELEASE)
    stream = PduStream(1000)
    stream.feed(fed)
    whole = stream.next_pdu()
    assert whole is not None
    assert whole[1].obj is fed.obj


def read_with_room(sent: bytes, room: int) -> list[tuple[bytes, bool]]:
    """The PDUs of a stream that is read as far as fits, each with whether it is a part of what was read."""
    stream, at, found = PduStream(1 << 20), 0, []
    while at < len(sent):
        count = stream.fitting(room)
        assert 0 < count <= room
        read = memoryview(sent[at : at + count])
        at += count
        stream.feed(read)
        while (whole := stream.next_pdu()) is not None:
            found.append((stream.head() + bytes(whole[1]), whole[1].obj is read.obj))
    assert not stream.has_partial_pdu
    return found


@given(st.lists(pdus, min_size=1, max_size=5), st.integers(1, 2000))
def test_reading_as_far_as_fits_gives_the_same_pdus(sequence: list[p.PDU], room: int) -> None:
    sent = [encode_pdu(pdu) for pdu in sequence]
    assert [data for data, _ in read_with_room(b"".join(sent), room)] == sent


@pytest.mark.parametrize(("length", "cut"), [(994, 1), (1000, 1), (1400, 1), (2494, 2), (2600, 20)])
def test_hardly_any_fragment_of_a_data_set_is_cut_if_there_is_room_for_one(length: int, cut: int) -> None:
    command, *data = (encode_pdu(p.RawPDU(p.P_DATA_TF, bytes(count))) for count in (50, *(length,) * 20))
    found = read_with_room(b"".join((command, *data)), 2500)
    assert [whole for whole, _ in found] == [command, *data]
    assert [is_part for _, is_part in found].count(False) == cut
