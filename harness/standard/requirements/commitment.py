"""Storage Commitment Push Model (PS3.4 J, PS3.7 10)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

REQUEST = (
    shall("commit/action-type-sent", "PS3.4 J.3.2.1.2", "The SCU requests storage commitment with Action Type ID 1."),
    shall(
        "commit/action-instance-sent",
        "PS3.4 J.3.2.1.2",
        "The SCU requests storage commitment of the well-known instance 1.2.840.10008.1.20.1.1.",
    ),
    shall(
        "commit/action-transaction-sent",
        "PS3.4 J.3.2.1.2",
        "The SCU sends a Transaction UID that no other active request has.",
    ),
    shall(
        "commit/action-references-once",
        "PS3.4 J.3.2.1.1.3",
        "The SCU refers to an instance no more than once in a request.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    should(
        "commit/action-answered",
        "PS3.4 J.3.2.1.3",
        "The SCP answers a valid request for storage commitment with success.",
    ),
    should(
        "commit/action-type-unknown",
        "PS3.7 C.5",
        "The SCP answers an action type that it does not know with a failure, of which 0123H is the one meant.",
    ),
    should(
        "commit/action-instance-unknown",
        "PS3.7 C.5",
        "The SCP answers a request for another instance than the well-known one with a failure.",
    ),
    should(
        "commit/action-transaction-missing",
        "PS3.4 J.3.2.1.1",
        "The SCP answers a request without Transaction UID with a failure.",
    ),
    should(
        "commit/action-references-missing",
        "PS3.4 J.3.2.1.1",
        "The SCP answers a request without any reference with a failure.",
    ),
    informative(
        "commit/action-transaction-repeated",
        "PS3.3 C.14.1",
        "What an SCP does with a Transaction UID that is in use is not said; reason 0131H is there for it.",
    ),
)

RESULT = (
    shall(
        "commit/result-sent",
        "PS3.4 J.3.3",
        "The SCP reports the result of each request that it has answered with success.",
    ),
    shall(
        "commit/result-success",
        "PS3.4 J.3.3.1.2",
        "The SCP reports with Event Type ID 1 that it commits to all instances of the request.",
    ),
    shall(
        "commit/result-failures",
        "PS3.4 J.3.3.1.2",
        "The SCP reports with Event Type ID 2 that it does not commit to all instances of the request.",
    ),
    shall("commit/result-transaction", "PS3.4 J.3.3.1.2", "The SCP reports with the Transaction UID of the request."),
    shall(
        "commit/result-complete",
        "PS3.4 J.3.3.1.2",
        "The SCP reports each instance of the request either as committed or as failed, and no other.",
    ),
    shall("commit/result-reason", "PS3.4 J.3.3.1.2", "The SCP reports a Failure Reason for each failed instance."),
    shall("commit/result-true", "PS3.4 J.3.3.1.2", "The SCP reports as committed only instances that it has."),
    should(
        "commit/result-unknown-reason",
        "PS3.3 C.14.1",
        "The SCP reports an instance that it does not have with reason 0112H.",
    ),
    should(
        "commit/result-class-conflict",
        "PS3.3 C.14.1",
        "The SCP reports an instance that it has under another SOP class with reason 0119H.",
    ),
    shall(
        "commit/result-other-association",
        "PS3.4 J.3.3.1.2",
        "The SCP can report on another association than that of the request.",
    ),
    should(
        "commit/result-role", "PS3.4 J.3.3.1.2", "The SCP that requests an association to report proposes the SCP role."
    ),
    informative(
        "commit/result-association",
        "PS3.4 J.3.3.1.2",
        "Whether the report comes on the association of the request or on another is left to the SCP.",
    ),
    shall(
        "commit/result-received",
        "PS3.4 J.3.3.1.3",
        "The SCU can receive the report on another association than that of the request.",
        untested="a person has to make the SCU ask; the proxy shows what it does",
    ),
    shall(
        "commit/result-answered",
        "PS3.4 J.3.3.1.3",
        "The SCU answers the report.",
        untested="a person has to make the SCU ask; the proxy shows what it does",
    ),
    should(
        "commit/result-once",
        "PS3.4 J.3.3.1.2",
        "The SCP reports no second result for a Transaction UID whose report was answered with success.",
        untested="it may come at any time, long after a run that could have waited for it",
    ),
)

ROWS = REQUEST + RESULT
