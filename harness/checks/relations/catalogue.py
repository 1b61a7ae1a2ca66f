"""All relations, each with the requirements that it holds an archive to."""

from __future__ import annotations

from dataclasses import dataclass

from harness.checks.relations import sets
from harness.checks.relations.asking import Relation
from harness.scenario.params.relation import RelationName


@dataclass(frozen=True, slots=True)
class Entry:
    """A relation, what it says in a sentence, and what of the standard it rests on."""

    relation: Relation
    title: str
    requirements: tuple[str, ...]


RELATIONS: dict[str, Entry] = {
    RelationName.DATE_RANGES: Entry(
        sets.date_ranges,
        "a range of dates finds what its parts find",
        ("qr/match-date-range", "qr/find-every-match"),
    ),
    RelationName.UID_LIST: Entry(
        sets.uid_list, "a list of UIDs finds what its UIDs find one by one", ("qr/match-uid-list",)
    ),
    RelationName.ZERO_LENGTH: Entry(
        sets.zero_length,
        "a key without a value or with a lone asterisk limits nothing",
        ("qr/match-universal", "qr/match-wildcard-alone"),
    ),
}
