"""Rules for requests and their responses (PS3.7 9, 10, C; PS3.4 C.4)."""

from __future__ import annotations

from harness.checks.lint.model import shall, should

REQUESTS = (
    shall("message-id", "No two requests under way have the same Message ID", "dimse/message-id-outstanding"),
    shall(
        "operations-window",
        "No more requests are under way than the asynchronous operations window allows",
        "ul/async-window-kept",
    ),
    shall(
        "request-role",
        "Requests come from the side that has the role for them",
        "ul/role-default",
    ),
    should(
        "request-context",
        "A request comes on a presentation context of its SOP class",
        "dimse/sop-class-of-context",
    ),
    shall("cancel-request", "A C-CANCEL names a request of its sender", "dimse/cancel-command"),
    shall(
        "release-confirmed",
        "An association is released when all its requests are answered",
        "dimse/release-after-responses",
    ),
)

RESPONSES = (
    shall(
        "response-command",
        "A response has the Command Field of its request with the bit of responses",
        "dimse/response-command-field",
    ),
    shall(
        "response-message-id",
        "A response names a request that is under way",
        "dimse/response-message-id",
        "dimse/same-association",
    ),
    shall(
        "response-once",
        "Nothing follows the final response to a request",
        "dimse/final-once",
        "dimse/pending-then-final",
    ),
    should("response-context", "A response comes on the presentation context of its request", "dimse/same-context"),
    shall(
        "response-sop-class",
        "A response names the SOP class of its request, if any",
        "dimse/response-sop-class",
    ),
    shall(
        "response-sop-instance",
        "A response names the SOP instance of its request, if any",
        "dimse/response-sop-instance",
        "mpps/response-requested-uids",
        "mpps/create-response-uid",
    ),
    shall(
        "instance-assigned",
        "The response to an N-CREATE without SOP Instance UID names the one that was assigned",
        "mpps/create-uid-assigned",
    ),
    shall(
        "response-early",
        "Success and warnings come after the whole request",
        "dimse/early-success",
        "storage/early-response",
    ),
    shall("status-pending", "Only C-FIND, C-GET and C-MOVE have pending responses", "dimse/pending-of-query"),
    shall("status-class", "A status is of one of the status classes", "dimse/status-class"),
    should(
        "status-service",
        "A status is defined for its service",
        "dimse/status-of-service",
        "storage/status",
        "qr/find-status",
        "qr/move-status",
        "qr/get-status",
        "worklist/status",
    ),
    should("status-cancel", "Status FE00H answers a C-CANCEL", "dimse/status-of-service"),
)

SUB_OPERATIONS = (
    shall(
        "counters-pending",
        "Pending responses to C-GET and C-MOVE have the four numbers of sub-operations",
        "dimse/pending-remaining",
        "dimse/pending-completed",
        "dimse/pending-failed",
        "dimse/pending-warning",
    ),
    shall(
        "counters-final",
        "Success, warnings and failures have no number of remaining sub-operations",
        "qr/retrieve-final-without-remaining",
    ),
    should(
        "counters-direction",
        "Remaining sub-operations never grow in number, and the others never shrink",
        "dimse/counters-grow",
    ),
    should("counters-sum", "The numbers of sub-operations have the same sum all the time", "dimse/counters-sum"),
    should(
        "counters-canceled",
        "Canceled responses to C-GET and C-MOVE have the numbers of sub-operations that were done",
        "qr/retrieve-cancel-counters",
    ),
    shall(
        "counters-status",
        "Success comes without failures and warnings, a warning not with failures alone",
        "qr/retrieve-success-status",
        "qr/retrieve-warning-status",
        "qr/retrieve-failure-status",
    ),
    shall(
        "counters-true",
        "As many sub-operations of a C-GET are completed as were answered with success",
        "qr/retrieve-counters-true",
    ),
    shall(
        "failed-list",
        "An identifier comes with a final response just when sub-operations failed",
        "qr/retrieve-failed-list",
        "qr/retrieve-no-failed-list",
    ),
)
