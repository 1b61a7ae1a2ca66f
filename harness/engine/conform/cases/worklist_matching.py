"""Keys of the Modality Worklist: each must bring just the items that have its value (PS3.4 K.6.1.2.2).

What is on the worklist nobody can know from outside. So all items are asked for first, and those that a key brings are
held against them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import held
from harness.engine.conform.model import Case, Inconclusive, Seen
from harness.engine.conform.outcomes import met
from harness.engine.conform.scheduled import ValueOf, all_items, of_item, of_step, query, worklist_case
from harness.standard.attributes import Attributes
from harness.standard.worklist import STEP_SEQUENCE

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

Matches = Callable[[str, str], bool]
"""Whether a value is one that a key stands for."""


def _identity(item: Dataset) -> str:
    """What tells one item from all others."""
    parts = (of_item("StudyInstanceUID"), of_step("ScheduledProcedureStepID"), of_item("PatientID"))
    return "/".join(part(item) for part in parts)


def _same(value: str, key: str) -> bool:
    """Whether one of several values is that of the key (PS3.4 C.2.2.3)."""
    return key.strip() in [part.strip() for part in value.split("\\")]


def _same_name(value: str, key: str) -> bool:
    """Whether case matters in names of persons is up to the SCP (PS3.4 C.2.2.2.1.1)."""
    return value.rstrip("^ ").casefold() == key.rstrip("^ ").casefold()


def _begins(value: str, key: str) -> bool:
    return value.casefold().startswith(key.rstrip("*").casefold())


def _in_range(value: str, key: str) -> bool:
    first, _, last = key.partition("-")
    return first <= value[: len(first)] <= last


def _selects(
    value_of: ValueOf, keys_for: Callable[[str], Attributes], key_for: Callable[[str], str], fits: Matches
) -> Callable[[Bench], Seen]:
    """Whether the key made from the value of some item brings just the items that it fits."""

    def script(bench: Bench) -> Seen:
        everything = all_items(bench).matches
        value = next(filter(None, map(value_of, everything)), "").partition("\\")[0]
        if not value:
            raise Inconclusive("no item on the worklist has a value for this key")
        key = key_for(value)
        expected = {_identity(item) for item in everything if fits(value_of(item), key)}
        found = {_identity(item) for item in query(bench, keys_for(key)).matches}
        text = f"{len(found)} items of {len(everything)}, {len(expected)} of which have the value"
        return held(found == expected, text)

    return script


def _step_key(keyword: str) -> Callable[[str], Attributes]:
    return lambda key: {STEP_SEQUENCE: [{keyword: key}]}


def _item_key(keyword: str) -> Callable[[str], Attributes]:
    return lambda key: {keyword: key}


def _as_it_is(value: str) -> str:
    return value


def _selection(
    name: str,
    title: str,
    requirement: str,
    value_of: ValueOf,
    keys_for: Callable[[str], Attributes],
    key_for: Callable[[str], str] = _as_it_is,
    fits: Matches = _same,
) -> Case:
    wanted = met("just the items that have the value")
    return worklist_case(name, title, requirement, _selects(value_of, keys_for, key_for, fits), wanted)


CASES = (
    _selection(
        "patient-id",
        "A Patient ID",
        "worklist/match-patient-id",
        of_item("PatientID"),
        _item_key("PatientID"),
    ),
    _selection(
        "patient-name",
        "A name of a patient",
        "worklist/match-patient-name",
        of_item("PatientName"),
        _item_key("PatientName"),
        fits=_same_name,
    ),
    _selection(
        "patient-name-wildcard",
        "The beginning of a name, and an asterisk",
        "worklist/match-patient-name",
        of_item("PatientName"),
        _item_key("PatientName"),
        lambda value: f"{value[:3]}*",
        _begins,
    ),
    _selection("modality", "A modality", "worklist/match-modality", of_step("Modality"), _step_key("Modality")),
    _selection(
        "station",
        "A scheduled station",
        "worklist/match-station",
        of_step("ScheduledStationAETitle"),
        _step_key("ScheduledStationAETitle"),
    ),
    _selection(
        "date",
        "A start date",
        "worklist/match-start-date",
        of_step("ScheduledProcedureStepStartDate"),
        _step_key("ScheduledProcedureStepStartDate"),
    ),
    _selection(
        "date-range",
        "A range of start dates, its ends included",
        "worklist/match-start-date",
        of_step("ScheduledProcedureStepStartDate"),
        _step_key("ScheduledProcedureStepStartDate"),
        lambda value: f"{value}-{value}",
        _in_range,
    ),
    _selection(
        "time-range",
        "A range of start times, its ends included",
        "worklist/match-start-time",
        of_step("ScheduledProcedureStepStartTime"),
        _step_key("ScheduledProcedureStepStartTime"),
        lambda value: f"{value}-{value}",
        _in_range,
    ),
    _selection(
        "physician",
        "A scheduled performing physician",
        "worklist/match-physician",
        of_step("ScheduledPerformingPhysicianName"),
        _step_key("ScheduledPerformingPhysicianName"),
        fits=_same_name,
    ),
)
