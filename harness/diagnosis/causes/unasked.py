"""What the peer was to tell us by itself: reports of storage commitment, notifications of availability (PS3.4 J, R)."""

from __future__ import annotations

from harness.diagnosis.model import Blame, Cause, Stage

OUR_PORT = "Give our receiver a fixed port (`local: {listen: PORT}`, or `--listen`): without, it is another each time."

CAUSES = (
    Cause(
        "commitment-refused-by-us",
        Stage.EFFECT,
        Blame.OURS,
        "The peer came to report storage commitment, and our receiver refused it",
        "The peer opened a connection to our receiver, and the association or what it proposed was refused on our "
        "side: it called another AE title than ours, came by one of its own that we do not know, proposed something "
        "else than Storage Commitment, or only one of the two ends speaks TLS.",
        (
            "The evidence says what was refused; let our receiver accept it (`local:`, `calls_as:` at the peer).",
            "Or have AE title, port and TLS of our receiver corrected at the peer.",
        ),
        clause="PS3.4 J.3.3",
    ),
    Cause(
        "commitment-never-came",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer took the request for storage commitment and never reported",
        "The request was accepted, and the report did not come: neither on the same association, nor on one that the "
        "peer opens to us. Most often it has no address for our AE title, or the wrong one.",
        (
            "Have our AE title registered at the peer with the address and port on which we receive.",
            OUR_PORT,
            "Allow connections from the peer to our port.",
            "Wait longer; some archives commit at night only.",
        ),
        '"{called}" ({address}) accepts requests for storage commitment from "{calling}", and no report arrives. Which '
        "address and port are registered for us?",
        decides="A capture at our receiver: no packet of the peer means that it calls elsewhere or is blocked on the "
        "way.",
        clause="PS3.4 J.3.3",
    ),
    Cause(
        "commitment-of-another-request",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "A report of storage commitment came, and not for this request",
        "Each request for storage commitment has a Transaction UID, which its report has to repeat. What came in time "
        "bears another one: the peer has answered an earlier request, or has not repeated the UID that it was given.",
        (
            "Look up the Transaction UID of the report in the capture: is it one of an earlier request of ours?",
            "Ask again when no request is open any more.",
        ),
        '"{called}" ({address}) reports storage commitment to "{calling}" with another Transaction UID than that of '
        "our request. Which request does it belong to?",
        decides="The Transaction UID of the report: if no earlier request had it, the peer made it up.",
        clause="PS3.4 Table J.3-2",
    ),
    Cause(
        "not-committed",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "The peer does not commit to keep all of it",
        "The peer reported on the request for storage commitment, and names objects for which it takes no "
        "responsibility. Each has a reason in its report: that it does not have the object, for one, or has no room.",
        (
            "Look at the reasons, which stand with what was observed.",
            "Query the objects at the peer: does it have them, and under the same UIDs?",
            "Ask again later; some archives commit only to what has reached their long-term storage.",
        ),
        '"{called}" ({address}) does not commit to objects of "{calling}" ({evidence}). What does its log say?',
        decides="The same request some hours later, and a query for the objects that failed.",
        clause="PS3.4 J.3.3.1.2",
    ),
    Cause(
        "notification-refused-by-us",
        Stage.EFFECT,
        Blame.OURS,
        "The peer came to tell us, and our receiver refused it",
        "The peer opened a connection to our receiver, and the association or what it proposed was refused on our "
        "side: it called another AE title than ours, came by one of its own that we do not know, proposed something "
        "else than Instance Availability Notification, or only one of the two ends speaks TLS.",
        (
            "The evidence says what was refused; let our receiver accept it (`local:`, `calls_as:` at the peer).",
            "Or have AE title, port and TLS of our receiver corrected at the peer.",
        ),
        clause="PS3.4 R.3.2",
    ),
    Cause(
        "notification-never-came",
        Stage.EFFECT,
        Blame.UNDECIDED,
        "No notification came",
        "The peer was to tell us that objects are available, and did not in time. It may have no address for our AE "
        "title, or the wrong one; it may not be told to notify us, or not have anything to tell yet.",
        (
            "Have our AE title registered at the peer, with address and port, as one that is to be notified.",
            OUR_PORT,
            "Allow connections from the peer to our port.",
            "Wait longer (`wait:`); see what makes the peer notify.",
        ),
        "We expect notifications of availability at {calling}, and none arrives. Which address and port are registered "
        "there for us?",
        decides="A capture at our receiver: no packet of the peer means that it calls elsewhere, or not at all.",
        clause="PS3.4 R.3.2",
    ),
)
