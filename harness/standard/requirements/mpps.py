"""Modality Performed Procedure Step (PS3.4 F.7, PS3.7 10)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

CREATE = (
    shall(
        "mpps/create-in-progress-sent",
        "PS3.4 F.7.2.1.2",
        "The SCU creates a performed procedure step with the status IN PROGRESS.",
    ),
    shall("mpps/create-instance-sent", "PS3.4 F.7.2.1.2", "The SCU sends the SOP Instance UID with N-CREATE."),
    shall("mpps/create", "PS3.4 F.7.2", "The SCP answers a valid N-CREATE with success or a warning."),
    shall(
        "mpps/create-other-status",
        "PS3.4 F.7.2.1.3",
        "The SCP answers an N-CREATE whose status is not IN PROGRESS with a failure.",
    ),
    shall(
        "mpps/create-other-status-code",
        "PS3.4 F.7.2.1.3",
        "The SCP answers an N-CREATE whose status is not IN PROGRESS with status 0106H.",
    ),
    should(
        "mpps/create-duplicate",
        "PS3.7 10.1.5.1.6",
        "The SCP answers an N-CREATE of an instance that it already has with status 0111H.",
    ),
    should(
        "mpps/create-type-1-missing",
        "PS3.7 10.1.5.1.6",
        "The SCP answers an N-CREATE without a required attribute with a failure, of which 0120H is the one meant.",
    ),
    should(
        "mpps/create-type-1-empty",
        "PS3.7 10.1.5.1.6",
        "The SCP answers an N-CREATE with an empty attribute of type 1 with a failure, of which 0121H is the one "
        "meant.",
    ),
    shall(
        "mpps/create-uid-assigned",
        "PS3.7 10.1.5.1.4",
        "The SCP that accepts an N-CREATE without SOP Instance UID returns the one that it assigned.",
    ),
    shall(
        "mpps/create-response-uid",
        "PS3.7 10.1.5.1.4",
        "The SCP returns the Affected SOP Instance UID of the request with N-CREATE, if with any.",
    ),
)

SET = (
    shall("mpps/set", "PS3.4 F.7.2", "The SCP answers a valid N-SET of a step in progress with success or a warning."),
    shall(
        "mpps/set-complete",
        "PS3.4 F.7.2.2.3",
        "The SCP answers a valid N-SET to COMPLETED or DISCONTINUED with success or a warning.",
    ),
    shall(
        "mpps/set-final-refused",
        "PS3.4 F.7.2.2.3",
        "The SCP answers an N-SET of a step that is no longer in progress with status 0110H.",
    ),
    should(
        "mpps/set-final-error-id",
        "PS3.4 F.7.2.2.4",
        "The SCP sends Error ID A710H when a step can no longer be updated.",
    ),
    shall(
        "mpps/set-unknown",
        "PS3.7 10.1.3",
        "The SCP answers an N-SET of an instance that it does not have with a failure, of which 0112H is the one "
        "meant.",
    ),
    should(
        "mpps/set-not-allowed",
        "PS3.4 F.7.2.1.1",
        "The SCP does not accept an N-SET of attributes that are only for N-CREATE.",
    ),
    should(
        "mpps/set-complete-without-series",
        "PS3.4 F.7.2.1.1",
        "The SCP refuses an N-SET to COMPLETED while Performed Series Sequence is empty.",
    ),
    shall(
        "mpps/set-final-sent",
        "PS3.4 F.7.2.2.2",
        "The SCU sends no N-SET for a step after it has set it to COMPLETED or DISCONTINUED.",
    ),
    shall(
        "mpps/set-created-only",
        "PS3.4 F.7.2.2.2",
        "The SCU sets only attributes that it has created.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
)

OTHERS = (
    should(
        "mpps/other-operations",
        "PS3.4 F.7.1",
        "The SCP answers N-GET, N-DELETE and N-ACTION on the Modality Performed Procedure Step SOP Class with a "
        "failure, or aborts.",
    ),
    shall(
        "mpps/response-requested-uids",
        "PS3.7 10.1.3.1.8",
        "The SCP returns the SOP class and instance of the request with N-SET, if with any.",
    ),
    informative(
        "mpps/coercion",
        "PS3.4 F.7.2.2.3",
        "Which attributes an SCP changes after the step has ended is left to it.",
        untested="whatever the peer does is right",
    ),
)

ROWS = CREATE + SET + OTHERS
