"""P-DATA-TF, presentation data values and the maximum length (PS3.8 7.6, 9.3.5, D.1, E)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

PRESENTATION_DATA = (
    shall(
        "ul/pdata-not-empty", "PS3.8 9.3.5", "Either side sends at least one presentation data value in each P-DATA-TF."
    ),
    informative(
        "ul/pdata-empty-received",
        "PS3.8 9.2.3",
        "What a receiver does with a P-DATA-TF without presentation data values is not defined.",
    ),
    shall(
        "ul/pdv-length",
        "PS3.8 9.3.5.1",
        "The Item-length of a presentation data value that either side sends counts its context id, its header and "
        "its fragment.",
    ),
    should(
        "ul/pdv-length-invalid",
        "PS3.8 9.2.3",
        "A receiver aborts the association when a presentation data value has no room for its header or goes beyond "
        "its PDU.",
    ),
    shall(
        "ul/pdv-context-id",
        "PS3.8 7.6.1",
        "Either side sends presentation data values only on presentation contexts that were accepted.",
    ),
    shall(
        "ul/pdv-context-not-served",
        "PS3.7 D.3.2",
        "A receiver does not perform what is asked on a presentation context that was not accepted.",
    ),
    should(
        "ul/pdv-context-aborted",
        "PS3.8 9.2.3",
        "A receiver aborts the association when a presentation data value comes on a presentation context that was "
        "not accepted.",
    ),
    shall("ul/pdv-even", "PS3.8 E.1", "Either side sends fragments of an even number of bytes."),
    informative(
        "ul/pdv-odd-received",
        "PS3.8 E.1",
        "What a receiver does with a fragment of an odd number of bytes is not defined.",
    ),
    shall(
        "ul/pdv-not-empty",
        "PS3.8 E.1",
        "Either side sends no presentation data value that has a header but no fragment.",
    ),
    should(
        "ul/pdv-empty-tolerated",
        "PS3.8 E.1",
        "A receiver processes a presentation data value without fragment, such as one that only says that it is the "
        "last.",
    ),
    informative(
        "ul/pdv-empty-command",
        "PS3.8 E.1",
        "What a receiver does with a message whose command set is empty is not defined.",
    ),
)

MESSAGES = (
    shall(
        "ul/message-one-context",
        "PS3.8 E.1",
        "Either side sends all fragments of a message on the same presentation context.",
    ),
    should(
        "ul/message-context-changed",
        "PS3.8 9.2.3",
        "A receiver aborts the association when the fragments of a message come on different presentation contexts.",
    ),
    shall(
        "ul/message-one-per-pdu",
        "PS3.8 E.1",
        "Either side sends presentation data values of one message only in the same P-DATA-TF.",
    ),
    informative(
        "ul/message-two-per-pdu-received",
        "PS3.8 E.1",
        "What a receiver does with two messages in one P-DATA-TF is not defined.",
    ),
    shall(
        "ul/message-not-interleaved",
        "PS3.8 E.1",
        "Either side begins a message only after the last fragment of the message before.",
    ),
    should(
        "ul/message-interleaved-received",
        "PS3.8 9.2.3",
        "A receiver aborts the association when a message begins before the one before it has ended.",
    ),
    should(
        "ul/message-fragments-combined",
        "PS3.8 E.1",
        "Either side sends consecutive fragments of the same type in one P-DATA-TF as a single presentation data "
        "value.",
    ),
    shall(
        "ul/message-fragments-received",
        "PS3.8 E.1",
        "A receiver processes consecutive presentation data values of the same type, in one P-DATA-TF or in several.",
    ),
    shall(
        "ul/message-in-one-pdu-received",
        "PS3.8 E.1",
        "A receiver processes a P-DATA-TF that holds both the end of a command set and a fragment of its data set.",
    ),
    shall(
        "ul/control-header-command",
        "PS3.8 E.2",
        "Either side sets bit 0 of the Message Control Header for fragments of the command set, and clears it for "
        "those of the data set.",
    ),
    shall(
        "ul/control-header-last",
        "PS3.8 E.2",
        "Either side sets bit 1 of the Message Control Header for the last fragment of a command set or data set, "
        "and for no other.",
    ),
    shall(
        "ul/control-header-reserved", "PS3.8 E.2", "Either side sends bits 2 to 7 of the Message Control Header as 0."
    ),
    shall(
        "ul/control-header-reserved-ignored",
        "PS3.8 E.2",
        "A receiver does not check bits 2 to 7 of the Message Control Header.",
    ),
)

MAXIMUM_LENGTH = (
    shall("ul/maximum-length-in-rq", "PS3.7 D.3.3.1", "The requestor sends its maximum length in A-ASSOCIATE-RQ."),
    shall("ul/maximum-length-in-ac", "PS3.7 D.3.3.1", "The acceptor sends its maximum length in A-ASSOCIATE-AC."),
    shall("ul/maximum-length-once", "PS3.8 D.1.1", "Either side sends no more than one Maximum Length sub-item."),
    shall(
        "ul/maximum-length-item-length",
        "PS3.8 D.1.1",
        "Either side sends the Maximum Length sub-item with an Item-length of 4.",
    ),
    shall(
        "ul/maximum-length-kept-by-acceptor",
        "PS3.8 D.1.1",
        "The acceptor sends no P-DATA-TF whose PDU-length is above the maximum length of the requestor.",
    ),
    shall(
        "ul/maximum-length-kept-by-requestor",
        "PS3.8 D.1.2",
        "The requestor sends no P-DATA-TF whose PDU-length is above the maximum length of the acceptor.",
    ),
    shall(
        "ul/maximum-length-reached",
        "PS3.8 D.1.2",
        "A receiver processes a P-DATA-TF whose PDU-length is just its own maximum length.",
    ),
    shall("ul/maximum-length-zero", "PS3.8 D.1.1", "The acceptor takes a maximum length of 0 for no limit."),
    should(
        "ul/maximum-length-exceeded",
        "PS3.8 D.1.2",
        "A receiver treats a P-DATA-TF above its maximum length as a protocol error and aborts the association.",
    ),
    informative(
        "ul/maximum-length-absent",
        "PS3.8 D.1",
        "What an acceptor does with a request without a maximum length is not defined.",
    ),
    informative(
        "ul/maximum-length-too-small",
        "PS3.8 D.1",
        "What an acceptor does with a maximum length into which no fragment fits is not defined, but it does not "
        "exceed it.",
    ),
)

ROWS = PRESENTATION_DATA + MESSAGES + MAXIMUM_LENGTH
