"""Relations asked of archives in memory: what holds, what is broken, and what an archive must not be accused of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.checks.relations.asking import Conclusion, Relation
from harness.checks.relations.cancel import PATIENCE, cancel
from harness.checks.relations.contents import character_set, is_legal, legal_values
from harness.checks.relations.dates import date_ranges
from harness.checks.relations.levels import hierarchy, patient_root, related_numbers
from harness.checks.relations.retrieval import retrieval
from harness.checks.relations.twice import same_query
from harness.checks.relations.uids import long_uid_list, uid_list
from harness.checks.relations.universal import unsupported_keys
from harness.checks.relations.values import name_case, single_value, wildcards
from harness.observe.outcomes import Cancellation, FindObservation, ReceivedInstance, RetrieveObservation, SubOperations
from harness.observe.relations import Answer, Query, Question
from harness.standard.models import UNIQUE_KEYS
from tests.support.archive_in_memory import Archive, answer, ask, match

STUDIES = {f"1.2.{number}": f"202601{number + 10}" for number in range(12)}
"""Study dates by UID."""
LAST = "1.2.11"
Hidden = Callable[[Query, int], set[str]]


def of_studies(hidden: Hidden = lambda query, number: set(), **values: str) -> Archive:
    """An archive that finds studies by date and UID, but for those that it hides from a query."""

    def find(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        gone = hidden(question, number)
        return answer(
            *(
                match("STUDY", StudyInstanceUID=uid, StudyDate=day, **values)
                for uid, day in STUDIES.items()
                if uid not in gone and _fits(question.keys, uid, day)
            )
        )

    return find


def _fits(keys: Mapping[str, str], uid: str, day: str) -> bool:
    first, dash, last = keys.get("StudyDate", "-").partition("-")
    in_range = first <= day <= (last or "9") if dash else day == first
    uids = keys.get("StudyInstanceUID", "")
    return in_range and (not uids or uid in uids.split("\\"))


def test_an_archive_that_agrees_with_itself() -> None:
    finding = ask(date_ranges, of_studies())
    assert finding.conclusion is Conclusion.HOLDS
    assert finding.text == "12 studies in a range of dates, 6 and 6 in its parts"


def _whole_range(query: Query) -> bool:
    return query.keys.get("StudyDate") == f"{min(STUDIES.values())}-{max(STUDIES.values())}"


def test_a_study_that_is_missing_twice_is_missing() -> None:
    finding = ask(date_ranges, of_studies(lambda query, _: {LAST} if _whole_range(query) else set()))
    assert finding.conclusion is Conclusion.BROKEN
    assert finding.text == "studies in a part of a range and not in the range: 1"
    assert finding.examples == ((LAST, "UI"),)


def test_a_study_that_came_between_two_queries_accuses_nobody() -> None:
    arrives = 3
    finding = ask(date_ranges, of_studies(lambda _, number: {LAST} if number < arrives else set()))
    assert finding.conclusion is not Conclusion.BROKEN
    differing = of_studies(lambda query, number: {LAST} if _whole_range(query) and number < 4 else set())
    finding = ask(date_ranges, differing)
    assert (finding.conclusion, "the archive changed" in finding.text) == (Conclusion.UNDECIDED, True)


def test_an_archive_that_always_changes_accuses_nobody() -> None:
    """A different study is missing each time."""
    finding = ask(date_ranges, of_studies(lambda query, number: {f"1.2.{number}"} if _whole_range(query) else set()))
    assert finding.conclusion is Conclusion.UNDECIDED


@pytest.mark.parametrize(
    ("there", "conclusion", "advice"),
    [
        ("111111", Conclusion.HOLDS, False),
        ("110000", Conclusion.HOLDS, False),
        ("000111", Conclusion.HOLDS, False),
        ("110111", Conclusion.BROKEN, True),
        ("001100", Conclusion.HOLDS, False),
        ("101011", Conclusion.BROKEN, False),
        ("010101", Conclusion.BROKEN, False),
    ],
)
def test_the_same_query(there: str, conclusion: Conclusion, advice: bool) -> None:
    """Whether a study is there in each of six answers; three queries find the sample before."""
    first = 3

    def hidden(_: Query, number: int) -> set[str]:
        return {LAST} if number >= first and there[number - first] == "0" else set()

    finding = ask(same_query, of_studies(hidden))
    assert (finding.conclusion, finding.advice) == (conclusion, advice), finding.text


def test_an_empty_archive_tells_nothing() -> None:
    finding = ask(same_query, lambda *_: answer())
    assert finding.conclusion is Conclusion.UNDECIDED
    assert "no studies" in finding.text


def _cut() -> FindObservation:
    return FindObservation(status=0xFE00, cancellation=Cancellation(10, sent=True), matches=[])


def test_an_answer_that_was_cut_is_no_answer() -> None:
    finding = ask(same_query, lambda *_: _cut())
    assert finding.conclusion is Conclusion.UNDECIDED
    assert "more than 10 matches" in finding.text


def test_a_range_that_is_too_large_is_left_for_a_smaller_one() -> None:
    """A few studies of yesterday are taken when there are too many of the week."""

    def archive(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        few = question.keys == {"StudyDate": "20260130-20260130"}
        return answer(match("STUDY", StudyInstanceUID="1.2.3", StudyDate="20260131")) if few else _cut()

    finding = ask(same_query, archive)
    assert (finding.conclusion, finding.text) == (Conclusion.HOLDS, "6 times the same query, 1 study in the end")


@pytest.mark.parametrize(
    ("statuses", "conclusion"),
    [
        ((0xA900, 0xA900), Conclusion.BROKEN),
        ((0xC000, 0x0000), Conclusion.HOLDS),
        ((0xA700, 0xA700), Conclusion.UNDECIDED),
        ((0xB001, 0xB001), Conclusion.UNDECIDED),
        ((0xFE00, 0xFE00), Conclusion.UNDECIDED),
    ],
)
def test_failures_of_what_every_scp_has_to_do(statuses: tuple[int, int], conclusion: Conclusion) -> None:
    """The first time may be an accident, and a lack of resources is no refusal."""
    left = list(statuses)

    def archive(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        if "EthnicGroup" in question.returned and left and (status := left.pop(0)):
            return answer(status=status)
        return of_studies()(question, number)

    assert ask(unsupported_keys, archive).conclusion is conclusion


def test_a_peer_without_the_information_model_is_not_accused() -> None:
    finding = ask(same_query, lambda *_: FindObservation(unsent="no presentation context was accepted"))
    assert finding.conclusion is Conclusion.UNDECIDED


def test_a_long_list_that_is_cut_off_in_silence() -> None:
    def archive(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        many = question.keys.get("StudyInstanceUID", "").count("\\") > 100
        return answer() if many else of_studies()(question, number)

    finding = ask(long_uid_list, archive)
    assert finding.conclusion is Conclusion.BROKEN
    assert finding.text == "studies that a long list with their UID does not find: 12"


@pytest.mark.parametrize(
    ("status", "seconds", "conclusion", "advice"),
    [
        (0xFE00, 0.1, Conclusion.HOLDS, False),
        (0xC000, 0.1, Conclusion.BROKEN, False),
        (0xA700, 0.1, Conclusion.UNDECIDED, False),
        (0x0000, 0.1, Conclusion.UNDECIDED, False),
        (0x0000, PATIENCE + 1, Conclusion.BROKEN, True),
    ],
)
def test_cancel(status: int, seconds: float, conclusion: Conclusion, advice: bool) -> None:
    def archive(question: Question, number: int) -> Answer:
        given = of_studies()(question, number)
        if isinstance(question, Query) and question.cancel_after == 1:
            assert isinstance(given, FindObservation)
            given.status, given.seconds = status, 60.0
            given.cancellation = Cancellation(1, sent=True, seconds=seconds)
        return given

    finding = ask(cancel, archive)
    assert (finding.conclusion, finding.advice) == (conclusion, advice), finding.text


def test_nothing_is_found_after_a_cancel() -> None:
    canceled = []

    def archive(question: Question, number: int) -> Answer:
        if isinstance(question, Query) and question.cancel_after == 1:
            canceled.append(number)
            return answer(status=0xFE00)
        return answer() if canceled else of_studies()(question, number)

    assert ask(cancel, archive).conclusion is Conclusion.BROKEN


def inside(instances: Callable[[int], int], claimed: str = "4", series: tuple[str, ...] = ("1.3.1",)) -> Archive:
    """An archive of one study; how many instances its series have depends on the number of the query."""

    def find(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        above = {key: value for key, value in question.keys.items() if key in UNIQUE_KEYS.values()}
        if question.level == "STUDY":
            numbers = {"NumberOfStudyRelatedInstances": claimed, "NumberOfStudyRelatedSeries": str(len(series))}
            return answer(match("STUDY", **{"StudyInstanceUID": "1.2.1", "StudyDate": "20260130", **numbers}))
        if question.level == "SERIES":
            return answer(*(match("SERIES", **{**above, "SeriesInstanceUID": uid}) for uid in series))
        made = (f"{above['SeriesInstanceUID']}.{index}" for index in range(instances(number)))
        return answer(*(match("IMAGE", **{**above, "SOPInstanceUID": uid}) for uid in made))

    return find


def test_numbers_of_related_instances() -> None:
    assert ask(related_numbers, inside(lambda _: 4)).conclusion is Conclusion.HOLDS
    finding = ask(related_numbers, inside(lambda _: 3))
    assert (finding.conclusion, finding.advice) == (Conclusion.BROKEN, True)
    assert finding.text == "NumberOfStudyRelatedInstances 4 where 3 are found: 1"


def test_numbers_that_are_none_are_no_numbers() -> None:
    finding = ask(related_numbers, inside(lambda _: 4, claimed="9" * 13))
    assert finding.text == "NumberOfStudyRelatedInstances that is no number where 4 are found: 1"


def test_a_study_that_is_still_received_has_no_wrong_numbers() -> None:
    assert ask(related_numbers, inside(lambda number: number)).conclusion is Conclusion.UNDECIDED


def test_numbers_that_are_not_told_are_not_wrong() -> None:
    def without(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        given = inside(lambda _: 1)(question, number)
        assert isinstance(given, FindObservation)
        return answer(match("STUDY", StudyInstanceUID="1.2.1")) if question.level == "STUDY" else given

    assert ask(related_numbers, without).conclusion is Conclusion.UNDECIDED


def test_a_series_that_is_answered_twice_or_has_no_instances() -> None:
    finding = ask(hierarchy, inside(lambda _: 4, series=("1.3.1", "1.3.1")))
    assert (finding.conclusion, finding.text) == (Conclusion.BROKEN, "series answered more than once: 1")
    finding = ask(related_numbers, inside(lambda _: 0, claimed="0"))
    assert (finding.conclusion, finding.text) == (Conclusion.BROKEN, "series without instances: 1")
    assert ask(hierarchy, inside(lambda _: 1)).conclusion is Conclusion.HOLDS


def moving(moved: RetrieveObservation) -> Archive:
    def archive(question: Question, number: int) -> Answer:
        return inside(lambda _: 4)(question, number) if isinstance(question, Query) else moved

    return archive


@pytest.mark.parametrize(
    ("moved", "conclusion"),
    [
        (RetrieveObservation(status=0, counters=SubOperations(completed=2, failed=2, warning=0)), Conclusion.HOLDS),
        (RetrieveObservation(status=0, counters=SubOperations(completed=2, failed=1, warning=0)), Conclusion.BROKEN),
        (RetrieveObservation(status=0), Conclusion.BROKEN),
        (
            RetrieveObservation(
                status=0xB000, received=[ReceivedInstance(Path(), "", "1.9", "", "", "", 0)], counters=SubOperations()
            ),
            Conclusion.BROKEN,
        ),
        (RetrieveObservation(status=0xA801), Conclusion.UNDECIDED),
        (RetrieveObservation(status=0xB000, counters=SubOperations(completed=3, failed=1)), Conclusion.HOLDS),
        (RetrieveObservation(unsent="no presentation context was accepted"), Conclusion.UNDECIDED),
    ],
)
def test_what_is_moved(moved: RetrieveObservation, conclusion: Conclusion) -> None:
    assert ask(retrieval, moving(moved)).conclusion is conclusion


def test_a_large_study_is_not_moved() -> None:
    def archive(question: Question, number: int) -> Answer:
        assert isinstance(question, Query), "it was to be moved"
        return inside(lambda _: 51, claimed="")(question, number)

    finding = ask(retrieval, archive)
    assert finding.conclusion is Conclusion.UNDECIDED
    assert "more than 50 instances" in finding.text


@pytest.mark.parametrize(
    ("vr", "text", "legal"),
    [
        ("DA", "20260131", True),
        ("DA", "2026.01.31", False),
        ("DA", "20260101-20260131", False),
        ("DA", "", True),
        ("TM", "120000.5", True),
        ("TM", "12:00:00", False),
        ("TM", "10-12", False),
        ("UI", "1.2.3", True),
        ("UI", "1.2.*", False),
        ("UI", "1.02.3", False),
        ("CS", "CT\\MR", True),
        ("CS", "ct", False),
        ("CS", "C*", False),
        ("IS", "12", True),
        ("IS", "twelve", False),
        ("PN", "Yamada^Tarou=山田^太郎", True),
        ("SH", "x" * 17, False),
    ],
)
def test_legal_values_of_value_representations(vr: str, text: str, legal: bool) -> None:
    assert is_legal(vr, text) is legal


def test_an_answer_that_cannot_be_decoded() -> None:
    def archive(question: Question, number: int) -> Answer:
        given = of_studies()(question, number)
        assert isinstance(given, FindObservation)
        assert isinstance(question, Query)
        if "StudyDescription" in question.returned:
            given.matches[0].problem = "element (0008,0020) is cut"
        return given if question.level == "STUDY" else answer()

    finding = ask(legal_values, archive)
    assert (finding.conclusion, finding.advice) == (Conclusion.BROKEN, False)
    assert finding.text == "answers that cannot be decoded: 1, as element (0008,0020) is cut"


def test_values_that_are_illegal_are_not_asked_for() -> None:
    """What a modality has sent for a Patient ID or a UID is not the archive's fault, and must not become ours."""

    def archive(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        assert question.keys.keys() <= {"StudyDate"}, "it asks for what is illegal"
        illegal = {"StudyInstanceUID": "1.02.x", "PatientID": "p" * 65, "StudyDate": "20261399"}
        return answer(*(match("STUDY", **{**illegal, "StudyInstanceUID": f"1.02.{i}"}) for i in range(5)))

    for relation in (date_ranges, uid_list, long_uid_list, single_value, wildcards, name_case, hierarchy, retrieval):
        assert ask(relation, archive).conclusion is Conclusion.UNDECIDED, relation


@pytest.mark.parametrize("relation", [hierarchy, related_numbers, retrieval, legal_values])
def test_a_series_with_an_illegal_uid_is_not_asked_for(relation: Relation) -> None:
    finding = ask(relation, inside(lambda _: 1, series=("1.03.x",)))
    assert finding.conclusion is Conclusion.UNDECIDED
    assert finding.text == "a series has a Series Instance UID that is not valid"


def test_names_in_ascii_tell_nothing_of_character_sets() -> None:
    assert ask(character_set, of_studies(PatientName="A^B")).conclusion is Conclusion.UNDECIDED
    assert ask(character_set, of_studies(PatientName="Jérôme")).conclusion is Conclusion.HOLDS


def test_a_character_set_that_is_none_is_not_told() -> None:
    finding = ask(character_set, of_studies(PatientName="Jérôme", SpecificCharacterSet="\\ZZ SECRET"))
    assert finding.conclusion is Conclusion.UNDECIDED


def patients(told: str) -> Archive:
    """An archive of one patient with a study, of whom it tells a number of studies."""

    def find(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        if question.level == "PATIENT":
            return answer(match("PATIENT", PatientID="P1", NumberOfPatientRelatedStudies=told))
        return answer(match("STUDY", StudyInstanceUID="1.2.3", PatientID="P1"))

    return find


def test_numbers_of_studies_of_a_patient() -> None:
    assert ask(patient_root, patients("1")).conclusion is Conclusion.HOLDS
    assert ask(patient_root, patients("")).conclusion is Conclusion.HOLDS
    finding = ask(patient_root, patients("2"))
    assert (finding.conclusion, finding.examples) == (Conclusion.BROKEN, (("P1", "LO"),))
    assert finding.text == "NumberOfPatientRelatedStudies 2 where 1 are found: 1"
