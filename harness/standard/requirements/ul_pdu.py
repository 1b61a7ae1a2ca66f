"""PDUs and their items (PS3.8 9.3)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

GENERAL = (
    shall("ul/pdu-type", "PS3.8 9.3.1", "Every PDU that either side sends is of one of the types 01H to 07H."),
    shall("ul/pdu-length", "PS3.8 9.3", "The PDU-length that either side sends counts just the bytes that follow it."),
    shall(
        "ul/byte-order",
        "PS3.8 9.3.1",
        "Either side sends the numbers of PDU headers and items most significant byte first.",
    ),
    shall(
        "ul/item-length",
        "PS3.8 9.3",
        "The Item-length that either side sends counts just the bytes of that item that follow it.",
    ),
    shall("ul/item-order", "PS3.8 9.3.1", "Either side sends the items of a PDU in increasing order of their types."),
    shall(
        "ul/item-unknown-ignored",
        "PS3.8 9.3.1",
        "A receiver skips items of types that it does not know and goes on with the rest of the PDU.",
    ),
    shall(
        "ul/reserved-zero",
        "PS3.8 9.3",
        "Either side sends reserved fields as zero, but for those of A-ASSOCIATE-AC that repeat the request.",
    ),
    shall("ul/reserved-ignored", "PS3.8 9.3", "A receiver does not test the value of reserved fields."),
    shall(
        "ul/uid-syntax",
        "PS3.8 F.1",
        "Either side sends the UIDs of items as numeric components without leading zeros, separated by single periods.",
    ),
    shall(
        "ul/uid-not-padded", "PS3.8 F.1", "Either side sends the UIDs of items without padding before or after them."
    ),
    shall(
        "ul/uid-length",
        "PS3.8 F.1",
        "Either side sends abstract syntax, transfer syntax and application context names of at most 64 characters.",
    ),
    informative(
        "ul/uid-padding-tolerated",
        "PS3.8 F.1",
        "Whether an acceptor reads UIDs of items that the requestor padded is not defined.",
    ),
)

REQUEST = (
    shall(
        "ul/rq-protocol-version", "PS3.8 9.3.2", "The requestor sets bit 0 of the Protocol-version of A-ASSOCIATE-RQ."
    ),
    shall(
        "ul/rq-protocol-version-other-bits",
        "PS3.8 9.3.2",
        "The acceptor tests bit 0 of the Protocol-version alone: other bits do not keep it from accepting.",
    ),
    shall(
        "ul/rq-protocol-version-unsupported",
        "PS3.8 9.2.2",
        "The acceptor does not accept an A-ASSOCIATE-RQ whose Protocol-version has bit 0 clear.",
    ),
    should(
        "ul/rq-protocol-version-reason",
        "PS3.8 9.3.4",
        "The acceptor rejects an unsupported Protocol-version with source 2 and reason 2.",
    ),
    shall(
        "ul/rq-called-ae-title",
        "PS3.8 9.3.2",
        "The requestor sends the Called-AE-title as 16 characters of the basic G0 set of ISO 646.",
    ),
    shall(
        "ul/rq-called-ae-title-not-blank", "PS3.8 9.3.2", "The requestor does not send a Called-AE-title of 16 spaces."
    ),
    shall(
        "ul/rq-calling-ae-title",
        "PS3.8 9.3.2",
        "The requestor sends the Calling-AE-title as 16 characters of the basic G0 set of ISO 646.",
    ),
    shall(
        "ul/rq-calling-ae-title-not-blank",
        "PS3.8 9.3.2",
        "The requestor does not send a Calling-AE-title of 16 spaces.",
    ),
    shall(
        "ul/ae-title-spaces",
        "PS3.8 9.3.2",
        "The acceptor takes an AE title with leading or trailing spaces for the same title as without them.",
    ),
    informative(
        "ul/ae-title-case",
        "PS3.5 6.2",
        "AE titles that differ only in case are different titles, yet some acceptors take them for the same.",
    ),
    informative(
        "ul/ae-title-blank-received",
        "PS3.8 9.3.2",
        "What an acceptor answers to an AE title of 16 spaces is not defined.",
    ),
    informative(
        "ul/ae-title-characters-received",
        "PS3.8 9.3.2",
        "What an acceptor answers to an AE title with control characters is not defined.",
    ),
    shall("ul/rq-application-context", "PS3.8 9.3.2", "The requestor sends just one Application Context item."),
    shall("ul/rq-contexts", "PS3.8 9.3.2", "The requestor sends at least one Presentation Context item."),
    shall("ul/rq-user-information", "PS3.8 9.3.2", "The requestor sends just one User Information item."),
    shall(
        "ul/rq-context-id", "PS3.8 9.3.2.2", "The requestor gives presentation contexts odd identifiers from 1 to 255."
    ),
    shall(
        "ul/rq-context-id-unique",
        "PS3.8 7.1.1.13",
        "The requestor gives each presentation context an identifier that no other of the association has.",
    ),
    shall(
        "ul/rq-context-abstract-syntax",
        "PS3.8 9.3.2.2",
        "The requestor sends just one Abstract Syntax sub-item in each Presentation Context item.",
    ),
    shall(
        "ul/rq-context-transfer-syntaxes",
        "PS3.8 9.3.2.2",
        "The requestor sends at least one Transfer Syntax sub-item in each Presentation Context item.",
    ),
    shall(
        "ul/rq-context-sub-item-order",
        "PS3.8 9.3.2.2",
        "The requestor sends the Abstract Syntax sub-item of a Presentation Context item before its Transfer Syntax "
        "sub-items.",
    ),
    informative(
        "ul/rq-malformed",
        "PS3.8 9.2.3",
        "What an acceptor answers to an A-ASSOCIATE-RQ with missing, doubled or invalid items is not defined; it "
        "may reject, abort or tolerate it.",
    ),
    should(
        "ul/rq-malformed-answered",
        "PS3.8 9.2.3",
        "The acceptor answers an A-ASSOCIATE-RQ with missing, doubled or invalid items, or closes the connection, "
        "rather than leave the requestor waiting.",
    ),
    shall(
        "ul/user-information-sub-items",
        "PS3.8 9.3.2.3",
        "Either side sends at least one sub-item in the User Information item.",
    ),
    should(
        "ul/user-information-order",
        "PS3.8 9.3.2.3",
        "A receiver gives no meaning to the order of the sub-items of the User Information item.",
    ),
)

ACCEPTANCE = (
    shall(
        "ul/ac-protocol-version", "PS3.8 9.3.3", "The acceptor sets bit 0 of the Protocol-version of A-ASSOCIATE-AC."
    ),
    shall(
        "ul/ac-called-ae-title",
        "PS3.8 9.3.3",
        "The acceptor sends bytes 11 to 26 of A-ASSOCIATE-AC as they were in the request.",
    ),
    shall(
        "ul/ac-calling-ae-title",
        "PS3.8 9.3.3",
        "The acceptor sends bytes 27 to 42 of A-ASSOCIATE-AC as they were in the request.",
    ),
    informative(
        "ul/ac-reserved-repeated",
        "PS3.8 9.3.3",
        "The acceptor repeats bytes 43 to 74 of the request, which only a request that breaks their rule to be zero "
        "can show.",
    ),
    shall(
        "ul/ac-repeated-not-tested",
        "PS3.8 9.3.3",
        "The requestor does not test bytes 11 to 74 of A-ASSOCIATE-AC.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall("ul/ac-application-context", "PS3.8 9.3.3", "The acceptor sends just one Application Context item."),
    shall("ul/ac-user-information", "PS3.8 9.3.3", "The acceptor sends just one User Information item."),
    shall(
        "ul/ac-result-per-context",
        "PS3.8 7.1.1.14",
        "The acceptor sends just one result for each proposed presentation context, and none for others.",
    ),
    shall(
        "ul/ac-result-order",
        "PS3.8 7.1.1.14",
        "The requestor finds the result of a presentation context by its identifier, not by its place.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    shall(
        "ul/ac-result", "PS3.8 9.3.3.2", "The acceptor sends a Result/Reason from 0 to 4 for each presentation context."
    ),
    shall(
        "ul/ac-one-transfer-syntax",
        "PS3.8 9.3.3.2",
        "The acceptor sends just one Transfer Syntax sub-item for a presentation context that it accepts.",
    ),
    shall(
        "ul/ac-transfer-syntax-proposed",
        "PS3.8 7.1.1.14",
        "The acceptor accepts a presentation context with a transfer syntax that was proposed for that context.",
    ),
    shall(
        "ul/ac-rejected-transfer-syntax",
        "PS3.8 9.3.3.2",
        "The requestor does not test the transfer syntax of a presentation context that was not accepted.",
        untested="a person has to make the requestor act; the proxy shows how it takes it",
    ),
    informative(
        "ul/ac-rejected-sub-item",
        "PS3.8 9.3.3.2",
        "Whether the Transfer Syntax sub-item of a context that is not accepted may be missing is said in two ways.",
        untested="whatever the peer does is right",
    ),
    should(
        "ul/ac-abstract-syntax-reason",
        "PS3.8 9.3.3.2",
        "The acceptor refuses a presentation context whose abstract syntax it does not support with result 3, or 1.",
    ),
    should(
        "ul/ac-transfer-syntax-reason",
        "PS3.8 9.3.3.2",
        "The acceptor refuses a presentation context of which it supports the abstract syntax but no transfer syntax "
        "with result 4, or 1.",
    ),
    informative(
        "ul/ac-nothing-accepted",
        "PS3.8 7.1.1.14",
        "Whether an association without any acceptable presentation context is accepted or rejected is left to the "
        "acceptor.",
    ),
)

OTHERS = (
    shall("ul/rj-length", "PS3.8 9.3.4", "The acceptor sends A-ASSOCIATE-RJ with a PDU-length of 4."),
    shall("ul/rj-result", "PS3.8 9.3.4", "The acceptor sends A-ASSOCIATE-RJ with result 1 or 2."),
    shall("ul/rj-source", "PS3.8 9.3.4", "The acceptor sends A-ASSOCIATE-RJ with source 1, 2 or 3."),
    shall(
        "ul/rj-reason", "PS3.8 9.3.4", "The acceptor sends A-ASSOCIATE-RJ with a reason that is defined for its source."
    ),
    should(
        "ul/rj-application-context",
        "PS3.8 9.3.4",
        "The acceptor that rejects an unsupported application context name does so with source 1 and reason 2.",
    ),
    informative(
        "ul/rj-called-ae-title",
        "PS3.8 7.1.1.4",
        "Whether an acceptor refuses a Called-AE-title that is not its own is left to it; reason 7 of source 1 says "
        "so.",
    ),
    informative(
        "ul/rj-calling-ae-title",
        "PS3.8 7.1.1.3",
        "Whether an acceptor refuses a Calling-AE-title that it does not know is left to it; reason 3 of source 1 "
        "says so.",
    ),
    shall(
        "ul/release-length", "PS3.8 9.3.6", "Either side sends A-RELEASE-RQ and A-RELEASE-RP with a PDU-length of 4."
    ),
    informative(
        "ul/release-malformed",
        "PS3.8 9.2.3",
        "What a receiver does with a release PDU of another length is not defined.",
    ),
    shall("ul/abort-length", "PS3.8 9.3.8", "Either side sends A-ABORT with a PDU-length of 4."),
    shall("ul/abort-source", "PS3.8 9.3.8", "Either side sends A-ABORT with source 0 or 2."),
    shall(
        "ul/abort-provider-reason",
        "PS3.8 9.3.8",
        "Either side sends A-ABORT of the service-provider with reason 0, 1, 2, 4, 5 or 6.",
    ),
    shall("ul/abort-user-reason", "PS3.8 9.3.8", "Either side sends A-ABORT of the service-user with reason 0."),
    shall(
        "ul/abort-fields-ignored",
        "PS3.8 9.3.8",
        "A receiver takes an A-ABORT of the service-user for one whatever its reason.",
    ),
)

ROWS = GENERAL + REQUEST + ACCEPTANCE + OTHERS
