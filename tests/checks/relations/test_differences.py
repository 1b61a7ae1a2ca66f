"""Every difference that a relation looks for, made in an archive that is right in everything else."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.checks.relations.asking import Conclusion, Relation
from harness.checks.relations.dates import date_ranges
from harness.checks.relations.levels import hierarchy, patient_root, related_numbers
from harness.checks.relations.uids import long_uid_list, uid_list
from harness.checks.relations.universal import return_keys, unsupported_keys, zero_length
from harness.checks.relations.values import name_case, single_value, wildcards
from harness.observe.relations import Query
from harness.standard.models import QueryModel
from tests.support.archive_in_memory import INSTANCES, Row, answering, ask

Change = Callable[[Query, list[Row]], list[Row]]
RELATIONS = (
    date_ranges,
    uid_list,
    long_uid_list,
    zero_length,
    return_keys,
    unsupported_keys,
    single_value,
    wildcards,
    name_case,
    hierarchy,
    related_numbers,
    patient_root,
)
FIRST, LAST = INSTANCES[0], INSTANCES[-1]


def only(condition: Callable[[Query], bool], change: Callable[[list[Row]], list[Row]]) -> Change:
    """A change of what some queries find."""
    return lambda query, found: change(found) if condition(query) else found


def without_last(found: list[Row]) -> list[Row]:
    return found[:-1]


def and_first(found: list[Row]) -> list[Row]:
    return [*found, FIRST]


def and_last(found: list[Row]) -> list[Row]:
    return [*found, LAST]


def twice(found: list[Row]) -> list[Row]:
    return found * 2


def with_values(**values: str) -> Callable[[list[Row]], list[Row]]:
    return lambda found: [{**row, **values} for row in found]


def asks(keyword: str, key: str, level: str = "STUDY") -> Callable[[Query], bool]:
    """Queries of a level with this key."""
    return lambda query: query.level == level and query.keys.get(keyword) == key


def returns(keyword: str, level: str = "STUDY") -> Callable[[Query], bool]:
    """Queries of a level that want an attribute."""
    return lambda query: query.level == level and keyword in query.returned


def of_level(level: str) -> Callable[[Query], bool]:
    return lambda query: query.level == level


def listing(number: int) -> Callable[[Query], bool]:
    """Queries with a list of so many UIDs."""
    return lambda query: query.keys.get("StudyInstanceUID", "").count("\\") == number - 1


def through(model: QueryModel, level: str) -> Callable[[Query], bool]:
    return lambda query: query.model is model and query.level == level


_WHOLE = asks("StudyDate", "20260110-20260115")
_LOW = asks("StudyDate", "20260110-20260112")
_PATIENT_ROOT = QueryModel.PATIENT_ROOT
_UID = "StudyInstanceUID"

DIFFERENCES: list[tuple[Relation, Change, str]] = [
    (date_ranges, only(_LOW, without_last), "studies of a date and not in a range that ends with it: 1"),
    (date_ranges, only(_WHOLE, without_last), "studies in a part of a range and not in the range: 1"),
    (
        date_ranges,
        only(asks("StudyDate", "20260113-20260115"), without_last),
        "studies in a range of dates and in none of its parts: 1",
    ),
    (
        date_ranges,
        only(asks("StudyDate", "20260112"), with_values(StudyDate="20251231")),
        "studies found by dates that are not theirs: 1",
    ),
    (
        date_ranges,
        only(
            lambda query: query.keys.get("StudyDate") in ("20260110-20260115", "20260113-20260115"),
            lambda found: [*found, {**LAST, "StudyInstanceUID": "1.9", "StudyDate": "20270101"}],
        ),
        "studies found by dates that are not theirs: 1",
    ),
    (uid_list, only(listing(5), without_last), "studies found by their UID and not by a list with it"),
    (uid_list, only(listing(5), and_last), "studies found by a list and not by their UID: 1"),
    (
        uid_list,
        only(lambda query: query.keys.get(_UID, "").startswith("1.2.4\\"), without_last),
        "studies found by a list and not by the same in another order: 1",
    ),
    (long_uid_list, only(listing(300), without_last), "studies that a long list with their UID does not find: 1"),
    (
        long_uid_list,
        only(listing(300), lambda found: [*found, {**LAST, "StudyInstanceUID": "1.9"}]),
        "studies that were not in the list: 1",
    ),
    (zero_length, only(asks("StudyID", ""), without_last), "studies that are missing with an empty StudyID: 1"),
    (
        zero_length,
        only(asks("StudyID", "*"), lambda found: [*found, {**LAST, "StudyInstanceUID": "1.9"}]),
        "studies that are there only with a lone asterisk as StudyID: 1",
    ),
    (return_keys, only(returns("PatientSex"), without_last), "studies that are missing when more is to be returned: 1"),
    (
        return_keys,
        only(returns("PatientSex"), lambda found: [*found, {**LAST, "StudyInstanceUID": "1.9"}]),
        "studies that are there only when more is to be returned: 1",
    ),
    (return_keys, only(returns("PatientSex"), twice), "studies answered more than once: 6"),
    (
        return_keys,
        only(returns("PatientSex"), with_values(AccessionNumber="OTHER")),
        "studies with another AccessionNumber when more is to be returned: 6",
    ),
    (
        unsupported_keys,
        only(returns("EthnicGroup"), without_last),
        "studies that are missing when more is to be returned: 1",
    ),
    (
        single_value,
        only(asks("PatientID", "PAT0"), without_last),
        "studies that have the PatientID and are not found by it: 1",
    ),
    (single_value, only(asks("PatientID", "PAT0"), and_last), "studies found by a PatientID that is not theirs: 1"),
    (
        single_value,
        only(asks("PatientID", "pat0"), and_first),
        "studies found by a PatientID that is theirs but for the case of letters: 1",
    ),
    (
        wildcards,
        only(asks("PatientID", "PAT*"), lambda found: []),
        "studies found by PatientID and not with an asterisk for its last character: 2",
    ),
    (
        wildcards,
        only(asks("PatientID", "PAT0*"), without_last),
        "studies found by PatientID and not with an asterisk behind it: 1",
    ),
    (
        wildcards,
        only(asks("AccessionNumber", "ACC?"), lambda found: []),
        "studies found by AccessionNumber and not with a question mark for its last character: 1",
    ),
    (
        name_case,
        only(asks("PatientName", "doe^patient *"), lambda found: []),
        "studies found in another case by the name and not with an asterisk: 2",
    ),
    (
        name_case,
        only(asks("PatientName", "doe^patient 0"), lambda found: []),
        "studies found in another case with an asterisk and not by the name: 2",
    ),
    (
        name_case,
        only(
            lambda query: query.keys.get("PatientName", "") in ("doe^patient 0", "doe^patient *"), lambda found: [FIRST]
        ),
        "studies of a name that is found in another case, and not found so: 1",
    ),
    (hierarchy, only(of_level("SERIES"), twice), "series answered more than once: 6"),
    (hierarchy, only(of_level("IMAGE"), twice), "instances answered more than once: 12"),
    (
        hierarchy,
        only(of_level("SERIES"), with_values(StudyInstanceUID="1.9")),
        "series of another StudyInstanceUID than was asked for: 6",
    ),
    (
        hierarchy,
        only(of_level("IMAGE"), with_values(SeriesInstanceUID="1.9")),
        "instances of another SeriesInstanceUID than was asked for: 12",
    ),
    (
        hierarchy,
        only(lambda query: query.level == "SERIES" and "SeriesInstanceUID" in query.keys, lambda found: []),
        "series found by their study and not by their own UID: 3",
    ),
    (
        hierarchy,
        only(of_level("IMAGE"), with_values(SOPInstanceUID="")),
        "answers at the level of instances without their unique key: 6",
    ),
    (
        related_numbers,
        only(lambda query: query.level == "SERIES", with_values(NumberOfSeriesRelatedInstances="3")),
        "NumberOfSeriesRelatedInstances 3 where 2 are found: 6",
    ),
    (
        related_numbers,
        only(asks(_UID, "1.2.0"), with_values(NumberOfStudyRelatedSeries="1")),
        "NumberOfStudyRelatedSeries 1 where 2 are found: 1",
    ),
    (
        patient_root,
        only(through(_PATIENT_ROOT, "STUDY"), without_last),
        "studies that Study Root finds and Patient Root does not: 3",
    ),
    (
        patient_root,
        only(lambda query: query.model is QueryModel.STUDY_ROOT and "PatientID" in query.keys, without_last),
        "studies that Patient Root finds and Study Root does not: 3",
    ),
    (
        patient_root,
        only(of_level("PATIENT"), lambda found: []),
        "patients of studies that Patient Root does not find: 3",
    ),
    (
        patient_root,
        only(of_level("PATIENT"), with_values(NumberOfPatientRelatedStudies="1")),
        "NumberOfPatientRelatedStudies 1 where 2 are found: 3",
    ),
]


@pytest.mark.parametrize("relation", RELATIONS)
def test_an_archive_that_is_right_breaks_nothing(relation: Relation) -> None:
    finding = ask(relation, answering())
    assert finding.conclusion is Conclusion.HOLDS, finding.text


@pytest.mark.parametrize(("relation", "change", "text"), DIFFERENCES, ids=lambda part: getattr(part, "__name__", None))
def test_a_difference_breaks_its_relation(relation: Relation, change: Change, text: str) -> None:
    finding = ask(relation, answering(change))
    assert finding.conclusion is Conclusion.BROKEN
    assert text in finding.text
