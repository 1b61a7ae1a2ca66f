"""Rules for the order of PDUs (PS3.8 7.2 to 7.4, 9.2)."""

from __future__ import annotations

from harness.checks.lint.model import shall

ROWS = (
    shall(
        "request-first",
        "The requestor begins with A-ASSOCIATE-RQ, and sends no other on the connection",
        "ul/tcp-request-sent",
        "ul/tcp-one-association",
    ),
    shall("answer-once", "The acceptor answers A-ASSOCIATE-RQ once, and nothing else", "ul/sent-answer"),
    shall(
        "pdu-of-role",
        "A-ASSOCIATE-RQ comes from the requestor, A-ASSOCIATE-AC and -RJ from the acceptor",
        "ul/sent-by-role",
    ),
    shall("data-established", "P-DATA-TF comes on an established association", "ul/sent-data-established"),
    shall("release-established", "A-RELEASE-RQ comes on an established association", "ul/sent-release-established"),
    shall("release-answer", "A-RELEASE-RP answers A-RELEASE-RQ", "ul/sent-release-answer"),
    shall("release-by-requestor", "Only the requestor releases an association", "ul/release-by-requestor"),
    shall(
        "release-requested",
        "Whoever has sent A-RELEASE-RQ sends nothing more but A-RELEASE-RP and A-ABORT",
        "ul/release-requestor-silent",
    ),
    shall(
        "release-last",
        "Whoever has sent A-RELEASE-RP sends nothing more but A-ABORT",
        "ul/release-responder-silent",
    ),
    shall("abort-last", "Whoever has sent A-ABORT sends nothing more", "ul/abort-sender-silent"),
    shall("rejection-last", "Whoever has sent A-ASSOCIATE-RJ sends nothing more but A-ABORT", "ul/sent-rejection-last"),
)
