"""Rules for P-DATA-TF, presentation data values and fragments (PS3.8 9.3.5, D.1, E)."""

from __future__ import annotations

from harness.checks.lint.model import shall, should

ROWS = (
    shall("pdata-empty", "A P-DATA-TF holds at least one presentation data value", "ul/pdata-not-empty"),
    shall(
        "pdata-one-message",
        "A P-DATA-TF holds presentation data values of one message only",
        "ul/message-one-per-pdu",
    ),
    shall("pdv-length", "The lengths of presentation data values fill their PDU", "ul/pdv-length"),
    shall("pdv-odd", "Fragments have an even number of bytes", "ul/pdv-even"),
    shall("pdv-empty", "A presentation data value holds more than its header", "ul/pdv-not-empty"),
    should(
        "pdv-combined",
        "Fragments of the same type in one P-DATA-TF are one presentation data value",
        "ul/message-fragments-combined",
    ),
    shall(
        "pdv-control",
        "Bits 2 to 7 of a message control header are 0",
        "ul/control-header-reserved",
    ),
    shall("pdv-context", "Presentation contexts that are used were accepted", "ul/pdv-context-id"),
    shall(
        "maximum-length",
        "No P-DATA-TF is longer than the maximum length of its receiver",
        "ul/maximum-length-kept-by-acceptor",
        "ul/maximum-length-kept-by-requestor",
    ),
    shall("message-context", "A message stays on one presentation context", "ul/message-one-context"),
    shall(
        "message-interleaved",
        "A message begins after the last fragment of the one before",
        "ul/message-not-interleaved",
        "ul/control-header-last",
    ),
)
