"""Connections, timers and the state machine (PS3.8 7.2 to 7.4, 9.1, 9.2)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

CONNECTION = (
    shall(
        "ul/tcp-one-association",
        "PS3.8 9.1.1",
        "Either side carries just one association on a connection, also after that has been released.",
    ),
    shall("ul/tcp-request-sent", "PS3.8 9.1.2", "The requestor sends A-ASSOCIATE-RQ once its connection is open."),
    shall("ul/tcp-accepted", "PS3.8 9.1.2", "The acceptor listens for connections and accepts those that come in."),
    shall("ul/tcp-segments", "PS3.8 9.1.3", "A receiver reads PDUs whatever the segments in which their bytes come."),
    informative(
        "ul/tcp-requests-ahead",
        "PS3.8 7.1.2",
        "What an acceptor does with PDUs that come before it has answered the request is told by the state in which "
        "it reads them.",
    ),
    shall(
        "ul/tcp-closed-before-request",
        "PS3.8 9.2.3",
        "The acceptor closes its side when the connection is closed before a request came.",
    ),
    shall(
        "ul/tcp-closed-in-association",
        "PS3.8 9.2.3",
        "Either side ends the association and closes its side when the connection is closed under it.",
    ),
    should(
        "ul/tcp-not-dropped",
        "PS3.8 9.1.4",
        "Either side rejects or aborts rather than closing the connection without a PDU.",
    ),
    informative(
        "ul/tcp-half-closed",
        "PS3.8 9.1.4",
        "Whether an acceptor answers a requestor that has closed only its sending direction is not defined.",
    ),
    shall(
        "ul/tcp-port-configurable",
        "PS3.8 9.1.1",
        "Either side lets the port of the other side be configured.",
        untested="it is a setting, which cannot be seen from the wire",
    ),
    should(
        "ul/tcp-port-registered",
        "PS3.8 9.1.1",
        "An acceptor with a single DICOM service listens on port 104, or on 11112.",
        untested="which port a site chooses is no fact about the implementation",
    ),
    shall(
        "ul/tcp-no-linger",
        "PS3.8 9.1.4",
        "Either side closes connections with the option not to linger.",
        untested="whether a socket lingers cannot be seen reliably from the other end",
    ),
    informative(
        "ul/tcp-others-not-held-up",
        "PS3.8 9.1.2",
        "Whether an association waits for a connection that says nothing is not defined.",
    ),
    informative(
        "ul/tcp-foreign-protocol",
        "PS3.8 9.2.3",
        "Bytes of another protocol are an unrecognized PDU; an acceptor that does not abort should at least close "
        "and stay available.",
    ),
)

TIMERS = (
    shall(
        "ul/artim-request",
        "PS3.8 9.2.3",
        "The acceptor closes a connection on which no request has come when its ARTIM timer expires.",
    ),
    shall(
        "ul/artim-partial-request",
        "PS3.8 9.2.3",
        "The acceptor closes a connection on which only part of a request has come when its ARTIM timer expires.",
    ),
    shall(
        "ul/artim-reject",
        "PS3.8 9.2.3",
        "The acceptor closes the connection when its ARTIM timer expires after A-ASSOCIATE-RJ and the requestor has "
        "not closed it.",
    ),
    shall(
        "ul/artim-release",
        "PS3.8 9.2.3",
        "The acceptor closes the connection when its ARTIM timer expires after A-RELEASE-RP and the requestor has "
        "not closed it.",
    ),
    shall(
        "ul/artim-abort",
        "PS3.8 9.2.3",
        "Whoever sent A-ABORT closes the connection when its ARTIM timer expires and the other side has not closed it.",
    ),
    shall(
        "ul/artim-configurable",
        "PS3.8 9.1.5",
        "Either side lets the value of its ARTIM timer be configured.",
        untested="it is a setting, which cannot be seen from the wire",
    ),
    should(
        "ul/artim-not-for-establishment",
        "PS3.8 9.1.4",
        "Neither side uses the ARTIM timer to limit how long establishing or releasing an association takes.",
        untested="which timer ended a wait cannot be seen from the wire",
    ),
    informative(
        "ul/idle-association", "PS3.8 9.1.4", "Whether and when an association without traffic is ended is not defined."
    ),
)

RELEASE = (
    shall("ul/release-answered", "PS3.8 7.2.2", "Whoever receives A-RELEASE-RQ answers with A-RELEASE-RP."),
    shall("ul/release-requestor-silent", "PS3.8 7.2.2", "Whoever has sent A-RELEASE-RQ sends no more P-DATA-TF."),
    shall(
        "ul/release-responder-silent",
        "PS3.8 7.2.2",
        "Whoever has sent A-RELEASE-RP sends nothing more on the association.",
    ),
    shall(
        "ul/release-data-received",
        "PS3.8 7.2.2",
        "Whoever has sent A-RELEASE-RQ still accepts P-DATA-TF until A-RELEASE-RP comes.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/release-closed",
        "PS3.8 9.2.2",
        "Whoever receives A-RELEASE-RP to its own A-RELEASE-RQ closes the connection.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/release-collision",
        "PS3.8 7.2.2",
        "When both sides have sent A-RELEASE-RQ, the association requestor answers first and the acceptor after it.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall("ul/release-by-requestor", "PS3.7 A.5", "The acceptor of an association does not send A-RELEASE-RQ."),
    informative(
        "ul/release-then-data",
        "PS3.8 9.2.3",
        "P-DATA-TF after A-RELEASE-RQ is unexpected before A-RELEASE-RP is sent and ignored after it; which of both "
        "an acceptor sees depends on timing.",
    ),
    informative(
        "ul/release-twice",
        "PS3.8 9.2.3",
        "A second A-RELEASE-RQ is unexpected before A-RELEASE-RP is sent and ignored after it.",
    ),
)

ABORT = (
    shall("ul/abort-closes", "PS3.8 9.2.2", "Whoever receives A-ABORT closes the connection."),
    shall("ul/abort-not-answered", "PS3.8 9.2.2", "Whoever receives A-ABORT sends no PDU in answer."),
    shall(
        "ul/abort-before-request",
        "PS3.8 9.2.3",
        "The acceptor that receives A-ABORT instead of a request closes the connection without a PDU.",
    ),
    shall("ul/abort-sender-silent", "PS3.8 7.3.2", "Whoever has sent A-ABORT sends nothing more on the association."),
    informative(
        "ul/abort-malformed",
        "PS3.8 9.2.3",
        "What a receiver does with an A-ABORT of another length is not defined, but the association ends.",
    ),
)

UNEXPECTED = (
    shall("ul/state-ac-first", "PS3.8 9.2.3", "The acceptor aborts when A-ASSOCIATE-AC comes instead of a request."),
    shall("ul/state-rj-first", "PS3.8 9.2.3", "The acceptor aborts when A-ASSOCIATE-RJ comes instead of a request."),
    shall("ul/state-data-first", "PS3.8 9.2.3", "The acceptor aborts when P-DATA-TF comes instead of a request."),
    shall(
        "ul/state-release-rq-first", "PS3.8 9.2.3", "The acceptor aborts when A-RELEASE-RQ comes instead of a request."
    ),
    shall(
        "ul/state-release-rp-first", "PS3.8 9.2.3", "The acceptor aborts when A-RELEASE-RP comes instead of a request."
    ),
    shall(
        "ul/state-unknown-first",
        "PS3.8 9.2.3",
        "The acceptor aborts when a PDU of an unknown type comes instead of a request.",
    ),
    shall(
        "ul/state-rq-in-association",
        "PS3.8 9.2.3",
        "Either side aborts when A-ASSOCIATE-RQ comes on an established association.",
    ),
    shall(
        "ul/state-ac-in-association",
        "PS3.8 9.2.3",
        "Either side aborts when A-ASSOCIATE-AC comes on an established association.",
    ),
    shall(
        "ul/state-rj-in-association",
        "PS3.8 9.2.3",
        "Either side aborts when A-ASSOCIATE-RJ comes on an established association.",
    ),
    shall(
        "ul/state-release-rp-in-association",
        "PS3.8 9.2.3",
        "Either side aborts when A-RELEASE-RP comes that it did not ask for.",
    ),
    shall(
        "ul/state-unknown-in-association",
        "PS3.8 9.2.3",
        "Either side aborts when a PDU of an unknown type comes on an established association.",
    ),
    shall(
        "ul/state-data-before-answer",
        "PS3.8 9.2.3",
        "The requestor aborts when P-DATA-TF comes before the answer to its request.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/state-release-before-answer",
        "PS3.8 9.2.3",
        "The requestor aborts when a release PDU comes before the answer to its request.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/state-request-before-answer",
        "PS3.8 9.2.3",
        "The requestor aborts when A-ASSOCIATE-RQ comes before the answer to its request.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/state-unknown-before-answer",
        "PS3.8 9.2.3",
        "The requestor aborts when a PDU of an unknown type comes before the answer to its request.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/state-no-second-association",
        "PS3.8 9.2.3",
        "The acceptor accepts no second request on a connection whose association is over.",
    ),
    informative(
        "ul/state-over-ignored",
        "PS3.8 9.2.3",
        "PDUs but for requests, aborts and unknown ones are ignored on a connection whose association is over.",
    ),
    shall(
        "ul/state-first-abort-source",
        "PS3.8 9.2.2",
        "The acceptor that aborts before it has read a request sends A-ABORT with source 0.",
    ),
    shall(
        "ul/state-provider-abort-source",
        "PS3.8 9.2.2",
        "Whoever aborts because of an unexpected or unrecognized PDU in an association sends A-ABORT with source 2.",
    ),
    should(
        "ul/state-unexpected-reason",
        "PS3.8 9.3.8",
        "Whoever aborts as service provider because of an unexpected PDU in an association gives reason 2.",
    ),
    should(
        "ul/state-unrecognized-reason",
        "PS3.8 9.3.8",
        "Whoever aborts as service provider because of an unrecognized PDU in an association gives reason 1.",
    ),
)

SENT = (
    shall(
        "ul/sent-answer",
        "PS3.8 9.2.3",
        "The acceptor sends A-ASSOCIATE-AC or A-ASSOCIATE-RJ once, and only in answer to A-ASSOCIATE-RQ.",
    ),
    shall(
        "ul/sent-by-role",
        "PS3.8 9.2.3",
        "Only the requestor sends A-ASSOCIATE-RQ, and only the acceptor sends A-ASSOCIATE-AC and A-ASSOCIATE-RJ.",
    ),
    shall("ul/sent-data-established", "PS3.8 9.2.3", "Either side sends P-DATA-TF only on an established association."),
    shall(
        "ul/sent-release-established",
        "PS3.8 9.2.3",
        "Either side sends A-RELEASE-RQ only on an established association.",
    ),
    shall("ul/sent-release-answer", "PS3.8 9.2.3", "Either side sends A-RELEASE-RP only in answer to A-RELEASE-RQ."),
    shall("ul/sent-rejection-last", "PS3.8 9.2.3", "The acceptor sends nothing but A-ABORT after A-ASSOCIATE-RJ."),
)

ROWS = CONNECTION + TIMERS + RELEASE + ABORT + UNEXPECTED + SENT
