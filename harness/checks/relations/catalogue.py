"""All relations, each with the requirements that it holds an archive to."""

from __future__ import annotations

from dataclasses import dataclass

from harness.checks.relations import cancel, contents, dates, levels, retrieval, twice, uids, universal, values
from harness.checks.relations.asking import Relation
from harness.scenario.defects import Defect
from harness.scenario.params.relation import RelationName


@dataclass(frozen=True, slots=True)
class Entry:
    """A relation, what it says in a sentence, what of the standard it rests on, and a defect that breaks it.

    `broken` are the verdicts of an archive that breaks it.
    """

    relation: Relation
    title: str
    requirements: tuple[str, ...]
    defect: Defect
    broken: str = "fail"


RELATIONS: dict[str, Entry] = {
    RelationName.SAME_QUERY: Entry(
        twice.same_query,
        "the same query finds the same studies again",
        ("qr/find-every-match",),
        Defect.WAVERING,
        broken="fail or warning",
    ),
    RelationName.DATE_RANGES: Entry(
        dates.date_ranges,
        "a range of dates finds what its parts find",
        ("qr/match-date-range", "qr/find-every-match"),
        Defect.EXCLUSIVE_RANGE_END,
    ),
    RelationName.UID_LIST: Entry(
        uids.uid_list,
        "a list of UIDs finds what its UIDs find one by one",
        ("qr/match-uid-list",),
        Defect.FIRST_UID_ONLY,
    ),
    RelationName.LONG_UID_LIST: Entry(
        uids.long_uid_list,
        "nothing of a long list of UIDs is cut off",
        ("qr/match-uid-list", "qr/find-every-match"),
        Defect.SHORT_UID_LISTS,
    ),
    RelationName.SINGLE_VALUE: Entry(
        values.single_value,
        "what is found by a value has this value",
        ("qr/match-single-value", "qr/match-case", "qr/match-required-keys"),
        Defect.CASE_IGNORED,
    ),
    RelationName.WILDCARDS: Entry(
        values.wildcards,
        "what a value finds, the value with wildcards in it finds, too",
        ("qr/match-wildcard-star", "qr/match-wildcard-question-mark"),
        Defect.LITERAL_WILDCARDS,
    ),
    RelationName.NAME_CASE: Entry(
        values.name_case,
        "the case of names matters always or never",
        ("qr/match-name-case",),
        Defect.UPPER_CASE_WILDCARDS,
        broken="warning",
    ),
    RelationName.ZERO_LENGTH: Entry(
        universal.zero_length,
        "a key without a value or with a lone asterisk limits nothing",
        ("qr/match-universal", "qr/match-wildcard-alone"),
        Defect.EMPTY_VALUES_HIDDEN,
    ),
    RelationName.RETURN_KEYS: Entry(
        universal.return_keys,
        "what else is to be returned changes nothing of what is found",
        ("qr/match-universal", "qr/find-matches-unique"),
        Defect.ANSWER_PER_SERIES,
    ),
    RelationName.UNSUPPORTED_KEYS: Entry(
        universal.unsupported_keys,
        "optional keys that are not supported are left alone",
        ("qr/find-every-match", "qr/find-optional-key-warning"),
        Defect.UNSUPPORTED_KEYS_REFUSED,
    ),
    RelationName.HIERARCHY: Entry(
        levels.hierarchy,
        "each series and instance is found once, below what was asked for",
        ("qr/match-unique-keys", "qr/find-matches-unique", "qr/find-keys-returned"),
        Defect.SERIES_OF_ALL_STUDIES,
    ),
    RelationName.RELATED_NUMBERS: Entry(
        levels.related_numbers,
        "numbers of related series and instances are those that are found",
        ("qr/find-related-numbers",),
        Defect.STALE_NUMBERS,
        broken="warning",
    ),
    RelationName.PATIENT_ROOT: Entry(
        levels.patient_root,
        "Patient Root finds the studies that Study Root finds",
        ("qr/find-models-agree",),
        Defect.PATIENT_ROOT_INCOMPLETE,
        broken="warning",
    ),
    RelationName.CHARACTER_SET: Entry(
        contents.character_set,
        "a name finds its studies in the character set in which it is returned",
        ("qr/match-across-character-sets", "qr/find-character-set-true"),
        Defect.ASCII_KEYS_ONLY,
        broken="warning",
    ),
    RelationName.LEGAL_VALUES: Entry(
        contents.legal_values,
        "every answer can be decoded, and its values are legal",
        ("qr/find-pending-with-identifier", "qr/find-values-legal"),
        Defect.COLONS_IN_TIMES,
        broken="fail or warning",
    ),
    RelationName.CANCEL: Entry(
        cancel.cancel,
        "a query that is canceled ends early, and the association serves on",
        ("dimse/cancel-find", "dimse/cancel-association-usable"),
        Defect.CANCEL_IGNORED,
        broken="fail or warning",
    ),
    RelationName.RETRIEVAL: Entry(
        retrieval.retrieval,
        "as many instances are moved as are found",
        ("qr/retrieve-as-found",),
        Defect.ONE_LEFT_BEHIND,
        broken="warning",
    ),
}
