"""What each message consists of: its elements, and whether it has a data set (PS3.7 9.3, 10.3, E.1)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.dimse.command import CommandSet
from harness.dimse.elements import RESPONSE_BIT, VR_OF, Command, Tag
from harness.dimse.exchange import clause_of, is_pending
from harness.dimse.messages import Priority
from harness.standard.uids import PROCEDURE_STEP
from harness.ul.deviation import Deviation

_OF_C = (Tag.AFFECTED_SOP_CLASS_UID, Tag.MESSAGE_ID)
_OF_N = (Tag.REQUESTED_SOP_CLASS_UID, Tag.MESSAGE_ID, Tag.REQUESTED_SOP_INSTANCE_UID)
_OF_RESPONSE = (Tag.MESSAGE_ID_BEING_RESPONDED_TO, Tag.STATUS)
_REQUIRED: dict[int, tuple[Tag, ...]] = {
    Command.C_STORE_RQ: (*_OF_C, Tag.PRIORITY, Tag.AFFECTED_SOP_INSTANCE_UID),
    Command.C_FIND_RQ: (*_OF_C, Tag.PRIORITY),
    Command.C_GET_RQ: (*_OF_C, Tag.PRIORITY),
    Command.C_MOVE_RQ: (*_OF_C, Tag.PRIORITY, Tag.MOVE_DESTINATION),
    Command.C_ECHO_RQ: _OF_C,
    Command.C_CANCEL_RQ: (Tag.MESSAGE_ID_BEING_RESPONDED_TO,),
    Command.N_EVENT_REPORT_RQ: (*_OF_C, Tag.AFFECTED_SOP_INSTANCE_UID, Tag.EVENT_TYPE_ID),
    Command.N_GET_RQ: _OF_N,
    Command.N_SET_RQ: _OF_N,
    Command.N_ACTION_RQ: (*_OF_N, Tag.ACTION_TYPE_ID),
    Command.N_CREATE_RQ: _OF_C,
    Command.N_DELETE_RQ: _OF_N,
}
"""Beside Command Group Length, Command Field and Data Set Type, which the decoder looks for."""

_NAMES = {
    Tag.AFFECTED_SOP_CLASS_UID: "Affected SOP Class UID",
    Tag.REQUESTED_SOP_CLASS_UID: "Requested SOP Class UID",
    Tag.MESSAGE_ID: "Message ID",
    Tag.MESSAGE_ID_BEING_RESPONDED_TO: "Message ID Being Responded To",
    Tag.MOVE_DESTINATION: "Move Destination",
    Tag.PRIORITY: "Priority",
    Tag.STATUS: "Status",
    Tag.AFFECTED_SOP_INSTANCE_UID: "Affected SOP Instance UID",
    Tag.REQUESTED_SOP_INSTANCE_UID: "Requested SOP Instance UID",
    Tag.EVENT_TYPE_ID: "Event Type ID",
    Tag.ACTION_TYPE_ID: "Action Type ID",
}

_RETIRED = frozenset(
    (0x0001, 0x0010, 0x0200, 0x0300, 0x0400, 0x0850, 0x0860, 0x4000, 0x4010, *range(0x5010, 0x51C0, 0x10))
)
"""Command elements of PS3.7 E.2, which nobody needs and nobody is forbidden."""

_WITH_DATA_SET = frozenset(
    (Command.C_STORE_RQ, Command.C_FIND_RQ, Command.C_GET_RQ, Command.C_MOVE_RQ, Command.N_SET_RQ)
)
_WITHOUT_DATA_SET = frozenset(
    (
        Command.C_ECHO_RQ,
        Command.C_ECHO_RSP,
        Command.C_STORE_RSP,
        Command.C_CANCEL_RQ,
        Command.N_GET_RQ,
        Command.N_DELETE_RQ,
        Command.N_DELETE_RSP,
    )
)
"""Messages that are in neither may have a data set or not."""


def command_deviations(command: CommandSet) -> Iterator[Deviation]:
    """What a command set has not, or has and should not."""
    field = command.command_field
    if field is None:
        return
    yield from _elements(command, field)
    priority = command.number(Tag.PRIORITY)
    if priority is not None and priority not in tuple(Priority):
        yield Deviation("priority", clause_of(command), f"the Priority of the {command.name} is {priority:04X}H")
    fault = _fault_of_data_set(command, field)
    if fault:
        yield Deviation("data-set-presence", clause_of(command), f"the {command.name} {fault}")


def _elements(command: CommandSet, field: int) -> Iterator[Deviation]:
    required = _OF_RESPONSE if field & RESPONSE_BIT else _REQUIRED.get(field, ())
    for tag in required:
        if tag not in command.elements:
            name = f"{_NAMES[tag]} (0000,{tag:04X})"
            yield Deviation("command-element", clause_of(command), f"the {command.name} has no {name}")
    if _is_step_without_instance(command):
        text = "the N-CREATE-RQ of a performed procedure step has no Affected SOP Instance UID (0000,1000)"
        yield Deviation("step-instance", "PS3.4 F.7.2.1.2", text)
    for number in command.elements.keys() - VR_OF.keys() - _RETIRED:
        if not number >> 16:
            text = f"the {command.name} has an element (0000,{number:04X}), which is not defined"
            yield Deviation("command-known", "PS3.7 E.1", text)


def _is_step_without_instance(command: CommandSet) -> bool:
    """Only the SCU knows the UID of a step; for other SOP classes the SCP may assign one."""
    is_step = command.command_field == Command.N_CREATE_RQ and command.affected_sop_class_uid == PROCEDURE_STEP
    return is_step and Tag.AFFECTED_SOP_INSTANCE_UID not in command.elements


def _fault_of_data_set(command: CommandSet, field: int) -> str:
    if Tag.COMMAND_DATA_SET_TYPE not in command.elements:
        return ""
    due = _data_set_due(field, command.status)
    if due is None or due == command.has_data_set:
        return ""
    status = "" if command.status is None else f" with status {command.status:04X}H"
    return f"{status} comes without a data set".strip() if due else f"{status} comes with a data set".strip()


def _data_set_due(field: int, status: int | None) -> bool | None:
    """Whether a message has a data set; None where it may."""
    if field == Command.C_FIND_RSP and status is not None:
        return is_pending(status)
    if field in (Command.C_GET_RSP, Command.C_MOVE_RSP) and is_pending(status):
        return False
    if field in _WITH_DATA_SET:
        return True
    return False if field in _WITHOUT_DATA_SET else None
