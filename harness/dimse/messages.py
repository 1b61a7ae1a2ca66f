"""Well-formed command sets of all DIMSE services (PS3.7 9.3, 10.3)."""

from __future__ import annotations

from enum import IntEnum

from harness.dimse.command import CommandSet, Value
from harness.dimse.elements import DATA_SET_FOLLOWS, NO_DATA_SET, RESPONSE_BIT, Command, Tag


class Priority(IntEnum):
    """Priority (0000,0700) (PS3.7 E.1)."""

    MEDIUM = 0
    HIGH = 1
    LOW = 2


VERIFICATION_SOP_CLASS = "1.2.840.10008.1.1"


def _request(command: Command, message_id: int, data_set: bool, more: dict[int, Value | None]) -> CommandSet:
    elements: dict[int, Value] = {
        Tag.COMMAND_FIELD: int(command),
        Tag.MESSAGE_ID: message_id,
        Tag.COMMAND_DATA_SET_TYPE: DATA_SET_FOLLOWS if data_set else NO_DATA_SET,
    }
    elements.update({tag: value for tag, value in more.items() if value is not None})
    return CommandSet(elements)


def c_echo_rq(message_id: int, sop_class_uid: str = VERIFICATION_SOP_CLASS) -> CommandSet:
    """C-ECHO-RQ (PS3.7 9.3.5.1)."""
    return _request(Command.C_ECHO_RQ, message_id, False, {Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid})


def c_store_rq(
    message_id: int,
    sop_class_uid: str,
    sop_instance_uid: str,
    priority: Priority = Priority.MEDIUM,
    move_originator: tuple[str, int] | None = None,
) -> CommandSet:
    """C-STORE-RQ (PS3.7 9.3.1.1); `move_originator` is the AE title and message id of the C-MOVE it belongs to."""
    more: dict[int, Value | None] = {
        Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid,
        Tag.AFFECTED_SOP_INSTANCE_UID: sop_instance_uid,
        Tag.PRIORITY: int(priority),
    }
    if move_originator is not None:
        more[Tag.MOVE_ORIGINATOR_AE_TITLE], more[Tag.MOVE_ORIGINATOR_MESSAGE_ID] = move_originator
    return _request(Command.C_STORE_RQ, message_id, True, more)


def c_find_rq(message_id: int, sop_class_uid: str, priority: Priority = Priority.MEDIUM) -> CommandSet:
    """C-FIND-RQ (PS3.7 9.3.2.1)."""
    more: dict[int, Value | None] = {Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid, Tag.PRIORITY: int(priority)}
    return _request(Command.C_FIND_RQ, message_id, True, more)


def c_get_rq(message_id: int, sop_class_uid: str, priority: Priority = Priority.MEDIUM) -> CommandSet:
    """C-GET-RQ (PS3.7 9.3.3.1)."""
    more: dict[int, Value | None] = {Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid, Tag.PRIORITY: int(priority)}
    return _request(Command.C_GET_RQ, message_id, True, more)


def c_move_rq(
    message_id: int, sop_class_uid: str, move_destination: str, priority: Priority = Priority.MEDIUM
) -> CommandSet:
    """C-MOVE-RQ (PS3.7 9.3.4.1)."""
    more: dict[int, Value | None] = {
        Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid,
        Tag.PRIORITY: int(priority),
        Tag.MOVE_DESTINATION: move_destination,
    }
    return _request(Command.C_MOVE_RQ, message_id, True, more)


def c_cancel_rq(message_id_being_responded_to: int) -> CommandSet:
    """C-CANCEL-RQ for a find, get or move (PS3.7 9.3.2.3); it has no Message ID of its own and no response."""
    return CommandSet(
        {
            Tag.COMMAND_FIELD: int(Command.C_CANCEL_RQ),
            Tag.MESSAGE_ID_BEING_RESPONDED_TO: message_id_being_responded_to,
            Tag.COMMAND_DATA_SET_TYPE: NO_DATA_SET,
        }
    )


def n_event_report_rq(
    message_id: int, sop_class_uid: str, sop_instance_uid: str, event_type_id: int, data_set: bool = True
) -> CommandSet:
    """N-EVENT-REPORT-RQ (PS3.7 10.3.1.1)."""
    more: dict[int, Value | None] = {
        Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid,
        Tag.AFFECTED_SOP_INSTANCE_UID: sop_instance_uid,
        Tag.EVENT_TYPE_ID: event_type_id,
    }
    return _request(Command.N_EVENT_REPORT_RQ, message_id, data_set, more)


def n_get_rq(
    message_id: int, sop_class_uid: str, sop_instance_uid: str, attributes: tuple[int, ...] = ()
) -> CommandSet:
    """N-GET-RQ (PS3.7 10.3.2.1); no attributes ask for all."""
    more: dict[int, Value | None] = {
        Tag.REQUESTED_SOP_CLASS_UID: sop_class_uid,
        Tag.REQUESTED_SOP_INSTANCE_UID: sop_instance_uid,
        Tag.ATTRIBUTE_IDENTIFIER_LIST: attributes or None,
    }
    return _request(Command.N_GET_RQ, message_id, False, more)


def n_set_rq(message_id: int, sop_class_uid: str, sop_instance_uid: str) -> CommandSet:
    """N-SET-RQ (PS3.7 10.3.3.1)."""
    more: dict[int, Value | None] = {
        Tag.REQUESTED_SOP_CLASS_UID: sop_class_uid,
        Tag.REQUESTED_SOP_INSTANCE_UID: sop_instance_uid,
    }
    return _request(Command.N_SET_RQ, message_id, True, more)


def n_action_rq(
    message_id: int, sop_class_uid: str, sop_instance_uid: str, action_type_id: int, data_set: bool = True
) -> CommandSet:
    """N-ACTION-RQ (PS3.7 10.3.4.1)."""
    more: dict[int, Value | None] = {
        Tag.REQUESTED_SOP_CLASS_UID: sop_class_uid,
        Tag.REQUESTED_SOP_INSTANCE_UID: sop_instance_uid,
        Tag.ACTION_TYPE_ID: action_type_id,
    }
    return _request(Command.N_ACTION_RQ, message_id, data_set, more)


def n_create_rq(
    message_id: int, sop_class_uid: str, sop_instance_uid: str | None = None, data_set: bool = True
) -> CommandSet:
    """N-CREATE-RQ (PS3.7 10.3.5.1); without an instance UID the SCP chooses one."""
    more: dict[int, Value | None] = {
        Tag.AFFECTED_SOP_CLASS_UID: sop_class_uid,
        Tag.AFFECTED_SOP_INSTANCE_UID: sop_instance_uid,
    }
    return _request(Command.N_CREATE_RQ, message_id, data_set, more)


def n_delete_rq(message_id: int, sop_class_uid: str, sop_instance_uid: str) -> CommandSet:
    """N-DELETE-RQ (PS3.7 10.3.6.1)."""
    more: dict[int, Value | None] = {
        Tag.REQUESTED_SOP_CLASS_UID: sop_class_uid,
        Tag.REQUESTED_SOP_INSTANCE_UID: sop_instance_uid,
    }
    return _request(Command.N_DELETE_RQ, message_id, False, more)


def response_to(
    request: CommandSet, status: int, *, data_set: bool = False, more: dict[int, Value] | None = None
) -> CommandSet:
    """The response to any request but C-CANCEL (PS3.7 9.3, 10.3).

    SOP class and instance are repeated as Affected SOP Class and Instance UID; `more` adds or overrides elements.
    """
    elements: dict[int, Value] = {
        Tag.COMMAND_FIELD: (request.command_field or 0) | RESPONSE_BIT,
        Tag.MESSAGE_ID_BEING_RESPONDED_TO: request.message_id or 0,
        Tag.COMMAND_DATA_SET_TYPE: DATA_SET_FOLLOWS if data_set else NO_DATA_SET,
        Tag.STATUS: status,
    }
    sop_class = request.affected_sop_class_uid or request.text(Tag.REQUESTED_SOP_CLASS_UID)
    sop_instance = request.affected_sop_instance_uid or request.text(Tag.REQUESTED_SOP_INSTANCE_UID)
    if sop_class is not None:
        elements[Tag.AFFECTED_SOP_CLASS_UID] = sop_class
    if sop_instance is not None:
        elements[Tag.AFFECTED_SOP_INSTANCE_UID] = sop_instance
    elements.update(more or {})
    return CommandSet(elements)
