"""Queries of the Query/Retrieve Service Class (PS3.4 C.2, C.4.1, C.5.1)."""

from __future__ import annotations

from harness.standard.requirements.model import informative, shall, should

REQUEST = (
    shall(
        "qr/find-level-sent",
        "PS3.4 C.4.1.1.3.1",
        "The SCU sends a Query/Retrieve Level that the information model has.",
    ),
    shall(
        "qr/find-keys-above-level",
        "PS3.4 C.4.1.2.1",
        "The SCU sends just one value in the unique key of each level above, unless relational queries were "
        "negotiated.",
    ),
    shall(
        "qr/find-no-other-keys-above-level",
        "PS3.4 C.4.1.2.1",
        "The SCU sends no required or optional keys of levels above, unless relational queries were negotiated.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    shall(
        "qr/find-unique-key-sent",
        "PS3.4 C.4.1.2.1",
        "The SCU sends the unique key of the level of the query.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    shall(
        "qr/find-no-availability-sent",
        "PS3.4 C.4.1.1.3.2",
        "The SCU sends no Instance Availability with C-FIND.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    shall("qr/find-with-identifier", "PS3.7 9.1.2.1", "The SCU sends an identifier with C-FIND."),
    shall(
        "qr/find-character-set-sent",
        "PS3.4 C.4.1.1.3.1",
        "The SCU sends Specific Character Set, never empty, when its keys use characters outside the default "
        "repertoire.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
    shall(
        "qr/find-sequence-key-one-item",
        "PS3.4 C.2.2.2.6",
        "The SCU sends a sequence key with just one item.",
        untested="it shows only in the data sets of others, of which traces keep nothing",
    ),
)

RESPONSE = (
    shall(
        "qr/find-pending-with-identifier",
        "PS3.7 9.1.2.1.5",
        "The SCP sends an identifier with each pending response to C-FIND.",
    ),
    shall(
        "qr/find-final-without-identifier",
        "PS3.7 9.1.2.1.5",
        "The SCP sends no identifier with a response to C-FIND that is not pending.",
    ),
    should(
        "qr/find-status",
        "PS3.4 C.4.1.1.4",
        "The SCP answers C-FIND with 0000H, FF00H, FF01H, FE00H, B001H, A700H, A900H, CxxxH or a general status of "
        "C-FIND.",
    ),
    shall(
        "qr/find-every-match",
        "PS3.4 C.4.1.3.1",
        "The SCP that answers success has sent one pending response for each match that it knows, and no other.",
    ),
    shall("qr/find-no-match", "PS3.4 C.4.1.3.1", "The SCP answers a query that nothing matches with success alone."),
    shall(
        "qr/find-level-returned",
        "PS3.4 C.4.1.1.3.2",
        "The SCP returns the Query/Retrieve Level of the request in each identifier.",
    ),
    shall(
        "qr/find-keys-returned",
        "PS3.4 C.4.1.1.3.2",
        "The SCP returns each unique and required key of the request in each identifier, without a value if it has "
        "none.",
    ),
    shall(
        "qr/find-nothing-unrequested",
        "PS3.4 C.4.1.1.3.2",
        "The SCP returns no attributes that were not requested, but for those that the structure of the response "
        "names.",
    ),
    shall(
        "qr/find-location-returned",
        "PS3.4 C.4.1.1.3.2",
        "The SCP returns Retrieve AE Title, or Storage Media File-Set ID and UID, in each identifier.",
    ),
    shall(
        "qr/find-availability",
        "PS3.4 C.4.1.1.3.2",
        "The SCP returns Instance Availability, if at all, as ONLINE, NEARLINE, OFFLINE or UNAVAILABLE.",
    ),
    shall(
        "qr/find-character-set-returned",
        "PS3.4 C.4.1.1.3.2",
        "The SCP returns Specific Character Set when values use characters outside the default repertoire.",
    ),
    shall(
        "qr/find-character-set-true",
        "PS3.5 6.1",
        "The SCP returns values that decode to what was stored with the Specific Character Set that it returns.",
    ),
    shall(
        "qr/find-unsupported-key-not-returned",
        "PS3.4 C.2.2.1.3",
        "The SCP does not return an optional key whose existence it does not support.",
        untested="a key that is not supported and one that has no value look the same",
    ),
    should(
        "qr/find-optional-key-warning",
        "PS3.4 C.4.1.1.4",
        "The SCP sends pending status FF01H when it did not support an optional key for existence or matching.",
    ),
    shall(
        "qr/find-matches-unique",
        "PS3.4 C.2.2.1.1",
        "The SCP returns each entity of the level of the query no more than once.",
    ),
    should(
        "qr/find-related-numbers",
        "PS3.4 C.3.4",
        "The SCP returns as numbers of related studies, series and instances as many as it finds at the levels below.",
    ),
    should(
        "qr/find-models-agree",
        "PS3.4 C.3",
        "The SCP of more than one information model finds the same studies of a patient through each of them.",
    ),
    shall(
        "qr/find-values-legal",
        "PS3.5 6.2",
        "The SCP returns values that their value representations allow.",
    ),
)

INVALID = (
    should(
        "qr/find-level-missing",
        "PS3.4 C.4.1.3.1",
        "The SCP answers a query without Query/Retrieve Level with a failure.",
    ),
    should(
        "qr/find-level-unknown",
        "PS3.4 C.4.1.3.1",
        "The SCP answers a query of a level that the information model does not have with a failure.",
    ),
    should(
        "qr/find-patient-level-of-study-root",
        "PS3.4 C.3.2",
        "The SCP of a Study Root model returns no matches to a query at the PATIENT level.",
    ),
    should(
        "qr/find-key-above-missing",
        "PS3.4 C.4.1.3.2",
        "The SCP returns no matches to a query without the unique keys above its level when relational queries were "
        "not negotiated.",
    ),
    should(
        "qr/find-key-above-not-single",
        "PS3.4 C.4.1.3.2",
        "The SCP returns no matches to a query with a wildcard or list above its level when relational queries were "
        "not negotiated.",
    ),
    shall(
        "qr/find-identifier-missing",
        "PS3.7 9.1.2.1",
        "The SCP does not answer a C-FIND without an identifier with matches.",
    ),
    should(
        "qr/find-identifier-undecodable",
        "PS3.4 C.4.1.3.1",
        "The SCP answers an identifier that it cannot decode with a failure, or aborts.",
    ),
    should(
        "qr/find-value-invalid",
        "PS3.4 C.2.2.2",
        "The SCP answers a key with an invalid value with a failure or without matches, and does not drop the "
        "association.",
    ),
    informative(
        "qr/find-level-case", "PS3.5 6.2", "Whether an SCP takes a level in lower case for the level is not defined."
    ),
)

MATCHING = (
    shall("qr/match-unique-keys", "PS3.4 C.2.2.1.1", "The SCP matches all unique keys."),
    shall("qr/match-required-keys", "PS3.4 C.2.2.1.2", "The SCP matches all required keys."),
    shall(
        "qr/match-single-value", "PS3.4 C.2.2.2.1", "The SCP matches a value without wildcards with just that value."
    ),
    shall("qr/match-case", "PS3.4 C.2.2.2.1", "The SCP matches values with regard to case, names of persons apart."),
    informative(
        "qr/match-name-case",
        "PS3.4 C.2.2.2.1.1",
        "Whether names of persons are matched with regard to case or accents is left to the SCP.",
    ),
    shall("qr/match-uid-list", "PS3.4 C.2.2.2.2", "The SCP matches a list of UIDs with each of them."),
    shall(
        "qr/match-universal",
        "PS3.4 C.2.2.2.3",
        "The SCP takes an empty key as matching everything, and returns its value.",
    ),
    shall(
        "qr/match-wildcard-star",
        "PS3.4 C.2.2.2.4",
        "The SCP matches an asterisk with any sequence of characters, also with none.",
    ),
    shall(
        "qr/match-wildcard-question-mark", "PS3.4 C.2.2.2.4", "The SCP matches a question mark with just one character."
    ),
    shall("qr/match-wildcard-alone", "PS3.4 C.2.2.2.4", "The SCP takes a lone asterisk as matching everything."),
    informative(
        "qr/match-uid-wildcard",
        "PS3.4 C.2.2.2.4",
        "What an SCP does with wildcards in UIDs, for which none are defined, is not defined.",
    ),
    shall(
        "qr/match-date-range",
        "PS3.4 C.2.2.2.5.1",
        "The SCP matches a range of dates with all dates within, its ends included.",
    ),
    shall(
        "qr/match-date-until",
        "PS3.4 C.2.2.2.5.1",
        "The SCP matches a range of dates without a beginning with all dates up to its end.",
    ),
    shall(
        "qr/match-date-from",
        "PS3.4 C.2.2.2.5.1",
        "The SCP matches a range of dates without an end with all dates from its beginning.",
    ),
    shall(
        "qr/match-time-range",
        "PS3.4 C.2.2.2.5.2",
        "The SCP matches a range of times with all times within, its ends included.",
    ),
    shall(
        "qr/match-unknown-value",
        "PS3.4 C.2.2.1.2",
        "The SCP takes a required key whose value it does not have as matching.",
    ),
    shall(
        "qr/match-multiple-values", "PS3.4 C.2.2.3", "The SCP returns all values of an attribute of which any matches."
    ),
    shall("qr/match-character-set-is-no-key", "PS3.4 C.2.2.2", "The SCP does not match Specific Character Set."),
    should(
        "qr/match-across-character-sets",
        "PS3.4 C.2.2.2",
        "The SCP finds a name in whatever supported character set the key is written.",
    ),
    informative(
        "qr/match-character-set-unsupported",
        "PS3.4 C.2.2.2",
        "What an SCP matches when it does not support the character set of the request is not defined.",
    ),
    shall(
        "qr/match-keys-all",
        "PS3.4 C.4.1.3.1.1",
        "The SCP returns only entities that match every key that it supports for matching.",
    ),
    informative(
        "qr/find-keys-below-level",
        "PS3.4 C.4.1.2.1",
        "What an SCP does with keys of levels below that of the query is not defined.",
    ),
)

NEGOTIATION = (
    shall(
        "qr/extended-not-raised",
        "PS3.4 C.5.1.1",
        "The acceptor returns 1 only for options of the extended negotiation that the requestor offered.",
    ),
    shall(
        "qr/extended-single-byte",
        "PS3.4 C.5.1.1",
        "The acceptor returns a single byte when it was offered a single byte.",
    ),
    shall(
        "qr/relational-query",
        "PS3.4 C.4.1.3.2.1",
        "The SCP that accepted relational queries matches keys of all levels without unique keys above.",
    ),
    shall(
        "qr/combined-date-time",
        "PS3.4 C.2.2.2.5.4",
        "The SCP that accepted combined date-time matching matches a range of dates and one of times as one range.",
    ),
    informative(
        "qr/fuzzy-matching",
        "PS3.4 C.2.2.2.1.1",
        "What matches beyond the letters once fuzzy semantic matching was accepted is left to the SCP.",
    ),
)

ROWS = REQUEST + RESPONSE + INVALID + MATCHING + NEGOTIATION
