"""Command sets: properties, deviations, and every message against pynetdicom's."""

from __future__ import annotations

import struct
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pynetdicom import dimse_messages
from pynetdicom.dsutils import decode as their_decode
from pynetdicom.dsutils import encode as their_encode

from harness.dimse import messages as m
from harness.dimse.command import CommandSet, Value, decode_command, encode_command
from harness.dimse.elements import VR_OF, Command, Tag

CT = "1.2.840.10008.5.1.4.1.1.2"
UID = "1.2.3.4.5"


def _values(vr: str) -> st.SearchStrategy[Value]:
    if vr == "US":
        return st.integers(0, 0xFFFF)
    if vr == "UL":
        return st.integers(0, 0xFFFFFFFF)
    if vr == "AT":
        return st.lists(st.integers(0, 0xFFFFFFFF), min_size=1, max_size=4).map(tuple)
    letters = "0123456789" if vr == "UI" else "ABCDEFGHIJ"
    return st.text(letters, max_size=16)


elements = st.lists(st.sampled_from(sorted(set(VR_OF) - {Tag.COMMAND_GROUP_LENGTH})), unique=True, min_size=1).flatmap(
    lambda tags: st.fixed_dictionaries({tag: _values(VR_OF[tag]) for tag in tags})
)


@given(elements)
def test_round_trip(given_elements: dict[int, Value]) -> None:
    data = encode_command(CommandSet(given_elements))
    decoded, deviations = decode_command(data)
    assert deviations == []
    stated = decoded.elements.pop(Tag.COMMAND_GROUP_LENGTH)
    assert stated == len(data) - 12
    assert decoded.elements == given_elements


@settings(max_examples=500)
@given(st.binary(max_size=200))
def test_arbitrary_bytes_never_raise(data: bytes) -> None:
    command, _ = decode_command(data)
    assert isinstance(command.has_data_set, bool)
    assert command.name


def element(tag: int, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HHI", tag >> 16, tag & 0xFFFF, len(value) if length is None else length) + value


GROUP_LENGTH_10 = element(0, struct.pack("<I", 10))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (element(0x0100, b"\x30\0"), "no Command Group Length"),
        (GROUP_LENGTH_10 + element(0x0100, b"\x30\0") * 2, "more than once"),
        (GROUP_LENGTH_10 + element(0x0110, b"\1\0") + element(0x0100, b"\x30\0"), "out of order"),
        (element(0, struct.pack("<I", 99)) + element(0x0100, b"\x30\0"), "is 99, and 10 bytes follow"),
        (GROUP_LENGTH_10 + element(0x00080018, b"1\0"), "does not belong into a command set"),
        (GROUP_LENGTH_10 + element(0x0002, b"1.2"), "odd length"),
        (GROUP_LENGTH_10 + element(0x0100, b"\x30\0", length=60000), "reaches beyond"),
        (GROUP_LENGTH_10 + b"\0\0\0", "cut before its header"),
    ],
)
def test_deviations(data: bytes, words: str) -> None:
    _, deviations = decode_command(data)
    assert any(words in deviation.text for deviation in deviations), deviations
    assert all(deviation.clause.startswith("PS3.7") for deviation in deviations)


def test_a_wrong_group_length_can_be_sent() -> None:
    data = encode_command(CommandSet({Tag.COMMAND_GROUP_LENGTH: 9999, Tag.COMMAND_FIELD: 0x30}))
    assert data[8:12] == struct.pack("<I", 9999)


REQUESTS = [
    (m.c_echo_rq(7), "C_ECHO_RQ"),
    (m.c_store_rq(7, CT, UID, move_originator=("MOVER", 9)), "C_STORE_RQ"),
    (m.c_find_rq(7, CT), "C_FIND_RQ"),
    (m.c_get_rq(7, CT, m.Priority.HIGH), "C_GET_RQ"),
    (m.c_move_rq(7, CT, "DESTINATION", m.Priority.LOW), "C_MOVE_RQ"),
    (m.c_cancel_rq(7), "C_CANCEL_RQ"),
    (m.n_event_report_rq(7, CT, UID, 2), "N_EVENT_REPORT_RQ"),
    (m.n_get_rq(7, CT, UID, (0x00100010, 0x00100020)), "N_GET_RQ"),
    (m.n_set_rq(7, CT, UID), "N_SET_RQ"),
    (m.n_action_rq(7, CT, UID, 1), "N_ACTION_RQ"),
    (m.n_create_rq(7, CT, UID), "N_CREATE_RQ"),
    (m.n_delete_rq(7, CT, UID), "N_DELETE_RQ"),
]


@pytest.mark.parametrize(("command", "name"), REQUESTS)
def test_every_request_is_what_pynetdicom_says(command: CommandSet, name: str) -> None:
    data = encode_command(command)
    theirs: Dataset = their_decode(__import__("io").BytesIO(data), True, True)
    assert theirs.CommandField == int(Command[name])
    assert theirs.CommandGroupLength == len(data) - 12
    template: Any = getattr(dimse_messages, name)()
    allowed = set(template.command_set.keys())
    assert {int(element.tag) for element in theirs} <= {int(tag) for tag in allowed}
    assert their_encode(theirs, True, True) == data


@pytest.mark.parametrize(("command", "name"), [pair for pair in REQUESTS if pair[1] != "C_CANCEL_RQ"])
def test_every_response_belongs_to_its_request(command: CommandSet, name: str) -> None:
    response = m.response_to(command, 0x0110)
    assert response.command_field == int(Command[name.replace("_RQ", "_RSP")])
    assert response.message_id_being_responded_to == 7
    assert response.is_response
    assert not response.has_data_set
    assert response.status == 0x0110
    assert response.affected_sop_class_uid == (CT if name != "C_ECHO_RQ" else m.VERIFICATION_SOP_CLASS)


def test_requests_without_instance_or_data() -> None:
    assert Tag.AFFECTED_SOP_INSTANCE_UID not in m.n_create_rq(1, CT).elements
    assert not m.n_action_rq(1, CT, UID, 1, data_set=False).has_data_set
    assert not m.n_event_report_rq(1, CT, UID, 1, data_set=False).has_data_set
