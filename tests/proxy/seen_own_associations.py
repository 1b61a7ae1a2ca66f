"""What is seen of each fault of an SCP on associations of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.dimse.elements import Command, Tag
from harness.observe.data_set import decode_data_set
from harness.proxy.pieces import Side, Whole
from harness.standard.uids import EXPLICIT_VR_LE
from tests.support.proxied import INSTANCES, Passed

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

NOBODYS = "1.2.840.99999.406"


def said(seen: Passed, command: Command) -> list[Whole]:
    return [message for message in seen.messages(Side.REQUESTOR) if message.command.command_field == command]


def originator(seen: Passed) -> tuple[str | None, int | None]:
    """What the first sub-operation says of its C-MOVE."""
    command = said(seen, Command.C_STORE_RQ)[0].command
    return command.text(Tag.MOVE_ORIGINATOR_AE_TITLE), command.number(Tag.MOVE_ORIGINATOR_MESSAGE_ID)


def report(seen: Passed) -> Dataset:
    (message,) = said(seen, Command.N_EVENT_REPORT_RQ)
    return decode_data_set(message.data or b"", EXPLICIT_VR_LE)


def event_type(seen: Passed) -> int | None:
    (message,) = said(seen, Command.N_EVENT_REPORT_RQ)
    return message.command.number(Tag.EVENT_TYPE_ID)


def named(seen: Passed, keyword: str) -> list[str]:
    return [item.ReferencedSOPInstanceUID for item in report(seen).get(keyword) or ()]


def reasons(seen: Passed) -> list[int | None]:
    return [item.get("FailureReason") for item in report(seen).get("FailedSOPSequence") or ()]


SEEN_BACK: dict[str, Callable[[Passed], bool]] = {
    "originator-other-title": lambda seen: originator(seen)[0] == "NOBODY",
    "originator-other-message": lambda seen: originator(seen)[1] == 9999,
    "originator-missing": lambda seen: originator(seen) == (None, None),
    "move-sub-operation-missing": lambda seen: len(said(seen, Command.C_STORE_RQ)) == INSTANCES - 1,
    "report-other-transaction": lambda seen: report(seen).TransactionUID == NOBODYS,
    "report-other-type": lambda seen: event_type(seen) == 1 and "FailedSOPSequence" in report(seen),
    "report-all-committed": lambda seen: event_type(seen) == 1 and "FailedSOPSequence" not in report(seen),
    "report-incomplete": lambda seen: len(named(seen, "ReferencedSOPSequence")) == INSTANCES - 1,
    "report-of-another": lambda seen: named(seen, "ReferencedSOPSequence")[-1] == NOBODYS,
    "report-without-reason": lambda seen: reasons(seen) == [None],
    "report-other-reason": lambda seen: reasons(seen) == [0x0110],
}
