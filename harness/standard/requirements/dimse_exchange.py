"""Responses, cancellation and sub-operations of all services (PS3.7 9, 10, A, C)."""

from __future__ import annotations

from harness.standard.requirements.model import shall, should

RESPONSE = (
    shall("dimse/confirmed", "PS3.7 9.2.1", "The performer answers every request, cancel requests apart."),
    shall("dimse/same-association", "PS3.7 A.4", "The performer answers on the association of the request."),
    should("dimse/same-context", "PS3.8 E.1", "The performer answers on the presentation context of the request."),
    shall(
        "dimse/response-command-field",
        "PS3.7 9.3",
        "The performer answers with the Command Field of the response to that request.",
    ),
    shall(
        "dimse/response-message-id",
        "PS3.7 9.3",
        "The performer answers with the Message ID of a request that is outstanding.",
    ),
    shall(
        "dimse/response-sop-class",
        "PS3.7 9.1",
        "The performer answers with the Affected SOP Class UID of the request, if with any.",
    ),
    shall(
        "dimse/response-sop-instance",
        "PS3.7 9.1.1",
        "The performer answers C-STORE with the Affected SOP Instance UID of the request, if with any.",
    ),
    shall("dimse/response-status", "PS3.7 C", "The performer sends a status in every response."),
    shall("dimse/status-class", "PS3.7 C", "The performer sends no status outside the ranges of the status classes."),
    shall(
        "dimse/status-general",
        "PS3.7 C",
        "The performer sends statuses 01xxH and 02xxH only with the meaning that the standard gives them.",
        untested="it cannot be seen from the wire",
    ),
    should(
        "dimse/status-of-service",
        "PS3.7 C",
        "The performer sends only statuses that the service of the request defines.",
    ),
    shall("dimse/error-comment", "PS3.7 E.1", "The performer sends an Error Comment of at most 64 characters."),
    shall(
        "dimse/pending-then-final",
        "PS3.7 9.3",
        "The performer of C-FIND, C-GET or C-MOVE sends any number of pending responses and then just one final "
        "response.",
    ),
    shall("dimse/final-once", "PS3.7 9.3", "The performer sends nothing more for a request after its final response."),
    shall(
        "dimse/pending-of-query", "PS3.7 9.1", "The performer sends pending statuses for C-FIND, C-GET and C-MOVE only."
    ),
    shall(
        "dimse/early-success",
        "PS3.7 9.1",
        "The performer sends no success or warning before the whole request has come.",
    ),
)

CANCEL = (
    shall(
        "dimse/cancel-command",
        "PS3.7 9.3.2.3",
        "The invoker sends C-CANCEL with Command Field 0FFFH, without data set, and with the Message ID of the "
        "request it is for.",
    ),
    shall(
        "dimse/cancel-find",
        "PS3.7 9.1.2.2",
        "The performer of C-FIND that is cancelled in time ends it with status FE00H.",
    ),
    shall(
        "dimse/cancel-get",
        "PS3.7 9.1.3.2",
        "The performer of C-GET that is cancelled in time ends it with status FE00H.",
    ),
    shall(
        "dimse/cancel-move",
        "PS3.7 9.1.4.2",
        "The performer of C-MOVE that is cancelled in time ends it with status FE00H.",
    ),
    should(
        "dimse/cancel-late",
        "PS3.7 9.1.2.2",
        "The performer ignores a C-CANCEL for an operation that is over or that never was.",
    ),
    should(
        "dimse/cancel-association-usable",
        "PS3.7 9.2.3",
        "The performer serves further requests on the association after a cancelled one.",
    ),
)

SUB_OPERATIONS = (
    shall(
        "dimse/pending-remaining",
        "PS3.7 9.1.4.1.8",
        "The performer sends the number of remaining sub-operations in every pending response of C-GET and C-MOVE.",
    ),
    shall(
        "dimse/pending-completed",
        "PS3.7 9.1.4.1.9",
        "The performer sends the number of completed sub-operations in every pending response of C-GET and C-MOVE.",
    ),
    shall(
        "dimse/pending-failed",
        "PS3.7 9.1.4.1.10",
        "The performer sends the number of failed sub-operations in every pending response of C-GET and C-MOVE.",
    ),
    shall(
        "dimse/pending-warning",
        "PS3.7 9.1.4.1.11",
        "The performer sends the number of warning sub-operations in every pending response of C-GET and C-MOVE.",
    ),
    should(
        "dimse/counters-grow",
        "PS3.7 9.1.4.1",
        "The performer never lowers the numbers of completed, failed and warning sub-operations, nor raises that of "
        "remaining ones.",
    ),
    should(
        "dimse/counters-sum",
        "PS3.7 9.1.4.1",
        "The performer keeps the sum of remaining, completed, failed and warning sub-operations constant.",
    ),
    shall(
        "dimse/move-other-association",
        "PS3.7 9.1.4.2",
        "The performer of C-MOVE sends its C-STORE sub-operations on another association.",
    ),
    shall(
        "dimse/get-same-association",
        "PS3.7 9.1.3.2",
        "The performer of C-GET sends its C-STORE sub-operations on the association of the request.",
    ),
)

ASSOCIATION = (
    shall(
        "dimse/release-after-responses",
        "PS3.7 A.5",
        "The requestor releases the association only after every operation that it invoked was confirmed.",
    ),
    shall(
        "dimse/abort-fails-operations",
        "PS3.7 A.6",
        "Either side fails the operations that are outstanding when the association is aborted.",
    ),
)

ROWS = RESPONSE + CANCEL + SUB_OPERATIONS + ASSOCIATION
