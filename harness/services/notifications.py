"""Answers what peers tell us unasked, and keeps it until somebody looks (PS3.4 J.3.3.1.3, R.3.2.1.3)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.dimse.fragment import Message
from harness.dimse.messages import response_to
from harness.net.association import Association
from harness.observe.notifications import Notification
from harness.observe.trace import Role
from harness.standard.commitment import EventType
from harness.standard.uids import INSTANCE_AVAILABILITY, STORAGE_COMMITMENT, STORAGE_COMMITMENT_INSTANCE, new_uid
from harness.ul.deviation import Deviation
from harness.ul.items import RoleSelection

SUCCESS = 0x0000
NO_SUCH_SOP_INSTANCE = 0x0112
NO_SUCH_EVENT_TYPE = 0x0113
INVALID_ARGUMENT_VALUE = 0x0115
MISSING_ATTRIBUTE = 0x0120

NOTIFIED_CLASSES = frozenset((STORAGE_COMMITMENT, INSTANCE_AVAILABILITY))
_SERVED = {Command.N_EVENT_REPORT_RQ: STORAGE_COMMITMENT, Command.N_CREATE_RQ: INSTANCE_AVAILABILITY}


def granted_role(role: RoleSelection) -> RoleSelection | None:
    """What we grant a requestor: of storage commitment we are the SCU, so it may only be the SCP (PS3.4 J.3.3.1.3)."""
    if role.sop_class_uid != STORAGE_COMMITMENT:
        return None
    return RoleSelection(role.sop_class_uid, 0, int(bool(role.scp_role)))


class Notifications:
    """Thread-safe: associations bring notifications, steps take them."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._kept: list[Notification] = []

    def answer(self, association: Association, message: Message) -> CommandSet | None:
        """Keep what a request tells and give the response that is owed; None for a request that tells nothing.

        It is kept first: once the peer has the response, whoever waits may look here.
        """
        command = message.command
        context = association.contexts[message.context_id]
        field = next((known for known in _SERVED if known == command.command_field), None)
        if field is None or _SERVED[field] != context.abstract_syntax:
            return None
        status = _status_of_report(message) if field is Command.N_EVENT_REPORT_RQ else _status_of_availability(message)
        # Without a UID in the request it is ours to choose (PS3.7 10.1.5.1.4).
        uid = command.affected_sop_instance_uid or new_uid()
        notification = Notification(
            context.abstract_syntax,
            uid,
            message.data or b"",
            context.transfer_syntax,
            association.trace.calling_ae_title,
            association.trace.role,
            _may_report(association, context.scp_role, field),
            time.monotonic(),
            status,
            command.number(Tag.EVENT_TYPE_ID),
        )
        with self._changed:
            self._kept.append(notification)
            self._changed.notify_all()
        return response_to(command, status, more={Tag.AFFECTED_SOP_INSTANCE_UID: uid})

    def count(self, wanted: Callable[[Notification], bool]) -> int:
        """How many are kept that nobody has taken."""
        with self._changed:
            return sum(map(wanted, self._kept))

    def take(self, wanted: Callable[[Notification], bool], seconds: float) -> Notification | None:
        """The first notification that is wanted, waiting at most `seconds` for it; None if none came."""
        deadline = time.monotonic() + seconds
        with self._changed:
            while True:
                found = next((notification for notification in self._kept if wanted(notification)), None)
                if found is not None:
                    self._kept.remove(found)
                    return found
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)


def _may_report(association: Association, scp_role: bool, field: Command) -> bool:
    """Whether the peer has the SCP role that an N-EVENT-REPORT needs; says so in the trace when it has not."""
    if field is not Command.N_EVENT_REPORT_RQ or association.trace.role is Role.REQUESTOR or scp_role:
        return True
    text = "an N-EVENT-REPORT-RQ came from a requestor that did not take the SCP role of Storage Commitment"
    association.note_deviations([Deviation("request-role", "PS3.7 D.3.3.4", text)])
    return False


def _status_of_report(message: Message) -> int:
    command = message.command
    if command.affected_sop_instance_uid != STORAGE_COMMITMENT_INSTANCE:
        return NO_SUCH_SOP_INSTANCE
    if command.number(Tag.EVENT_TYPE_ID) not in tuple(EventType):
        return NO_SUCH_EVENT_TYPE
    return SUCCESS if message.data else INVALID_ARGUMENT_VALUE


def _status_of_availability(message: Message) -> int:
    return SUCCESS if message.data else MISSING_ATTRIBUTE
