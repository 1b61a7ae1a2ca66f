"""Fragmentation under any maximum length, putting together again, and exchanges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dimse.command import CommandSet, encode_command
from harness.dimse.exchange import Exchange
from harness.dimse.fragment import Assembler, Message, PduTooSmall, fragment_length, fragments
from harness.dimse.messages import c_echo_rq, c_find_rq, c_store_rq, response_to
from harness.ul.decode import decode_pdu
from harness.ul.pdu import PDV, PDataTF

CT = "1.2.840.10008.5.1.4.1.1.2"


def pdvs(pieces: list[tuple[bytes, memoryview]], maximum: int) -> list[PDV]:
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


@given(
    st.one_of(st.integers(8, 200), st.sampled_from([0, 16384, 131072, 0xFFFFFFFF])),
    st.binary(max_size=3000).map(lambda data: data + b"\0" * (len(data) % 2)),
)
def test_fragments_obey_the_maximum_and_come_together_again(maximum: int, data: bytes) -> None:
    size = fragment_length(maximum)
    command = c_store_rq(1, CT, "1.2.3")
    encoded = encode_command(command)
    pieces = pdvs(list(fragments(3, True, memoryview(encoded), size)), maximum)
    pieces += pdvs(list(fragments(3, False, memoryview(data), size)), maximum)
    assert [piece.is_last for piece in pieces].count(True) == 2
    assembler = Assembler()
    messages = [message for piece in pieces if (message := assembler.feed(piece)) is not None]
    (message,) = messages
    assert message.command.elements | {0: 0} == command.elements | {0: 0}
    assert message.data == data
    assert message.deviations == []
    assert assembler.idle


@pytest.mark.parametrize("maximum", range(1, 8))
def test_no_fragment_fits_below_eight(maximum: int) -> None:
    with pytest.raises(PduTooSmall):
        fragment_length(maximum)


def test_an_odd_maximum_gives_even_fragments() -> None:
    assert fragment_length(16383) == 16376


@settings(max_examples=300)
@given(st.lists(st.builds(PDV, st.integers(0, 5), st.booleans(), st.booleans(), st.binary(max_size=60)), max_size=12))
def test_arbitrary_pdvs_never_raise(sequence: list[PDV]) -> None:
    assembler = Assembler()
    for piece in sequence:
        assembler.feed(piece)


ECHO = encode_command(c_echo_rq(1))
STORE = encode_command(c_store_rq(1, CT, "1.2.3"))


@pytest.mark.parametrize(
    ("sequence", "words"),
    [
        ([PDV(1, True, False, ECHO[:20]), PDV(3, True, True, ECHO[20:])], "goes on on 3"),
        ([PDV(1, False, True, b"ab"), PDV(1, True, True, ECHO)], "without a command"),
        ([PDV(1, True, True, STORE), PDV(1, True, True, ECHO)], "between data set fragments"),
    ],
)
def test_deviations_are_noted_at_the_message(sequence: list[PDV], words: str) -> None:
    assembler = Assembler()
    messages = [message for piece in sequence if (message := assembler.feed(piece)) is not None]
    noted = [deviation for message in messages for deviation in message.deviations] + assembler.deviations
    assert any(words in deviation.text for deviation in noted), noted


def test_a_sink_takes_the_data_set() -> None:
    class Sink:
        def __init__(self) -> None:
            self.data = b""

        def write(self, data: bytes | memoryview, /) -> object:
            self.data += bytes(data)
            return None

    sink = Sink()
    asked: list[str | None] = []

    def open_sink(_context_id: int, command: CommandSet) -> Sink:
        asked.append(command.affected_sop_instance_uid)
        return sink

    assembler = Assembler(open_sink)
    assembler.feed(PDV(1, True, True, STORE))
    assembler.feed(PDV(1, False, False, b"abcd"))
    message = assembler.feed(PDV(1, False, True, b"ef"))
    assert isinstance(message, Message)
    assert (message.data, message.data_length, sink.data) == (b"", 6, b"abcdef")
    assert asked == ["1.2.3"]


def test_exchange_ends_with_the_final_response() -> None:
    request = c_find_rq(5, CT)
    exchange = Exchange(request)
    for status, finished in ((0xFF00, False), (0xFF01, False), (0x0000, True)):
        response = response_to(request, status)
        assert exchange.belongs(response)
        exchange.receive(response)
        assert exchange.finished is finished
    assert exchange.responses == 3
    assert exchange.deviations == []


@pytest.mark.parametrize(
    ("response", "words"),
    [
        (response_to(c_find_rq(6, CT), 0), "names message 6, the request was 5"),
        (response_to(c_echo_rq(5), 0), "is a C-ECHO-RSP, not C-FIND-RSP"),
        (CommandSet({0x0100: 0x8020, 0x0120: 5}), "no Status"),
    ],
)
def test_what_does_not_belong_is_noted(response: CommandSet, words: str) -> None:
    exchange = Exchange(c_find_rq(5, CT))
    exchange.receive(response)
    assert any(words in deviation.text for deviation in exchange.deviations)
    assert exchange.finished
