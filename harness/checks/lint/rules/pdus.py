"""Rules for PDUs and the items of A-ASSOCIATE PDUs (PS3.8 9.3)."""

from __future__ import annotations

from harness.checks.lint.model import informative, shall

PDUS = (
    shall("pdu-type", "PDUs have one of the types 01H to 07H", "ul/pdu-type"),
    shall(
        "pdu-length",
        "PDUs have the length of their kind",
        "ul/pdu-length",
        "ul/rj-length",
        "ul/release-length",
        "ul/abort-length",
        "ul/byte-order",
    ),
    shall("reserved", "Reserved fields are sent as zero", "ul/reserved-zero"),
    shall(
        "rejection-codes",
        "An A-ASSOCIATE-RJ has a result, a source and a reason that are defined",
        "ul/rj-result",
        "ul/rj-source",
        "ul/rj-reason",
    ),
    shall("abort-source", "An A-ABORT has the source 0 or 2", "ul/abort-source"),
    shall(
        "abort-reason",
        "An A-ABORT has a reason that is defined for its source",
        "ul/abort-provider-reason",
        "ul/abort-user-reason",
    ),
)

ASSOCIATE = (
    shall(
        "protocol-version",
        "The protocol version has bit 0 set",
        "ul/rq-protocol-version",
        "ul/ac-protocol-version",
    ),
    shall(
        "ae-title",
        "AE titles of a request are not blank and of the ISO 646 basic G0 set",
        "ul/rq-called-ae-title",
        "ul/rq-called-ae-title-not-blank",
        "ul/rq-calling-ae-title",
        "ul/rq-calling-ae-title-not-blank",
    ),
    shall(
        "ae-title-repeated",
        "An A-ASSOCIATE-AC repeats both AE titles of the request",
        "ul/ac-called-ae-title",
        "ul/ac-calling-ae-title",
    ),
    informative(
        "reserved-repeated",
        "An A-ASSOCIATE-AC repeats bytes 43 to 74 of the request",
        "ul/ac-reserved-repeated",
    ),
    shall("item-length", "Items are as long as they say", "ul/item-length", "ul/byte-order"),
    shall("item-order", "Items come in increasing order of their types", "ul/item-order"),
    shall(
        "item-misplaced",
        "Items stand only where they are defined",
        "ul/common-extended-not-answered",
        "ul/identity-not-unasked",
    ),
    shall(
        "uid",
        "UIDs are valid and not padded",
        "ul/uid-syntax",
        "ul/uid-not-padded",
        "ul/uid-length",
        "ul/implementation-class-syntax",
    ),
    shall(
        "application-context-one",
        "There is one application context",
        "ul/rq-application-context",
        "ul/ac-application-context",
    ),
    shall(
        "application-context-name",
        "The requestor proposes DICOM's application context or a private one",
        "ul/application-context-name",
    ),
    shall(
        "user-information-one",
        "There is one user information item",
        "ul/rq-user-information",
        "ul/ac-user-information",
    ),
    shall("context-some", "There is at least one presentation context", "ul/rq-contexts", "ul/ac-result-per-context"),
)

CONTEXTS = (
    shall("context-id", "Presentation context ids are odd", "ul/rq-context-id"),
    shall("context-id-unique", "Every presentation context has an id of its own", "ul/rq-context-id-unique"),
    shall(
        "abstract-syntax-one",
        "A proposed presentation context has one abstract syntax",
        "ul/rq-context-abstract-syntax",
    ),
    shall(
        "transfer-syntax-some",
        "A proposed presentation context has at least one transfer syntax",
        "ul/rq-context-transfer-syntaxes",
    ),
    shall(
        "context-order",
        "The abstract syntax of a presentation context comes before its transfer syntaxes",
        "ul/rq-context-sub-item-order",
    ),
    shall(
        "default-transfer-syntax",
        "Default transfer syntaxes are offered beside others",
        "ul/default-syntax-offered",
        "ul/lossless-jpeg-default-offered",
        "ul/lossy-jpeg-default-offered",
        "ul/rle-default-offered",
    ),
    shall("context-result", "The result of a presentation context is 0 to 4", "ul/ac-result"),
    shall(
        "context-answers",
        "Every proposed presentation context has one result, and no other has",
        "ul/ac-result-per-context",
    ),
    shall(
        "transfer-syntax-one",
        "An accepted presentation context has one transfer syntax",
        "ul/ac-one-transfer-syntax",
    ),
    shall(
        "transfer-syntax-proposed",
        "An accepted transfer syntax was proposed for its presentation context",
        "ul/ac-transfer-syntax-proposed",
    ),
)
