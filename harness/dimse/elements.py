"""The command elements of PS3.7 Annex E, as data."""

from __future__ import annotations

from enum import IntEnum


class Tag(IntEnum):
    """Tags of group 0000 (PS3.7 E.1)."""

    COMMAND_GROUP_LENGTH = 0x00000000
    AFFECTED_SOP_CLASS_UID = 0x00000002
    REQUESTED_SOP_CLASS_UID = 0x00000003
    COMMAND_FIELD = 0x00000100
    MESSAGE_ID = 0x00000110
    MESSAGE_ID_BEING_RESPONDED_TO = 0x00000120
    MOVE_DESTINATION = 0x00000600
    PRIORITY = 0x00000700
    COMMAND_DATA_SET_TYPE = 0x00000800
    STATUS = 0x00000900
    OFFENDING_ELEMENT = 0x00000901
    ERROR_COMMENT = 0x00000902
    ERROR_ID = 0x00000903
    AFFECTED_SOP_INSTANCE_UID = 0x00001000
    REQUESTED_SOP_INSTANCE_UID = 0x00001001
    EVENT_TYPE_ID = 0x00001002
    ATTRIBUTE_IDENTIFIER_LIST = 0x00001005
    ACTION_TYPE_ID = 0x00001008
    NUMBER_OF_REMAINING_SUBOPERATIONS = 0x00001020
    NUMBER_OF_COMPLETED_SUBOPERATIONS = 0x00001021
    NUMBER_OF_FAILED_SUBOPERATIONS = 0x00001022
    NUMBER_OF_WARNING_SUBOPERATIONS = 0x00001023
    MOVE_ORIGINATOR_AE_TITLE = 0x00001030
    MOVE_ORIGINATOR_MESSAGE_ID = 0x00001031


VR_OF: dict[int, str] = {
    Tag.COMMAND_GROUP_LENGTH: "UL",
    Tag.AFFECTED_SOP_CLASS_UID: "UI",
    Tag.REQUESTED_SOP_CLASS_UID: "UI",
    Tag.COMMAND_FIELD: "US",
    Tag.MESSAGE_ID: "US",
    Tag.MESSAGE_ID_BEING_RESPONDED_TO: "US",
    Tag.MOVE_DESTINATION: "AE",
    Tag.PRIORITY: "US",
    Tag.COMMAND_DATA_SET_TYPE: "US",
    Tag.STATUS: "US",
    Tag.OFFENDING_ELEMENT: "AT",
    Tag.ERROR_COMMENT: "LO",
    Tag.ERROR_ID: "US",
    Tag.AFFECTED_SOP_INSTANCE_UID: "UI",
    Tag.REQUESTED_SOP_INSTANCE_UID: "UI",
    Tag.EVENT_TYPE_ID: "US",
    Tag.ATTRIBUTE_IDENTIFIER_LIST: "AT",
    Tag.ACTION_TYPE_ID: "US",
    Tag.NUMBER_OF_REMAINING_SUBOPERATIONS: "US",
    Tag.NUMBER_OF_COMPLETED_SUBOPERATIONS: "US",
    Tag.NUMBER_OF_FAILED_SUBOPERATIONS: "US",
    Tag.NUMBER_OF_WARNING_SUBOPERATIONS: "US",
    Tag.MOVE_ORIGINATOR_AE_TITLE: "AE",
    Tag.MOVE_ORIGINATOR_MESSAGE_ID: "US",
}


class Command(IntEnum):
    """Command Field values (PS3.7 E.1). A response is its request with the bit 8000H set."""

    C_STORE_RQ = 0x0001
    C_STORE_RSP = 0x8001
    C_GET_RQ = 0x0010
    C_GET_RSP = 0x8010
    C_FIND_RQ = 0x0020
    C_FIND_RSP = 0x8020
    C_MOVE_RQ = 0x0021
    C_MOVE_RSP = 0x8021
    C_ECHO_RQ = 0x0030
    C_ECHO_RSP = 0x8030
    N_EVENT_REPORT_RQ = 0x0100
    N_EVENT_REPORT_RSP = 0x8100
    N_GET_RQ = 0x0110
    N_GET_RSP = 0x8110
    N_SET_RQ = 0x0120
    N_SET_RSP = 0x8120
    N_ACTION_RQ = 0x0130
    N_ACTION_RSP = 0x8130
    N_CREATE_RQ = 0x0140
    N_CREATE_RSP = 0x8140
    N_DELETE_RQ = 0x0150
    N_DELETE_RSP = 0x8150
    C_CANCEL_RQ = 0x0FFF


RESPONSE_BIT = 0x8000
NO_DATA_SET = 0x0101
DATA_SET_FOLLOWS = 0x0001


COMMAND_NAMES: dict[int, str] = {int(command): command.name.replace("_", "-") for command in Command}
"""The standard's name of each command, e.g. `C-STORE-RQ`, by Command Field."""


def command_name(command_field: int | None) -> str:
    """The standard's name of a command, or its number in hexadecimal."""
    if command_field is None:
        return "message without Command Field"
    return COMMAND_NAMES.get(command_field) or f"command {command_field:04X}H"
