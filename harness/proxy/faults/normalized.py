"""Faults of the responses to N-CREATE and N-SET (PS3.7 10.1)."""

from __future__ import annotations

from harness.dimse.elements import Command, Tag
from harness.proxy.faults.changing import putting, without
from harness.proxy.faults.responses import fault

_CREATED, _SET = Command.N_CREATE_RSP, Command.N_SET_RSP

FAULTS = (
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
