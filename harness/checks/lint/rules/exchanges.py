"""Rules for requests and their responses (PS3.7 9, 10, C)."""

from __future__ import annotations

from harness.checks.lint.model import shall

ROWS = (
    shall(
        "response-command",
        "A response has the Command Field of its request with the bit of responses",
        "dimse/response-command-field",
    ),
    shall("response-message-id", "A response names a request that is outstanding", "dimse/response-message-id"),
    shall("status-pending", "Only C-FIND, C-GET and C-MOVE have pending responses", "dimse/pending-of-query"),
    shall(
        "request-role",
        "Requests come from the side that has the role for them",
        "ul/role-default",
    ),
    shall(
        "instance-assigned",
        "The response to an N-CREATE names the instance of the request, or the one that was made",
        "dimse/response-sop-instance",
    ),
)
