"""Defects that the reference SCP can be given, so that it can be seen what finds them."""

from __future__ import annotations

from enum import StrEnum


class Defect(StrEnum):
    """What an archive with this defect does wrong is in `DEFECTS`."""

    WAVERING = "wavering"
    EXCLUSIVE_RANGE_END = "exclusive-range-end"
    FIRST_UID_ONLY = "first-uid-only"
    SHORT_UID_LISTS = "short-uid-lists"
    CASE_IGNORED = "case-ignored"
    LITERAL_WILDCARDS = "literal-wildcards"
    UPPER_CASE_WILDCARDS = "upper-case-wildcards"
    EMPTY_VALUES_HIDDEN = "empty-values-hidden"
    ANSWER_PER_SERIES = "answer-per-series"
    UNSUPPORTED_KEYS_REFUSED = "unsupported-keys-refused"
    SERIES_OF_ALL_STUDIES = "series-of-all-studies"
    STALE_NUMBERS = "stale-numbers"
    PATIENT_ROOT_INCOMPLETE = "patient-root-incomplete"
    ASCII_KEYS_ONLY = "ascii-keys-only"
    COLONS_IN_TIMES = "colons-in-times"
    CANCEL_IGNORED = "cancel-ignored"
    ONE_LEFT_BEHIND = "one-left-behind"


DEFECTS: dict[str, str] = {
    Defect.WAVERING: "every other query loses its last match",
    Defect.EXCLUSIVE_RANGE_END: "the last day of a range of dates is left out",
    Defect.FIRST_UID_ONLY: "of a list of UIDs only the first is looked for",
    Defect.SHORT_UID_LISTS: "of a list of UIDs only the first hundred are looked for, and nothing is said",
    Defect.CASE_IGNORED: "identifiers are matched without regard to case",
    Defect.LITERAL_WILDCARDS: "asterisks and question marks stand for themselves",
    Defect.UPPER_CASE_WILDCARDS: "a name with wildcards is found in upper case only, one without in any case",
    Defect.EMPTY_VALUES_HIDDEN: "what has no value for an attribute that is asked for is not found",
    Defect.ANSWER_PER_SERIES: "when Modalities in Study is asked for, a study is answered once for each series",
    Defect.UNSUPPORTED_KEYS_REFUSED: "a query with a key that is not supported is answered with A900H",
    Defect.SERIES_OF_ALL_STUDIES: "a query of series finds those of all studies",
    Defect.STALE_NUMBERS: "an instance more is counted than is there",
    Defect.PATIENT_ROOT_INCOMPLETE: "the Patient Root model does not know the study that came last",
    Defect.ASCII_KEYS_ONLY: "a key with a character beyond ASCII finds nothing",
    Defect.COLONS_IN_TIMES: "times are returned as `12:00:00`",
    Defect.CANCEL_IGNORED: "a C-CANCEL does not end a query, it makes it slower",
    Defect.ONE_LEFT_BEHIND: "a C-MOVE leaves the last instance out, and does not count it",
}
"""Each defect in words."""
