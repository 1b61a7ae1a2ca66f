"""The Verification Service Class (PS3.4 A, PS3.7 9.1.5)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

ROWS = (
    shall(
        "verification/context-accepted",
        "PS3.4 A.5",
        "The SCP accepts a presentation context for the Verification SOP Class.",
    ),
    shall(
        "verification/echo-success",
        "PS3.7 9.1.5.2",
        "The SCP answers a C-ECHO of the Verification SOP Class with success.",
    ),
    shall(
        "verification/echo-without-data-set",
        "PS3.7 9.3.5.1",
        "Either side sends C-ECHO requests and responses without a data set.",
    ),
    shall(
        "verification/echo-repeated", "PS3.7 9.1.5", "The SCP answers each of many C-ECHO requests on one association."
    ),
    should("verification/associations-repeated", "PS3.8 9.1.2", "The SCP accepts one association after another."),
    shall(
        "verification/echo-only",
        "PS3.4 A.4",
        "The SCP performs no other operation than C-ECHO on a presentation context of the Verification SOP Class.",
    ),
    shall(
        "verification/no-extended-negotiation",
        "PS3.4 A.5",
        "Neither side sends application information for the Verification SOP Class.",
    ),
    informative(
        "verification/echo-by-role",
        "PS3.4 A.5",
        "An acceptor of other services need not be an SCP of the Verification SOP Class, though nearly all are.",
        untested="whatever the peer does is right",
    ),
)
