"""Retrieval in the Query/Retrieve Service Class (PS3.4 C.4.2, C.4.3)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

REQUEST = (
    shall(
        "qr/retrieve-unique-keys-sent",
        "PS3.4 C.4.2.2.1",
        "The SCU sends one value in the unique key of each level above, unless relational retrieval was negotiated.",
    ),
    shall(
        "qr/retrieve-level-key-sent",
        "PS3.4 C.4.2.2.1",
        "The SCU sends one value, or a list of UIDs below the PATIENT level, in the unique key of the level of the "
        "retrieve.",
    ),
    shall(
        "qr/retrieve-unique-keys-only",
        "PS3.4 C.2.2.1.2",
        "The SCU sends no required or optional keys with C-MOVE and C-GET.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    shall("qr/move-destination-sent", "PS3.4 C.4.2.2.1", "The SCU sends a move destination with C-MOVE."),
    shall(
        "qr/get-contexts-proposed",
        "PS3.4 C.4.3.2.1",
        "The SCU of C-GET proposes presentation contexts for the instances that it expects.",
        untested="which instances an SCU expects is known to it alone",
    ),
    shall(
        "qr/get-role-proposed",
        "PS3.7 D.3.3.4",
        "The SCU of C-GET proposes the SCP role for the SOP classes that it expects.",
        untested="which instances an SCU expects is known to it alone",
    ),
)

RESPONSE = (
    should(
        "qr/move-status",
        "PS3.4 C.4.2.1.5",
        "The SCP answers C-MOVE with 0000H, FF00H, FE00H, B000H, A701H, A702H, A801H, A900H, AAxxH, CxxxH or a "
        "general status of C-MOVE.",
    ),
    should(
        "qr/get-status",
        "PS3.4 C.4.3.1.4",
        "The SCP answers C-GET with 0000H, FF00H, FE00H, B000H, A701H, A702H, A900H, AAxxH, CxxxH or a general "
        "status of C-GET.",
    ),
    shall(
        "qr/retrieve-success-status",
        "PS3.4 C.4.2.3.1",
        "The SCP answers success only if every sub-operation succeeded.",
    ),
    shall(
        "qr/retrieve-warning-status",
        "PS3.4 C.4.2.3.1",
        "The SCP answers a warning when some sub-operations succeeded and others failed or had a warning, or when "
        "all had a warning.",
    ),
    shall(
        "qr/retrieve-failure-status", "PS3.4 C.4.2.3.1", "The SCP answers a failure when every sub-operation failed."
    ),
    shall(
        "qr/retrieve-final-without-remaining",
        "PS3.4 C.4.2.1.6",
        "The SCP sends no number of remaining sub-operations with success, warning or failure.",
    ),
    informative(
        "qr/retrieve-final-counters",
        "PS3.4 C.4.2.1.7",
        "Whether the final response carries the other numbers of sub-operations is said in two ways, so their lack "
        "is nobody's fault.",
        untested="whatever the peer does is right",
    ),
    shall(
        "qr/retrieve-pending-without-data-set",
        "PS3.4 C.4.2.1.4.2",
        "The SCP sends no identifier with pending responses to C-MOVE and C-GET.",
    ),
    shall(
        "qr/retrieve-failed-list",
        "PS3.4 C.4.2.1.4.2",
        "The SCP lists the instances of failed sub-operations in Failed SOP Instance UID List of its final response.",
    ),
    shall(
        "qr/retrieve-no-failed-list",
        "PS3.4 C.4.2.1.4.2",
        "The SCP sends no identifier with the final response when no sub-operation failed.",
    ),
    shall(
        "qr/retrieve-counters-true",
        "PS3.4 C.4.2.3.1",
        "The SCP counts each sub-operation as completed, failed or with a warning by the response to its C-STORE.",
    ),
    shall(
        "qr/retrieve-every-instance",
        "PS3.4 C.4.2.3.1",
        "The SCP invokes a C-STORE sub-operation for each instance that the unique keys identify, and for no other.",
    ),
    shall("qr/retrieve-uid-list", "PS3.4 C.4.2.3.1", "The SCP retrieves what each UID of a list identifies."),
    should(
        "qr/retrieve-as-found",
        "PS3.4 C.4.2.3.1",
        "The SCP retrieves as many instances of an entity as it returns to a query of its instances.",
    ),
    should(
        "qr/retrieve-transcoded-or-failed",
        "PS3.4 C.4.2.3.1",
        "The SCP converts an instance to the accepted transfer syntax or counts it as failed, and never sends it in "
        "another.",
    ),
    should(
        "qr/retrieve-no-match",
        "PS3.4 C.4.2.3.1",
        "The SCP answers a retrieve that identifies nothing with success and no sub-operations.",
    ),
)

MOVE = (
    shall(
        "qr/move-unknown-destination",
        "PS3.7 9.1.4.1.7",
        "The SCP answers a C-MOVE to a destination that it does not know with a failure.",
    ),
    should(
        "qr/move-unknown-destination-status",
        "PS3.4 C.4.2.1.5",
        "The SCP answers a C-MOVE to a destination that it does not know with status A801H.",
    ),
    shall(
        "qr/move-destination-unreachable",
        "PS3.4 C.4.2.3.1",
        "The SCP answers a failure when it cannot reach the destination or that refuses the association.",
    ),
    shall(
        "qr/move-no-context",
        "PS3.4 C.4.2.3.1",
        "The SCP counts an instance as failed for which the destination accepted no presentation context.",
    ),
    shall(
        "qr/move-originator-sent",
        "PS3.7 9.1.1.1.6",
        "The SCP that sends a Move Originator with its sub-operations sends the AE title and Message ID of the C-MOVE.",
    ),
    should("qr/move-destination-missing", "PS3.7 9.1.4.1.5", "The SCP refuses a C-MOVE without a destination."),
    informative(
        "qr/move-destination-case",
        "PS3.5 6.2",
        "Whether an SCP takes a destination in other case for the one that it knows is not defined.",
    ),
)

GET = (
    shall(
        "qr/get-without-role",
        "PS3.7 D.3.3.4",
        "The SCP of C-GET sends no C-STORE for a SOP class for which the SCU did not get the SCP role.",
    ),
    shall(
        "qr/get-no-context",
        "PS3.4 C.4.3.3.1",
        "The SCP of C-GET counts an instance as failed for which no presentation context was accepted.",
    ),
    shall(
        "qr/get-store-failure-counted",
        "PS3.4 C.4.3.3.1",
        "The SCP of C-GET counts a sub-operation as failed that the SCU answered with a failure.",
    ),
)

INVALID = (
    should(
        "qr/retrieve-level-missing",
        "PS3.4 C.4.2.1.4.1",
        "The SCP answers a retrieve without Query/Retrieve Level with a failure.",
    ),
    should(
        "qr/retrieve-key-missing",
        "PS3.4 C.4.2.2.1",
        "The SCP retrieves nothing when the unique key of the level is missing.",
    ),
    should(
        "qr/retrieve-key-empty",
        "PS3.4 C.4.2.2.1",
        "The SCP retrieves nothing when the unique key of the level is empty.",
    ),
    should(
        "qr/retrieve-key-wildcard",
        "PS3.4 C.4.2.2.1",
        "The SCP retrieves nothing when the unique key of the level is a wildcard.",
    ),
    should(
        "qr/retrieve-key-above-missing",
        "PS3.4 C.4.2.3.2",
        "The SCP refuses a retrieve without the unique keys above its level when relational retrieval was not "
        "negotiated.",
    ),
    informative(
        "qr/retrieve-other-keys",
        "PS3.4 C.2.2.1.2",
        "What an SCP does with keys in a retrieve that are not unique keys is not defined.",
    ),
)

CANCEL = (
    shall(
        "qr/retrieve-cancel-stops",
        "PS3.4 C.4.2.3.1",
        "The SCP invokes no further sub-operations after it has answered that the retrieve is cancelled.",
    ),
    should(
        "qr/retrieve-cancel-counters",
        "PS3.4 C.4.2.3.1",
        "The SCP sends the numbers of completed, failed and warning sub-operations when a retrieve is cancelled.",
    ),
    shall(
        "qr/retrieve-cancel-remaining",
        "PS3.4 C.4.2.3.1",
        "The SCP sends as remaining, if at all, the number of sub-operations that were not begun when a retrieve is "
        "cancelled.",
    ),
)

NEGOTIATION = (
    shall(
        "qr/relational-retrieve",
        "PS3.4 C.4.2.3.2.1",
        "The SCP that accepted relational retrieval retrieves by the unique key of the level alone.",
    ),
)

ROWS = REQUEST + RESPONSE + MOVE + GET + INVALID + CANCEL + NEGOTIATION
