"""Storage Commitment as data (PS3.4 Annex J, PS3.3 C.14)."""

from __future__ import annotations

from enum import IntEnum, StrEnum

REQUEST_COMMITMENT = 1
"""Action Type ID of a storage commitment request (PS3.4 Table J.3-1)."""


class EventType(IntEnum):
    """Event Type ID of a storage commitment result (PS3.4 Table J.3-2)."""

    SUCCESSFUL = 1
    FAILURES_EXIST = 2


class Delivery(StrEnum):
    """The association on which a result is reported.

    That of the request, one that the SCP opens to who asked, or a later one that who asked opens (PS3.4 J.3.3).
    """

    SAME_ASSOCIATION = "same-association"
    NEW_ASSOCIATION = "new-association"
    LATER = "later"


class FailureReason(IntEnum):
    """Failure Reason (0008,1197) of an instance (PS3.3 C.14.1.1)."""

    PROCESSING_FAILURE = 0x0110
    NO_SUCH_OBJECT_INSTANCE = 0x0112
    CLASS_INSTANCE_CONFLICT = 0x0119
    REFERENCED_SOP_CLASS_NOT_SUPPORTED = 0x0122
    DUPLICATE_TRANSACTION_UID = 0x0131
    RESOURCE_LIMITATION = 0x0213


def failure_reason_name(code: int) -> str:
    """A failure reason as `no-such-object-instance`; its number in hexadecimal when the standard has no name."""
    known = next((reason for reason in FailureReason if reason == code), None)
    return f"{code:04X}H" if known is None else known.name.lower().replace("_", "-")
