"""Rules for command sets (PS3.7 6.3, 9.3, 10.3, E)."""

from __future__ import annotations

from harness.checks.lint.model import shall

ROWS = (
    shall("command-length", "Command elements end within their command set", "dimse/implicit-little-endian"),
    shall("command-group", "A command set holds only elements of group 0000", "dimse/element-group"),
    shall(
        "command-order",
        "Command elements come once and in increasing order",
        "dimse/element-order",
        "dimse/element-once",
    ),
    shall("command-odd", "Command elements have an even length", "dimse/element-even"),
    shall(
        "command-value",
        "Values of command elements fit their value representation",
        "dimse/element-vr",
        "dimse/element-multiplicity",
        "dimse/uid-syntax",
        "dimse/error-comment",
    ),
    shall(
        "group-length",
        "A command set begins with its group length, and that is right",
        "dimse/group-length-present",
        "dimse/group-length",
    ),
    shall("command-field", "The Command Field is that of a message", "dimse/command-field"),
    shall("command-known", "Command elements are those of the command dictionary", "dimse/element-known"),
    shall(
        "command-element",
        "A command set has every element that its message requires",
        "dimse/response-status",
        "dimse/response-message-id",
        "dimse/cancel-command",
        "dimse/priority",
        "storage/request-identifies-instance",
        "qr/move-destination-sent",
    ),
    shall(
        "step-instance",
        "The N-CREATE of a performed procedure step names its instance",
        "mpps/create-instance-sent",
    ),
    shall("priority", "The Priority is 0, 1 or 2", "dimse/priority"),
    shall(
        "data-set-announced",
        "A data set follows just where its command set says so",
        "dimse/data-set-announced",
        "ul/control-header-command",
        "dimse/command-first",
    ),
    shall(
        "data-set-presence",
        "A data set comes with the messages that have one, and with no other",
        "dimse/data-set-required",
        "verification/echo-without-data-set",
        "storage/request-with-data-set",
        "storage/response-without-data-set",
        "qr/find-with-identifier",
        "qr/find-pending-with-identifier",
        "qr/find-final-without-identifier",
        "qr/retrieve-pending-without-data-set",
        "worklist/final-without-identifier",
    ),
)
