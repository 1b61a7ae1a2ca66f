"""Command sets: round trip, exact bytes, deviations, and bytes of any kind never raise."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.dimse import command as command_module
from harness.dimse.command import CommandSet, Value, decode_command, encode_command
from harness.dimse.elements import COMMAND_NAMES, VR_OF, Command, Tag, command_name
from harness.dimse.messages import c_echo_rq, response_to
from tests.support.pdus import titles, uids

STRUCTURE = "PS3.7 6.3.1"
VALUE = "PS3.5 6.2"
DICTIONARY = "PS3.7 E.1"

VALUES: dict[str, st.SearchStrategy[Value]] = {
    "US": st.integers(0, 0xFFFF),
    "UL": st.integers(0, 0xFFFFFFFF),
    "AT": st.lists(st.integers(0, 0xFFFFFFFF), max_size=4).map(tuple),
    "UI": st.one_of(uids, st.just("")),
    "AE": titles.map(str.strip),
    "LO": st.text("ABCDEFGHIJ 0123.", max_size=64).map(str.strip),
}
NEEDED: dict[int, st.SearchStrategy[Value]] = {
    Tag.COMMAND_FIELD: st.sampled_from(sorted(COMMAND_NAMES)),
    Tag.COMMAND_DATA_SET_TYPE: VALUES["US"],
}
OTHERS = sorted(set(VR_OF) - {Tag.COMMAND_GROUP_LENGTH} - set(NEEDED))
elements = st.lists(st.sampled_from(OTHERS), unique=True).flatmap(
    lambda tags: st.fixed_dictionaries(NEEDED | {tag: VALUES[VR_OF[tag]] for tag in tags})
)


@given(elements)
def test_round_trip(given_elements: dict[int, Value]) -> None:
    data = encode_command(CommandSet(given_elements))
    decoded, deviations = decode_command(data)
    assert deviations == []
    assert decoded == CommandSet(given_elements | {Tag.COMMAND_GROUP_LENGTH: len(data) - 12})
    assert encode_command(decoded) == data


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    command, _ = decode_command(data)
    assert isinstance(command.has_data_set, bool)
    assert command.name


@settings(max_examples=300)
@given(elements, st.data())
def test_damaged_commands_never_raise(given_elements: dict[int, Value], data: st.DataObject) -> None:
    encoded = bytearray(encode_command(CommandSet(given_elements)))
    for _ in range(data.draw(st.integers(1, 4))):
        encoded[data.draw(st.integers(0, len(encoded) - 1))] = data.draw(st.integers(0, 255))
    command, _ = decode_command(bytes(encoded[: data.draw(st.integers(0, len(encoded)))]))
    assert (command.status, command.message_id, command.affected_sop_class_uid) is not None
    encode_command(command)


@settings(max_examples=300)
@given(elements, st.data())
def test_what_is_laid_out_like_another_is_read_as_if_it_were_the_first(
    given_elements: dict[int, Value], data: st.DataObject
) -> None:
    encoded = bytearray(encode_command(CommandSet(given_elements)))
    at = st.integers(0, len(encoded) - 1)
    for _ in range(data.draw(st.integers(0, 3))):
        encoded[data.draw(at)] = data.draw(st.integers(0, 255))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(command_module, "_layouts", {})
        alone = decode_command(bytes(encoded))
        patch.setattr(command_module, "_layouts", {})
        decode_command(encode_command(CommandSet(given_elements)))
        assert command_module._layouts
        assert decode_command(bytes(encoded)) == alone


@pytest.mark.parametrize(
    ("uid", "field", "text"),
    [
        (b"x.2.3\0", 1, "command element (0000,0002) is no valid UID"),
        (b"1.2.3\0", 7, "the Command Field 0007H is not defined"),
    ],
)
def test_a_wrong_value_is_seen_in_the_usual_layout(uid: bytes, field: int, text: str) -> None:
    usual, wrong = (
        command_bytes(element(0x0002, named), element(0x0100, bytes((number, 0))), element(0x0110, bytes(2)))
        for named, number in ((b"1.2.3\0", 1), (uid, field))
    )
    assert decode_command(usual)[1] == []
    assert [deviation.text for deviation in decode_command(wrong)[1]] == [text]


def test_the_bytes_of_an_echo() -> None:
    assert encode_command(c_echo_rq(7)) == bytes.fromhex(
        "0000 0000 04000000 38000000"
        "0000 0200 12000000 312e322e3834302e31303030382e312e3100"
        "0000 0001 02000000 3000"
        "0000 1001 02000000 0700"
        "0000 0008 02000000 0101"
    )
    assert encode_command(response_to(c_echo_rq(258), 0x0211)) == bytes.fromhex(
        "0000 0000 04000000 42000000"
        "0000 0200 12000000 312e322e3834302e31303030382e312e3100"
        "0000 0001 02000000 3080"
        "0000 2001 02000000 0201"
        "0000 0008 02000000 0101"
        "0000 0009 02000000 1102"
    )


def test_the_bytes_of_every_vr() -> None:
    command = CommandSet(
        {
            Tag.ERROR_COMMENT: "odd",
            Tag.MOVE_DESTINATION: "EVEN",
            Tag.AFFECTED_SOP_INSTANCE_UID: "1.2.34",
            Tag.REQUESTED_SOP_INSTANCE_UID: "1.2.3",
            Tag.OFFENDING_ELEMENT: (0x00100020, 0x7FE00010),
            Tag.ERROR_ID: 0xABCD,
        }
    )
    data = encode_command(command)
    assert data[12:] == (
        element(0x0600, b"EVEN")
        + element(0x0901, bytes.fromhex("10002000e07f1000"))
        + element(0x0902, b"odd ")
        + element(0x0903, b"\xcd\xab")
        + element(0x1000, b"1.2.34")
        + element(0x1001, b"1.2.3\0")
    )


def element(tag: int, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value) if length is None else length) + value


ECHO = element(0x0100, b"\x30\0")
NO_DATA = element(0x0800, b"\1\1")


def command_bytes(*parts: bytes, data_set_type: bytes = NO_DATA) -> bytes:
    body = b"".join(parts) + data_set_type
    return element(0, struct.pack("<I", len(body))) + body


@pytest.mark.parametrize(
    ("data", "clause", "text"),
    [
        (
            command_bytes(ECHO, ECHO),
            STRUCTURE,
            "command element (0000,0100) occurs more than once",
        ),
        (
            command_bytes(ECHO, element(0x0110, b"\1\0"), ECHO),
            STRUCTURE,
            "command element (0000,0100) occurs more than once",
        ),
        (
            command_bytes(element(0x0110, b"\1\0"), ECHO),
            STRUCTURE,
            "command element (0000,0100) is out of order",
        ),
        (
            command_bytes(ECHO, data_set_type=NO_DATA) + element(0x00080018, b"1\0"),
            STRUCTURE,
            "command element (0008,0018) does not belong into a command set",
        ),
        (command_bytes(element(0x0002, b"1.2"), ECHO), STRUCTURE, "command element (0000,0002) has an odd length"),
        (
            command_bytes(ECHO, data_set_type=NO_DATA + element(0x0902, b"ab", length=60000)),
            STRUCTURE,
            "command element (0000,0902) reaches beyond the command set",
        ),
        (
            command_bytes(ECHO, data_set_type=NO_DATA + b"\0\0\0\1\2"),
            STRUCTURE,
            "a command element is cut before its header ends",
        ),
        (
            command_bytes(ECHO, element(0x0110, bytes(4))),
            VALUE,
            "command element (0000,0110) has 4 bytes, not the 2 of the VR US",
        ),
        (
            command_bytes(ECHO, data_set_type=NO_DATA + element(0x0901, bytes(6))),
            VALUE,
            "command element (0000,0901) has 6 bytes, no multiple of the 4 of the VR AT",
        ),
        (
            command_bytes(element(0x0002, b"1.2.3 "), ECHO),
            VALUE,
            "command element (0000,0002) is padded, which it must not be",
        ),
        (command_bytes(element(0x0002, b"x.y.z\0"), ECHO), VALUE, "command element (0000,0002) is no valid UID"),
        (
            command_bytes(ECHO, element(0x0600, b"A" * 18)),
            VALUE,
            "command element (0000,0600) has 18 bytes, more than the 16 of the VR AE",
        ),
        (command_bytes(ECHO, element(0x0600, b"  ")), VALUE, "command element (0000,0600) is empty"),
        (
            command_bytes(ECHO, element(0x0600, b"TITLE\0")),
            VALUE,
            "command element (0000,0600) has bytes that are no characters of the ISO 646 basic G0 set",
        ),
        (
            command_bytes(ECHO, data_set_type=NO_DATA + element(0x0902, b"x" * 66)),
            VALUE,
            "command element (0000,0902) has 66 bytes, more than the 64 of the VR LO",
        ),
        (ECHO + NO_DATA, DICTIONARY, "the command set has no Command Group Length (0000,0000)"),
        (
            element(0, struct.pack("<I", 99)) + ECHO + NO_DATA,
            DICTIONARY,
            "Command Group Length is 99, and 20 bytes follow it",
        ),
        (command_bytes(), DICTIONARY, "the command set has no Command Field (0000,0100)"),
        (command_bytes(element(0x0100, b"\x34\x12")), DICTIONARY, "the Command Field 1234H is not defined"),
        (
            command_bytes(ECHO, data_set_type=b""),
            DICTIONARY,
            "the command set has no Command Data Set Type (0000,0800)",
        ),
    ],
)
def test_deviations(data: bytes, clause: str, text: str) -> None:
    _, deviations = decode_command(data)
    assert [(deviation.clause, deviation.text) for deviation in deviations] == [(clause, text)]


@pytest.mark.parametrize(
    "data",
    [
        command_bytes(ECHO),
        command_bytes(element(0x0001, bytes(4)), element(0x0002, b"1.2.3\0"), ECHO, element(0x0600, b" TITLE  ")),
        command_bytes(element(0x0002, b""), ECHO, data_set_type=NO_DATA + element(0x0901, b"")),
        command_bytes(ECHO, element(0x0600, b"A" * 16), data_set_type=NO_DATA + element(0x0902, b"x" * 64)),
        command_bytes(ECHO, data_set_type=element(0x0800, b"\2\1") + element(0x7777, b"private ")),
    ],
)
def test_what_is_only_unusual_is_not_accused(data: bytes) -> None:
    assert decode_command(data)[1] == []


def test_the_first_of_two_elements_counts() -> None:
    command, _ = decode_command(command_bytes(element(0x0110, b"\1\0"), element(0x0110, b"\2\0"), ECHO))
    assert command.message_id == 1


def test_a_value_of_the_wrong_size_is_no_number() -> None:
    command, _ = decode_command(command_bytes(element(0x0100, bytes(4)), data_set_type=element(0x0800, b"")))
    assert command.command_field is None
    assert command.name == "message without Command Field"
    assert not command.has_data_set
    assert not command.is_response
    assert not command.is_cancel


def test_wrong_commands_can_be_sent() -> None:
    data = encode_command(CommandSet({Tag.COMMAND_GROUP_LENGTH: 9999, Tag.COMMAND_FIELD: b"odd", 0x00080018: "x"}))
    assert data == element(0, struct.pack("<I", 9999)) + element(0x0100, b"odd") + element(0x00080018, b"x ")
    with pytest.raises(struct.error):
        encode_command(CommandSet({Tag.STATUS: 0x10000}))


@pytest.mark.parametrize("data_set_type", [0x0000, 0x0001, 0x0100, 0x0102, 0xFFFF])
def test_any_type_but_0101_announces_a_data_set(data_set_type: int) -> None:
    assert CommandSet({Tag.COMMAND_DATA_SET_TYPE: data_set_type}).has_data_set
    assert not CommandSet({Tag.COMMAND_DATA_SET_TYPE: 0x0101}).has_data_set


def test_names() -> None:
    assert command_name(Command.N_EVENT_REPORT_RSP) == "N-EVENT-REPORT-RSP"
    assert command_name(0x0FFF) == "C-CANCEL-RQ"
    assert command_name(0x1234) == "command 1234H"
    assert repr(c_echo_rq(1)).startswith("<C-ECHO-RQ")
    assert c_echo_rq(1) != "C-ECHO-RQ"
