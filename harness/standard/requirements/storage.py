"""The Storage Service Class (PS3.4 B, PS3.7 9.1.1)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

REQUEST = (
    shall(
        "storage/request-identifies-instance",
        "PS3.7 9.1.1.1",
        "The SCU sends the SOP Class UID and the SOP Instance UID of the instance with C-STORE.",
    ),
    shall("storage/request-with-data-set", "PS3.7 9.3.1.1", "The SCU sends a data set with C-STORE."),
    shall(
        "storage/request-matches-data-set",
        "PS3.7 9.1.1.1",
        "The SCU sends the UIDs in the C-STORE request that the data set has in SOP Class UID and SOP Instance UID.",
    ),
    shall(
        "storage/no-file-meta-information",
        "PS3.5 7.1",
        "The SCU sends no elements of the groups 0000 to 0006 in a data set.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    shall(
        "storage/move-originator",
        "PS3.7 9.1.1.1.6",
        "The SCU sends the Move Originator AE title and Message ID, if at all, as those of the C-MOVE that it "
        "performs.",
    ),
    shall(
        "storage/whole-data-set",
        "PS3.7 9.3.1.3",
        "The SCU sends the whole data set unless a failure came before its end.",
    ),
    shall(
        "storage/iod",
        "PS3.4 B.4.2",
        "The SCU sends only instances that meet the requirements of their IOD.",
        untested="it shows in the data set alone, which validators such as dciodvfy judge",
    ),
    shall(
        "storage/status-recognized",
        "PS3.4 B.2.1",
        "The SCU tells successful from failed C-STORE responses and acts on them.",
        untested="it cannot be seen from the wire",
    ),
)

RESPONSE = (
    shall(
        "storage/context-per-class",
        "PS3.4 B.3",
        "The SCP accepts a presentation context for each SOP class that it supports.",
        untested="what an SCP supports is known only by what it accepts",
    ),
    shall(
        "storage/success-is-stored", "PS3.4 B.2.2", "The SCP that answers success or a warning has stored the instance."
    ),
    should(
        "storage/accepted-class-stored",
        "PS3.4 B.3",
        "The SCP stores valid instances of every SOP class and transfer syntax that it has accepted.",
    ),
    should(
        "storage/status",
        "PS3.4 B.2.3",
        "The SCP answers C-STORE with 0000H, B000H, B006H, B007H, A7xxH, A9xxH, CxxxH or a general status of C-STORE.",
    ),
    shall("storage/response-without-data-set", "PS3.7 9.3.1.2", "The SCP sends C-STORE responses without a data set."),
    shall(
        "storage/early-response",
        "PS3.7 9.1.1.2",
        "The SCP answers success or a warning only after the whole data set has come.",
    ),
    shall(
        "storage/coercion-is-told",
        "PS3.4 B.4.1.3",
        "The SCP that changes identifying attributes of an instance answers a warning.",
    ),
    should(
        "storage/kept-unchanged",
        "PS3.4 B.4.1.1",
        "The SCP gives back what it stored with the attributes that its level of conformance keeps.",
    ),
    shall(
        "storage/association-closing-without-meaning",
        "PS3.4 B.4",
        "The SCP gives no meaning to the association or to the order in which instances come.",
        untested="it cannot be seen from the wire",
    ),
    informative(
        "storage/duplicate",
        "PS3.4 B.2.2",
        "What an SCP does with an instance that it already has, unchanged or changed, is left to it.",
    ),
    informative(
        "storage/validation",
        "PS3.4 B.4.1.1",
        "Whether an SCP checks that an instance meets the requirements of its IOD is left to it.",
        untested="whatever the peer does is right",
    ),
)

INVALID = (
    should(
        "storage/class-mismatch",
        "PS3.4 B.2.3",
        "The SCP answers A9xxH or B007H when the data set is of another SOP class than the request.",
    ),
    should(
        "storage/instance-mismatch",
        "PS3.4 B.2.3",
        "The SCP refuses a data set whose SOP Instance UID is not that of the request.",
    ),
    should(
        "storage/class-of-other-context",
        "PS3.7 9.1.1.1.9",
        "The SCP refuses an instance of another SOP class than that of the presentation context.",
    ),
    should(
        "storage/undecodable-refused",
        "PS3.7 9.1.1.1.9",
        "The SCP answers a data set that cannot be decoded in its transfer syntax with a failure, or aborts.",
    ),
    should(
        "storage/truncated-refused",
        "PS3.7 9.1.1.1.9",
        "The SCP answers a data set that ends within an element with a failure, or aborts.",
    ),
    should(
        "storage/empty-refused",
        "PS3.7 9.1.1.1.9",
        "The SCP answers a data set without any element with a failure, or aborts.",
    ),
    shall(
        "storage/no-data-set-refused",
        "PS3.7 9.1.1.1.8",
        "The SCP does not answer success to a C-STORE that announces no data set.",
    ),
    should(
        "storage/uid-invalid",
        "PS3.7 9.1.1.1.9",
        "The SCP answers 0117H or another failure to an instance whose UID breaks the rules for UIDs.",
    ),
    should(
        "storage/identification-missing",
        "PS3.4 B.2.3",
        "The SCP refuses a data set without SOP Class UID, SOP Instance UID or Study Instance UID.",
    ),
    informative(
        "storage/priority-invalid",
        "PS3.7 9.1.1.1.5",
        "What an SCP does with a priority that is not defined is left to it.",
    ),
    informative(
        "storage/file-meta-information-received",
        "PS3.5 7.1",
        "What an SCP does with elements of group 0002 in a data set is not defined.",
    ),
    shall(
        "storage/aborted-not-stored",
        "PS3.7 A.6",
        "The SCP does not keep an instance whose data set had not come whole when the association was aborted.",
    ),
    informative(
        "storage/pipelined",
        "PS3.7 A.4",
        "What an SCP does with a second request before its response, where no window was negotiated, is not defined.",
    ),
)

ROWS = REQUEST + RESPONSE + INVALID
