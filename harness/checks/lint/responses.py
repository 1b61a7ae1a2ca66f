"""One response held against its request (PS3.7 9, 10, C; PS3.4)."""

from __future__ import annotations

from collections.abc import Iterator

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.exchange import is_pending
from harness.standard.status import Service, StatusCategory, describe_status
from harness.ul.deviation import Deviation

_SERVICES: dict[int, Service] = {
    Command.C_ECHO_RQ: Service.ECHO,
    Command.C_STORE_RQ: Service.STORE,
    Command.C_FIND_RQ: Service.FIND,
    Command.C_MOVE_RQ: Service.MOVE,
    Command.C_GET_RQ: Service.GET,
}
_CANCELED = 0xFE00
_UNDEFINED = "not defined for this service"
_WHOLE_REQUEST = (StatusCategory.SUCCESS, StatusCategory.WARNING)


def sop_class_of(command: CommandSet) -> str | None:
    """The SOP class that a message names, affected or requested."""
    return command.affected_sop_class_uid or command.text(Tag.REQUESTED_SOP_CLASS_UID)


def _sop_instance_of(command: CommandSet) -> str | None:
    return command.affected_sop_instance_uid or command.text(Tag.REQUESTED_SOP_INSTANCE_UID)


def names(request: CommandSet, response: CommandSet) -> Iterator[Deviation]:
    """Whether SOP class and instance are those of the request, where they are named."""
    affected = response.affected_sop_class_uid
    if affected and sop_class_of(request) not in (None, affected):
        text = f"the {response.name} names another SOP class than its request"
        yield Deviation("response-sop-class", "PS3.7 9.1", text)
    wanted, instance = _sop_instance_of(request), response.affected_sop_instance_uid
    if instance and wanted and instance != wanted:
        text = f"the {response.name} names another SOP instance than its request"
        yield Deviation("response-sop-instance", "PS3.7 9.1", text)
    if request.command_field == Command.N_CREATE_RQ and not wanted and not instance and response.status == 0:
        text = "an instance was created and is not named, though the request left its UID to the SCP"
        yield Deviation("instance-assigned", "PS3.7 10.1.5.1.4", text)


def statuses(request: CommandSet, response: CommandSet, *, whole: bool, canceled: bool) -> Iterator[Deviation]:
    """Whether the status may answer the request: `whole` if all of it had come, `canceled` if a C-CANCEL had."""
    status = response.status
    if status is None:
        return
    service = _SERVICES.get(request.command_field or 0, Service.NORMALIZED)
    meaning = describe_status(status, service)
    shown = f"the status {status:04X}H of the {response.name}"
    if meaning.category is StatusCategory.UNKNOWN:
        yield Deviation("status-class", "PS3.7 C", f"{shown} belongs to no status class")
    elif meaning.text == _UNDEFINED and service is not Service.NORMALIZED and not is_pending(status):
        yield Deviation("status-service", _TABLES[service], f"{shown} is not defined for its service")
    if status == _CANCELED and not canceled:
        yield Deviation("status-cancel", "PS3.7 C.3", f"{shown} answers no C-CANCEL")
    if not whole and meaning.category in _WHOLE_REQUEST:
        text = f"the {response.name} says {meaning.category.value} before all of the data set was sent"
        yield Deviation("response-early", "PS3.7 9.1.1.2", text)


_TABLES = {
    Service.ECHO: "PS3.7 9.1.5.1.4",
    Service.STORE: "PS3.4 B.2.3",
    Service.FIND: "PS3.4 C.4.1.1.4",
    Service.MOVE: "PS3.4 C.4.2.1.5",
    Service.GET: "PS3.4 C.4.3.1.4",
}
"""Where the statuses of each service stand."""
