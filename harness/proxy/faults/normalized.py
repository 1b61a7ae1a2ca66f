"""Faults of N-CREATE and N-SET, and of their responses (PS3.7 10.1)."""

from __future__ import annotations

from harness.dimse.command import CommandSet
from harness.dimse.elements import Command, Tag
from harness.proxy.fault import Fault, OnMessage
from harness.proxy.faults.changing import putting, without
from harness.proxy.faults.responses import fault
from harness.proxy.pieces import Side
from harness.standard.uids import PROCEDURE_STEP

_CREATED, _SET = Command.N_CREATE_RSP, Command.N_SET_RSP


def _is_step(command: CommandSet) -> bool:
    return command.affected_sop_class_uid == PROCEDURE_STEP


FAULTS = (
    Fault(
        "step-unnamed",
        Side.REQUESTOR,
        "Begins a performed procedure step without naming it.",
        OnMessage((Command.N_CREATE_RQ,), without(Tag.AFFECTED_SOP_INSTANCE_UID), _is_step),
        ("mpps/create-instance-sent",),
    ),
    fault(
        "created-unnamed",
        "Does not name the SOP instance that it created.",
        without(Tag.AFFECTED_SOP_INSTANCE_UID),
        "mpps/create-uid-assigned",
        commands=(_CREATED,),
    ),
    fault(
        "created-another",
        "Names another SOP instance than it was told to create.",
        putting(Tag.AFFECTED_SOP_INSTANCE_UID, "1.2.840.99999.405"),
        "dimse/response-sop-instance",
        commands=(_CREATED,),
    ),
    fault(
        "set-another",
        "Names another SOP instance than it was told to change.",
        putting(Tag.AFFECTED_SOP_INSTANCE_UID, "1.2.840.99999.405"),
        "dimse/response-sop-instance",
        commands=(_SET,),
    ),
)
