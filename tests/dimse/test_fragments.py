"""Messages are cut under any maximum length, as PS3.8 Annex E wants it, and come together again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.fragment import (
    DEFAULT_FRAGMENT_LENGTH,
    Assembler,
    Message,
    PduTooSmall,
    fragment_length,
    fragments,
)
from harness.dimse.messages import c_store_rq
from harness.ul.decode import decode_pdu
from harness.ul.pdu import PDV, PDataTF

CT = "1.2.840.10008.5.1.4.1.1.2"
STORE = c_store_rq(1, CT, "1.2.3")
maximum_lengths = st.one_of(st.integers(8, 200), st.sampled_from([0, 4096, 16384, 16383, 131072, 0xFFFFFFFF]))


def cut(command: CommandSet, data: bytes, maximum: int) -> list[PDV]:
    """The PDVs of a message for a peer with this maximum length, each checked in its PDU."""
    size = fragment_length(maximum)
    pieces = list(fragments(3, True, memoryview(encode_command(command)), size))
    pieces += fragments(3, False, memoryview(data), size)
    found: list[PDV] = []
    for header, fragment in pieces:
        body = header[6:] + bytes(fragment)
        assert int.from_bytes(header[2:6], "big") == len(body)
        assert not maximum or len(body) <= maximum
        pdu, deviations = decode_pdu(header[0], body)
        assert deviations == []
        assert isinstance(pdu, PDataTF)
        found += pdu.pdvs
    return found


def check_message(maximum: int, data: bytes) -> None:
    pdvs = cut(STORE, data, maximum)
    commands = [pdv for pdv in pdvs if pdv.is_command]
    assert pdvs[: len(commands)] == commands
    for part in (commands, pdvs[len(commands) :]):
        assert [pdv.is_last for pdv in part] == [False] * (len(part) - 1) + [True]
        assert len({len(pdv.fragment) for pdv in part[:-1]}) <= 1
    assembler = Assembler()
    messages = [message for pdv in pdvs if (message := assembler.feed(pdv)) is not None]
    assert len(messages) == 1
    assert (messages[0].context_id, messages[0].data, messages[0].data_length) == (3, data, len(data))
    assert messages[0].command.affected_sop_instance_uid == "1.2.3"
    assert messages[0].deviations == []
    assert assembler.idle


@pytest.mark.parametrize("maximum", range(8, 201))
def test_every_small_maximum(maximum: int) -> None:
    check_message(maximum, bytes(range(256)) * 2)


@given(maximum_lengths, st.binary(min_size=1, max_size=2000).map(lambda half: half * 2))
def test_any_data_set_under_any_maximum(maximum: int, data: bytes) -> None:
    check_message(maximum, data)


@pytest.mark.parametrize("excess", [-2, 0, 2])
def test_around_the_size_of_one_fragment(excess: int) -> None:
    data = bytes(16384 - 6 + excess)
    pdvs = [pdv for pdv in cut(STORE, data, 16384) if not pdv.is_command]
    assert [len(pdv.fragment) for pdv in pdvs] == ([16378 + excess] if excess <= 0 else [16378, 2])


@pytest.mark.parametrize("maximum", range(1, 8))
def test_no_fragment_fits_below_eight(maximum: int) -> None:
    with pytest.raises(PduTooSmall, match=f"maximum length of {maximum} bytes"):
        fragment_length(maximum)


@pytest.mark.parametrize(
    ("maximum", "length"),
    [
        (8, 2),
        (9, 2),
        (10, 4),
        (16382, 16376),
        (16383, 16376),
        (16384, 16378),
        (0, DEFAULT_FRAGMENT_LENGTH),
        (None, DEFAULT_FRAGMENT_LENGTH),
        (0xFFFFFFFF, 1 << 24),
    ],
)
def test_fragment_lengths_are_even(maximum: int | None, length: int) -> None:
    assert fragment_length(maximum) == length


def test_fragments_are_slices_and_share_a_header() -> None:
    data = bytearray(b"abcdefgh")
    pieces = list(fragments(1, False, memoryview(data), 2))
    data[:2] = b"AB"
    assert bytes(pieces[0][1]) == b"AB"
    assert pieces[0][0] is pieces[1][0] is pieces[2][0]


def test_the_last_bit_can_be_held_back() -> None:
    pieces = list(fragments(1, False, memoryview(b"abcd"), 2, final=False))
    assert [header[11] for header, _ in pieces] == [0, 0]


def test_no_data_is_one_empty_last_fragment() -> None:
    """The standard forbids it (PS3.8 E.1), but nothing else says that an announced data set is empty."""
    assert [(header[11], bytes(data)) for header, data in fragments(1, False, memoryview(b""), 100)] == [(2, b"")]


def test_a_data_set_of_odd_length_shows_in_its_last_fragment_only() -> None:
    pieces = list(fragments(1, False, memoryview(b"abcde"), 2))
    assert [len(data) for _, data in pieces] == [2, 2, 1]


class Sink:
    def __init__(self) -> None:
        self.data = b""

    def write(self, data: bytes | memoryview, /) -> object:
        self.data += bytes(data)
        return None


def test_a_sink_takes_the_data_set() -> None:
    sink = Sink()
    asked: list[tuple[int, str | None]] = []

    def open_sink(context_id: int, command: CommandSet) -> Sink:
        asked.append((context_id, command.affected_sop_instance_uid))
        return sink

    assembler = Assembler(open_sink)
    data = bytes(range(256))
    (message,) = [message for pdv in cut(STORE, data, 30) if (message := assembler.feed(pdv)) is not None]
    assert isinstance(message, Message)
    assert (message.data, message.data_length, sink.data) == (b"", 256, data)
    assert message.sink is sink
    assert asked == [(3, "1.2.3")]


def test_without_a_place_the_data_set_stays_in_memory() -> None:
    assembler = Assembler(lambda _context_id, _command: None)
    (message,) = [message for pdv in cut(STORE, b"abcd", 30) if (message := assembler.feed(pdv)) is not None]
    assert (message.data, message.sink) == (b"abcd", None)
