"""Every message against pynetdicom's DIMSE classes, in both directions."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from pydicom.tag import BaseTag
from pynetdicom import dimse_messages, dimse_primitives

from harness.dimse import messages as m
from harness.dimse.command import CommandSet, Value, decode_command, encode_command
from harness.dimse.elements import Command, Tag

CT = "1.2.840.10008.5.1.4.1.1.2"
UID = "1.2.3.4.5"

Fields = dict[str, Any]
CLASS: Fields = {"AffectedSOPClassUID": CT}
REQUESTED: Fields = {"RequestedSOPClassUID": CT, "RequestedSOPInstanceUID": UID}
INSTANCE: Fields = CLASS | {"AffectedSOPInstanceUID": UID}
FOUR: Fields = {
    "NumberOfRemainingSuboperations": 1,
    "NumberOfCompletedSuboperations": 2,
    "NumberOfFailedSuboperations": 3,
    "NumberOfWarningSuboperations": 4,
}
FOUR_OF_OURS: dict[int, Value] = {
    Tag.NUMBER_OF_REMAINING_SUBOPERATIONS: 1,
    Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: 2,
    Tag.NUMBER_OF_FAILED_SUBOPERATIONS: 3,
    Tag.NUMBER_OF_WARNING_SUBOPERATIONS: 4,
}

REQUESTS: list[tuple[CommandSet, str, Fields]] = [
    (m.c_echo_rq(7), "C_ECHO", {"AffectedSOPClassUID": m.VERIFICATION_SOP_CLASS}),
    (m.c_store_rq(7, CT, UID), "C_STORE", INSTANCE | {"Priority": 0, "DataSet": True}),
    (
        m.c_store_rq(7, CT, UID, m.Priority.HIGH, move_originator=("MOVER", 9)),
        "C_STORE",
        INSTANCE
        | {
            "Priority": 1,
            "DataSet": True,
            "MoveOriginatorApplicationEntityTitle": "MOVER",
            "MoveOriginatorMessageID": 9,
        },
    ),
    (m.c_find_rq(7, CT), "C_FIND", CLASS | {"Priority": 0, "Identifier": True}),
    (m.c_get_rq(7, CT, m.Priority.LOW), "C_GET", CLASS | {"Priority": 2, "Identifier": True}),
    (
        m.c_move_rq(7, CT, "DESTINATION"),
        "C_MOVE",
        CLASS | {"Priority": 0, "MoveDestination": "DESTINATION", "Identifier": True},
    ),
    (
        m.n_event_report_rq(7, CT, UID, 2),
        "N_EVENT_REPORT",
        INSTANCE | {"EventTypeID": 2, "EventInformation": True},
    ),
    (m.n_event_report_rq(7, CT, UID, 2, data_set=False), "N_EVENT_REPORT", INSTANCE | {"EventTypeID": 2}),
    (m.n_get_rq(7, CT, UID), "N_GET", REQUESTED),
    (
        m.n_get_rq(7, CT, UID, (0x00100010, 0x00100020)),
        "N_GET",
        REQUESTED | {"AttributeIdentifierList": [BaseTag(0x00100010), BaseTag(0x00100020)]},
    ),
    (m.n_set_rq(7, CT, UID), "N_SET", REQUESTED | {"ModificationList": True}),
    (m.n_action_rq(7, CT, UID, 1), "N_ACTION", REQUESTED | {"ActionTypeID": 1, "ActionInformation": True}),
    (m.n_action_rq(7, CT, UID, 1, data_set=False), "N_ACTION", REQUESTED | {"ActionTypeID": 1}),
    (m.n_create_rq(7, CT, UID), "N_CREATE", INSTANCE | {"AttributeList": True}),
    (m.n_create_rq(7, CT, data_set=False), "N_CREATE", CLASS),
    (m.n_delete_rq(7, CT, UID), "N_DELETE", REQUESTED),
]

RESPONSES: list[tuple[CommandSet, str, Fields]] = [
    (
        m.response_to(m.c_echo_rq(7), 0),
        "C_ECHO",
        {"AffectedSOPClassUID": m.VERIFICATION_SOP_CLASS, "Status": 0},
    ),
    (m.response_to(m.c_store_rq(7, CT, UID), 0xB000), "C_STORE", INSTANCE | {"Status": 0xB000}),
    (
        m.response_to(
            m.c_store_rq(7, CT, UID),
            0xA900,
            more={Tag.ERROR_COMMENT: "no such class", Tag.OFFENDING_ELEMENT: (0x00080016,)},
        ),
        "C_STORE",
        INSTANCE | {"Status": 0xA900, "ErrorComment": "no such class", "OffendingElement": [BaseTag(0x00080016)]},
    ),
    (
        m.response_to(m.c_find_rq(7, CT), 0xFF00, data_set=True),
        "C_FIND",
        CLASS | {"Status": 0xFF00, "Identifier": True},
    ),
    (m.response_to(m.c_get_rq(7, CT), 0xFF00, more=FOUR_OF_OURS), "C_GET", CLASS | FOUR | {"Status": 0xFF00}),
    (m.response_to(m.c_move_rq(7, CT, "X"), 0xFE00, more=FOUR_OF_OURS), "C_MOVE", CLASS | FOUR | {"Status": 0xFE00}),
    (
        m.response_to(m.n_event_report_rq(7, CT, UID, 2), 0, more={Tag.EVENT_TYPE_ID: 2}),
        "N_EVENT_REPORT",
        INSTANCE | {"Status": 0, "EventTypeID": 2},
    ),
    (
        m.response_to(m.n_get_rq(7, CT, UID), 0, data_set=True),
        "N_GET",
        INSTANCE | {"Status": 0, "AttributeList": True},
    ),
    (
        m.response_to(m.n_set_rq(7, CT, UID), 0, data_set=True),
        "N_SET",
        INSTANCE | {"Status": 0, "AttributeList": True},
    ),
    (
        m.response_to(m.n_action_rq(7, CT, UID, 1), 0, data_set=True, more={Tag.ACTION_TYPE_ID: 1}),
        "N_ACTION",
        INSTANCE | {"Status": 0, "ActionTypeID": 1, "ActionReply": True},
    ),
    (m.response_to(m.n_create_rq(7, CT, UID), 0x0111), "N_CREATE", INSTANCE | {"Status": 0x0111}),
    (m.response_to(m.n_delete_rq(7, CT, UID), 0x0112), "N_DELETE", INSTANCE | {"Status": 0x0112}),
]

DATA_SETS = {
    "DataSet",
    "Identifier",
    "EventInformation",
    "AttributeList",
    "ModificationList",
    "ActionInformation",
    "ActionReply",
}


def their_command(kind: str, name: str, fields: Fields) -> bytes:
    """The command set of a message that pynetdicom makes."""
    primitive = getattr(dimse_primitives, kind)()
    for keyword, value in fields.items():
        setattr(primitive, keyword, BytesIO(b"\0\0") if keyword in DATA_SETS else value)
    message = getattr(dimse_messages, name)()
    message.primitive_to_message(primitive)
    (first, *_) = message.encode_msg(1, 65536)
    data: bytes = first.presentation_data_value_list[0][1][1:]
    return data


def check_both_ways(ours: CommandSet, theirs: bytes) -> None:
    decoded, deviations = decode_command(theirs)
    assert deviations == []
    assert decoded.elements.pop(Tag.COMMAND_GROUP_LENGTH) == len(theirs) - 12
    assert decoded == ours
    assert encode_command(ours) == theirs


@pytest.mark.parametrize(("ours", "kind", "fields"), REQUESTS)
def test_requests_are_the_bytes_of_pynetdicom(ours: CommandSet, kind: str, fields: Fields) -> None:
    check_both_ways(ours, their_command(kind, f"{kind}_RQ", fields | {"MessageID": 7}))
    assert ours.command_field == int(Command[f"{kind}_RQ"])
    assert ours.message_id == 7
    assert not ours.is_response
    assert ours.has_data_set is bool(DATA_SETS & fields.keys())


@pytest.mark.parametrize(("ours", "kind", "fields"), RESPONSES)
def test_responses_are_the_bytes_of_pynetdicom(ours: CommandSet, kind: str, fields: Fields) -> None:
    check_both_ways(ours, their_command(kind, f"{kind}_RSP", fields | {"MessageIDBeingRespondedTo": 7}))
    assert ours.is_response
    assert ours.message_id_being_responded_to == 7


def test_a_cancel_is_the_bytes_of_pynetdicom() -> None:
    ours = m.c_cancel_rq(7)
    check_both_ways(ours, their_command("C_CANCEL", "C_CANCEL_RQ", {"MessageIDBeingRespondedTo": 7}))
    assert ours.is_cancel
    assert not ours.is_response


def test_every_command_of_the_standard_is_tested() -> None:
    tested = {command.command_field for command, _, _ in REQUESTS + RESPONSES} | {Command.C_CANCEL_RQ}
    assert tested == {int(command) for command in Command}


def test_more_overrides() -> None:
    response = m.response_to(m.c_echo_rq(7), 0, more={Tag.MESSAGE_ID_BEING_RESPONDED_TO: 8, Tag.STATUS: 1})
    assert (response.message_id_being_responded_to, response.status) == (8, 1)


def test_a_response_repeats_only_what_is_there() -> None:
    response = m.response_to(CommandSet({Tag.COMMAND_FIELD: 0x30}), 0)
    assert response.message_id_being_responded_to == 0
    assert set(response.elements) == {
        Tag.COMMAND_FIELD,
        Tag.MESSAGE_ID_BEING_RESPONDED_TO,
        Tag.COMMAND_DATA_SET_TYPE,
        Tag.STATUS,
    }
