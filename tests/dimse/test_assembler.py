"""Fragments in the wrong order, of the wrong kind or context: noted at a message, and no message spoils the next."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dimse.command import encode_command
from harness.dimse.elements import Tag
from harness.dimse.fragment import Assembler, Message
from harness.dimse.messages import c_echo_rq, c_find_rq, c_store_rq
from harness.ul.pdu import PDV

CT = "1.2.840.10008.5.1.4.1.1.2"
ECHO = encode_command(c_echo_rq(1))
STORE = encode_command(c_store_rq(2, CT, "1.2.3"))
FIND = encode_command(c_find_rq(3, CT))


def command(data: bytes, context_id: int = 1, *, last: bool = True) -> PDV:
    return PDV(context_id, True, last, data)


def data(fragment: bytes, context_id: int = 1, *, last: bool = True) -> PDV:
    return PDV(context_id, False, last, fragment)


def fed(assembler: Assembler, *pdvs: PDV) -> list[Message]:
    return [message for pdv in pdvs if (message := assembler.feed(pdv)) is not None]


def texts(message: Message) -> list[str]:
    assert all(deviation.clause == "PS3.8 E.1" for deviation in message.deviations)
    return [deviation.text for deviation in message.deviations]


def assert_unspoilt(assembler: Assembler) -> None:
    """Whatever came before, a good message is as good as ever."""
    (message,) = fed(
        assembler, command(FIND[:10], last=False), command(FIND[10:]), data(b"ab", last=False), data(b"cd")
    )
    assert (message.command.name, message.data, texts(message)) == ("C-FIND-RQ", b"abcd", [])
    assert assembler.idle


def test_messages_one_after_the_other() -> None:
    assembler = Assembler()
    assert assembler.idle
    messages = fed(assembler, command(ECHO), command(STORE), data(b"ab"), command(ECHO, 3))
    assert [(message.command.name, message.context_id, message.data) for message in messages] == [
        ("C-ECHO-RQ", 1, None),
        ("C-STORE-RQ", 1, b"ab"),
        ("C-ECHO-RQ", 3, None),
    ]
    assert [texts(message) for message in messages] == [[], [], []]
    assert_unspoilt(assembler)


def test_not_idle_in_the_middle() -> None:
    assembler = Assembler()
    for pdv in (command(STORE[:4], last=False), command(STORE[4:]), data(b"ab", last=False)):
        assembler.feed(pdv)
        assert not assembler.idle
    assert assembler.feed(data(b"")) is not None
    assert assembler.idle


def test_an_empty_last_fragment_ends_a_message() -> None:
    assembler = Assembler()
    (message,) = fed(assembler, command(STORE, last=False), command(b""), data(b"ab", last=False), data(b""))
    assert (message.data, texts(message)) == (b"ab", [])


def test_a_message_that_changes_its_context() -> None:
    assembler = Assembler()
    (message,) = fed(assembler, command(ECHO[:20], 1, last=False), command(ECHO[20:], 3))
    assert texts(message) == ["a message began on presentation context 1 and goes on on 3"]
    assert_unspoilt(assembler)


@pytest.mark.parametrize("last", [True, False])
def test_data_that_no_command_announced(last: bool) -> None:
    assembler = Assembler()
    messages = fed(assembler, data(b"ab", last=last), command(ECHO))
    assert [texts(message) for message in messages] == [
        ["a data set fragment came without a command that announces it"]
    ]
    assert_unspoilt(assembler)


def test_data_after_a_command_without_data_set() -> None:
    assembler = Assembler()
    assert [texts(message) for message in fed(assembler, command(ECHO), data(b"ab"))] == [[]]
    assert [deviation.text for deviation in assembler.deviations] == [
        "a data set fragment came without a command that announces it"
    ]
    assembler.deviations.clear()
    assert_unspoilt(assembler)


def test_data_in_the_middle_of_a_command() -> None:
    assembler = Assembler()
    (message,) = fed(assembler, command(ECHO[:20], last=False), data(b"ab"), command(ECHO[20:]))
    assert message.command.name == "C-ECHO-RQ"
    assert texts(message) == ["a data set fragment came without a command that announces it"]
    assert_unspoilt(assembler)


def test_a_message_without_data_set_in_the_middle_of_another() -> None:
    assembler = Assembler()
    (echo,) = fed(assembler, command(STORE), data(b"ab", last=False), command(ECHO))
    assert not assembler.idle
    (store,) = fed(assembler, data(b"cd"))
    assert echo.command.name == "C-ECHO-RQ"
    assert texts(echo) == ["a command fragment came before the last fragment of a data set"]
    assert (store.command.name, store.data, texts(store)) == ("C-STORE-RQ", b"abcd", [])
    assert_unspoilt(assembler)


def test_a_command_in_pieces_between_the_fragments_of_a_data_set() -> None:
    assembler = Assembler()
    pieces = (command(STORE), command(ECHO[:20], last=False), data(b"ab"), command(ECHO[20:]))
    (store,) = fed(assembler, *pieces[:3])
    assert not assembler.idle
    (echo,) = fed(assembler, *pieces[3:])
    assert (store.command.name, store.data) == ("C-STORE-RQ", b"ab")
    assert texts(store) == [
        "a command fragment came before the last fragment of a data set",
        "a data set fragment came before the last fragment of a command",
    ]
    assert (echo.command.name, texts(echo)) == ("C-ECHO-RQ", [])
    assert_unspoilt(assembler)


def test_a_second_data_set_takes_the_place_of_an_unfinished_one() -> None:
    assembler = Assembler()
    (find,) = fed(assembler, command(STORE), data(b"never ends", last=False), command(FIND), data(b"ab"))
    assert (find.command.name, find.data, find.data_length) == ("C-FIND-RQ", b"ab", 2)
    assert texts(find) == ["a command fragment came before the last fragment of a data set"]
    assert_unspoilt(assembler)


def test_a_command_that_is_none() -> None:
    assembler = Assembler()
    (message,) = fed(assembler, command(b"garbage"))
    assert message.command.name == "message without Command Field"
    assert message.deviations
    assert_unspoilt(assembler)


def test_stray_fragments_do_not_fill_the_memory() -> None:
    assembler = Assembler()
    assert fed(assembler, *[data(b"ab")] * 1000) == []
    assert len(assembler.deviations) == 100
    (message,) = fed(assembler, command(ECHO))
    assert len(message.deviations) == 100
    assert_unspoilt(assembler)


pieces = st.one_of(
    st.builds(PDV, st.integers(0, 5), st.booleans(), st.booleans(), st.binary(max_size=60)),
    st.builds(PDV, st.integers(0, 2), st.just(True), st.booleans(), st.sampled_from([ECHO, STORE, FIND])),
)


@settings(max_examples=300)
@given(st.lists(pieces, max_size=12))
def test_arbitrary_pdvs_never_raise_and_no_data_is_mixed_up(sequence: list[PDV]) -> None:
    assembler = Assembler()
    for message in fed(assembler, *sequence):
        assert (message.data is None) is not message.command.has_data_set
        assert message.data is None or len(message.data) == message.data_length


def test_who_changes_a_command_changes_it_for_nobody_else() -> None:
    """What is known of the bytes of a command is shared; the command is not."""
    data = encode_command(c_echo_rq(7))
    for _ in range(2):
        message = Assembler().feed(PDV(1, True, True, data))
        assert message is not None
        assert message.command.message_id == 7
        message.command.elements[Tag.MESSAGE_ID] = 8
