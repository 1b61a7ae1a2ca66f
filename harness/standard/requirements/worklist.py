"""The Modality Worklist (PS3.4 K)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

MATCHING = (
    shall(
        "worklist/match-start-date",
        "PS3.4 K.6.1.2.2",
        "The SCP matches Scheduled Procedure Step Start Date by value and by range.",
    ),
    shall(
        "worklist/match-start-time",
        "PS3.4 K.6.1.2.2",
        "The SCP matches Scheduled Procedure Step Start Time by value and by range.",
    ),
    shall(
        "worklist/match-date-and-time",
        "PS3.4 K.6.1.2.2",
        "The SCP matches ranges of start date and start time together as one range.",
    ),
    shall("worklist/match-modality", "PS3.4 K.6.1.2.2", "The SCP matches Modality."),
    shall("worklist/match-station", "PS3.4 K.6.1.2.2", "The SCP matches Scheduled Station AE Title."),
    shall(
        "worklist/match-physician",
        "PS3.4 K.6.1.2.2",
        "The SCP matches Scheduled Performing Physician's Name by value and by wildcard.",
    ),
    shall("worklist/match-patient-name", "PS3.4 K.6.1.2.2", "The SCP matches Patient's Name by value and by wildcard."),
    shall("worklist/match-patient-id", "PS3.4 K.6.1.2.2", "The SCP matches Patient ID."),
    shall(
        "worklist/match-unknown-value",
        "PS3.4 K.2.2.1.1.1",
        "The SCP does not take an attribute without value as matching a key that has one.",
    ),
    shall(
        "worklist/match-optional-ignored",
        "PS3.4 K.2.2.1.1.2",
        "The SCP ignores an optional key for matching that it does not support, and still returns it.",
        untested="which optional keys an SCP supports is its own affair, and stands only in its conformance statement",
    ),
    informative(
        "worklist/match-no-step-key",
        "PS3.4 K.4.1.2",
        "What an SCP returns of the scheduled procedure step when the request has no item for it is not defined.",
    ),
)

RESPONSE = (
    shall(
        "worklist/every-match",
        "PS3.4 K.4.1.3",
        "The SCP that answers success has sent one pending response for each match that it knows.",
    ),
    shall(
        "worklist/no-match",
        "PS3.4 K.4.1.3",
        "The SCP answers a query of the worklist that nothing matches with success alone.",
    ),
    shall(
        "worklist/final-without-identifier",
        "PS3.4 K.4.1.3",
        "The SCP sends no identifier with a response that is not pending.",
    ),
    shall(
        "worklist/keys-returned",
        "PS3.4 K.2.2.1.2",
        "The SCP returns the requested keys of types 1 and 2 in each identifier.",
    ),
    shall("worklist/type-1-with-value", "PS3.4 K.2.2.1.2", "The SCP returns requested keys of type 1 with a value."),
    shall(
        "worklist/nothing-unrequested",
        "PS3.4 K.4.1.1.3.2",
        "The SCP returns no attributes in worklist items that were not requested, but for those that the structure "
        "of the response "
        "names.",
    ),
    shall(
        "worklist/one-step-per-item",
        "PS3.4 K.6.1.2.2",
        "The SCP returns one item in Scheduled Procedure Step Sequence.",
    ),
    should(
        "worklist/status",
        "PS3.4 K.4.1.1.4",
        "The SCP answers with 0000H, FF00H, FF01H, FE00H, A700H, A900H, CxxxH or a general status of C-FIND.",
    ),
    shall("worklist/cancel", "PS3.4 K.4.1.3", "The SCP ends a query that is cancelled in time with status FE00H."),
    shall(
        "worklist/character-set",
        "PS3.4 K.4.1.1.3.2",
        "The SCP returns Specific Character Set when values of a worklist item use characters outside the default "
        "repertoire.",
    ),
)

INVALID = (
    shall(
        "worklist/sequence-key-one-item-sent",
        "PS3.4 C.2.2.2.6",
        "The SCU sends no more than one item in a sequence key of the worklist.",
    ),
    should(
        "worklist/sequence-key-two-items",
        "PS3.4 C.2.2.2.6",
        "The SCP refuses a sequence key with two items, or finds no match.",
    ),
    should(
        "worklist/value-invalid",
        "PS3.4 K.4.1.3",
        "The SCP answers a worklist key with an invalid value with a failure or without matches, and does not drop the "
        "association.",
    ),
    informative(
        "worklist/level-sent",
        "PS3.4 K.4.1.1.3.1",
        "What an SCP does with a Query/Retrieve Level, which the worklist does not have, is not defined.",
    ),
)

ROWS = MATCHING + RESPONSE + INVALID
