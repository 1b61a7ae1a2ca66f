"""What the earlier steps of a scenario saw of a peer, as far as it may explain a later one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from harness.observe.data_set import element_value
from harness.observe.outcomes import FindObservation, Match, Observation, StoredInstance, StoreObservation
from harness.standard.models import UNIQUE_KEYS
from harness.standard.status import is_stored

RELATED = {
    "StudyInstanceUID": "NumberOfStudyRelatedInstances",
    "SeriesInstanceUID": "NumberOfSeriesRelatedInstances",
}
"""What says how many instances there are of a study or series (PS3.4 C.3.4), by its unique key."""


@dataclass(frozen=True, slots=True)
class Past:
    """Instances that the peer took, as their unique keys by keyword; and what its queries said.

    `found` are values of unique keys that matched, `absent` those that were asked for and did not; what came last
    holds. `numbers` are numbers of instances by the UID of a study or series.
    """

    stored: tuple[Mapping[str, str], ...] = ()
    found: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    numbers: Mapping[str, int] = field(default_factory=dict)

    def has(self, wanted: frozenset[str]) -> bool | None:
        """Whether the peer has all that is wanted, as its queries said; None when they did not."""
        if wanted and wanted <= self.found:
            return True
        return False if wanted & self.absent else None


NOTHING_BEFORE = Past()


def past_of(observations: Iterable[Observation]) -> Past:
    """What observations of one peer tell, in their order."""
    past = Past()
    for observation in observations:
        if isinstance(observation, StoreObservation):
            past = _after_store(past, observation)
        elif isinstance(observation, FindObservation) and observation.status == 0:
            past = _after_find(past, observation)
    return past


def _after_store(past: Past, observation: StoreObservation) -> Past:
    taken = [_unique_keys(instance) for instance in observation.instances if is_stored(instance.status)]
    there = {value for instance in taken for value in instance.values()}
    numbers = {uid: number for uid, number in past.numbers.items() if uid not in there}
    # What is stored again is the same instance.
    stored = {instance["SOPInstanceUID"]: instance for instance in (*past.stored, *taken)}
    return Past(tuple(stored.values()), past.found, past.absent - there, numbers)


def _after_find(past: Past, observation: FindObservation) -> Past:
    asked = observation.asked
    rows = [values_of(match, (*UNIQUE_KEYS.values(), *RELATED.values())) for match in observation.matches]
    matched = frozenset(row[keyword] for row in rows for keyword in UNIQUE_KEYS.values() if keyword in row)
    is_whole = not asked.narrowed and observation.cancellation is None
    absent = asked.wanted - matched if is_whole else frozenset()
    found = (past.found | matched) - absent
    return Past(past.stored, found, (past.absent | absent) - matched, {**past.numbers, **numbers_in(rows)})


def numbers_in(rows: Iterable[Mapping[str, str]]) -> dict[str, int]:
    """How many instances matches say that there are, by the UID of the study or series."""
    return {
        row[key]: int(row[number])
        for row in rows
        for key, number in RELATED.items()
        if key in row and row.get(number, "").isdecimal()
    }


def _unique_keys(instance: StoredInstance) -> dict[str, str]:
    values = (instance.patient_id, instance.study_instance_uid, instance.series_instance_uid, instance.sop_instance_uid)
    return dict(zip(UNIQUE_KEYS.values(), values, strict=True))


def values_of(match: Match, keywords: Iterable[str]) -> dict[str, str]:
    """The values of a match by keyword, of those that have one."""
    found = {}
    for keyword in keywords:
        try:
            value = element_value(match.dataset[keyword]).strip() if keyword in match.dataset else ""
        except Exception:  # noqa: BLE001 - pydicom raises many kinds on bad bytes; such a value says nothing
            value = ""
        if value:
            found[keyword] = value
    return found
