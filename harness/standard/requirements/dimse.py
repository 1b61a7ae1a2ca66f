"""Command sets and requests of all services (PS3.7 6.3, 9, 10, E)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

COMMAND_SET = (
    shall(
        "dimse/implicit-little-endian",
        "PS3.7 6.3.1",
        "Either side encodes command sets in Implicit VR Little Endian, whatever the transfer syntax of the context.",
    ),
    shall(
        "dimse/element-order",
        "PS3.7 6.3.1",
        "Either side sends the elements of a command set in increasing order of their tags.",
    ),
    shall("dimse/element-once", "PS3.7 6.3.1", "Either side sends an element no more than once in a command set."),
    shall(
        "dimse/element-even",
        "PS3.7 6.3.1",
        "Either side sends command elements with a value of an even number of bytes.",
    ),
    shall("dimse/element-group", "PS3.7 6.3.1", "Either side sends only elements of group 0000 in a command set."),
    shall(
        "dimse/element-known",
        "PS3.7 E.1",
        "Either side sends only command elements that the command dictionary lists, retired ones included.",
    ),
    shall(
        "dimse/element-vr",
        "PS3.7 6.3.1",
        "Either side sends command elements with values of the value representation and length that the command "
        "dictionary gives them.",
    ),
    shall(
        "dimse/element-multiplicity",
        "PS3.7 6.3.1",
        "Either side sends command elements with the number of values that the command dictionary gives them.",
    ),
    shall(
        "dimse/uid-syntax",
        "PS3.5 9.1",
        "Either side sends the UIDs of a command set as valid UIDs, padded with at most one null byte.",
    ),
    shall("dimse/group-length-present", "PS3.7 9.3", "Either side begins a command set with its group length."),
    shall(
        "dimse/group-length",
        "PS3.7 9.3",
        "Either side sends as group length the number of bytes that follow it up to the next group, or to the end.",
    ),
    shall(
        "dimse/length-to-end-not-needed",
        "PS3.7 6.3.1",
        "A receiver does not rely on the retired Message Length to End.",
    ),
    informative(
        "dimse/group-length-wrong-received",
        "PS3.7 9.3",
        "What a receiver does with a group length that is missing or wrong is not defined.",
    ),
    informative(
        "dimse/element-unknown-received",
        "PS3.7 6.3.1",
        "What a receiver does with command elements that it does not know is not defined.",
    ),
    informative(
        "dimse/command-set-malformed",
        "PS3.7 6.3.1",
        "What a receiver does with a command set that breaks the encoding rules is not defined, but it should abort "
        "or answer rather than stay silent.",
    ),
    should(
        "dimse/command-set-undecodable",
        "PS3.7 6.3.1",
        "A receiver answers a command set that it cannot have read as it is meant with a failure, or aborts.",
    ),
    should(
        "dimse/required-field-missing",
        "PS3.7 9.3",
        "A receiver aborts or answers a failure when a field that the protocol requires is missing.",
    ),
)

MESSAGE = (
    shall("dimse/command-field", "PS3.7 E.1", "Either side sends a Command Field that the command dictionary defines."),
    shall(
        "dimse/data-set-announced",
        "PS3.7 E.1",
        "Either side sends a Command Data Set Type of 0101H just when no data set follows.",
    ),
    shall(
        "dimse/data-set-required",
        "PS3.7 9.3",
        "Either side sends a data set with the messages that need one and none with those that have none.",
    ),
    shall("dimse/command-first", "PS3.7 6.3", "Either side sends the command set of a message before its data set."),
    should(
        "dimse/data-set-first-received",
        "PS3.8 9.2.3",
        "A receiver aborts the association when a fragment of a data set comes where a command set is due.",
    ),
    informative(
        "dimse/data-set-unannounced-received",
        "PS3.7 E.1",
        "What a receiver does with a data set after a command set that announced none is not defined.",
    ),
    should(
        "dimse/data-set-missing-received",
        "PS3.7 9.1",
        "A receiver does not answer success before the data set that was announced has come.",
    ),
    shall(
        "dimse/message-id-outstanding",
        "PS3.7 9.1",
        "The invoker gives a request no Message ID that another outstanding request has.",
    ),
    should(
        "dimse/message-id-duplicate",
        "PS3.7 9.1",
        "The performer answers a Message ID that is still outstanding with status 0210H, or aborts.",
        untested="whether the first request was still outstanding when the second was read cannot be seen from outside",
    ),
    shall(
        "dimse/message-id-any",
        "PS3.7 9.3",
        "The performer accepts any Message ID from 0 to 65535 and answers with the same.",
    ),
    shall(
        "dimse/priority",
        "PS3.7 9.3",
        "The SCU sends a Priority of 0000H, 0001H or 0002H with C-STORE, C-FIND, C-GET and C-MOVE.",
    ),
    should(
        "dimse/sop-class-of-context",
        "PS3.7 D.3.2",
        "The invoker sends C-ECHO, C-STORE, C-FIND, C-GET and C-MOVE of a SOP class on a presentation context of it.",
    ),
    should(
        "dimse/sop-class-of-context-checked",
        "PS3.7 9.1",
        "The performer refuses such a request whose SOP class is not that of its presentation context.",
    ),
    shall(
        "dimse/service-not-negotiated",
        "PS3.7 D.3.2",
        "The performer does not perform the service of a SOP class for which no presentation context was accepted.",
    ),
    should(
        "dimse/operation-unrecognized",
        "PS3.7 9.1",
        "The performer answers an operation that its SOP class does not have with status 0211H or another failure, "
        "or aborts.",
    ),
    should(
        "dimse/command-unknown",
        "PS3.7 C.5.23",
        "The performer answers a Command Field that it does not know with status 0211H, or aborts.",
    ),
    informative(
        "dimse/response-unsolicited",
        "PS3.7 9.2",
        "What a receiver does with a response that nobody asked for is not defined.",
    ),
)

ROWS = COMMAND_SET + MESSAGE
