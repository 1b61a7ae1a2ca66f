"""C-FIND of the Query/Retrieve service class: what is matched, and how (PS3.4 C.2.2.2, C.4.1)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from harness.engine.conform.bench import Bench
from harness.engine.conform.cases.build import held
from harness.engine.conform.facts import PATIENT_ROOT, STUDY_ROOT, supports
from harness.engine.conform.model import Case, Conduct, Need, Seen
from harness.engine.conform.outcomes import met
from harness.engine.conform.searching import search
from harness.engine.conform.stock import Instance
from harness.engine.conform.storing import archive
from harness.standard.attributes import Attributes
from harness.standard.models import UNIQUE_KEYS, QueryModel
from harness.standard.uids import CT_IMAGE_STORAGE, IMPLICIT_VR_LE

Instances = tuple[Instance, ...]
Keys = Callable[[Instances], Attributes]
Wanted = Callable[[Instances], Iterable[Instance]]

_OF_LEVEL = {
    "PATIENT": "patient_id",
    "STUDY": "study_instance_uid",
    "SERIES": "series_instance_uid",
    "IMAGE": "sop_instance_uid",
}


def _needs(model: QueryModel) -> tuple[Need, ...]:
    return supports(CT_IMAGE_STORAGE), supports(model.find_uid, IMPLICIT_VR_LE)


def _matches(
    name: str,
    title: str,
    requirement: str,
    keys: Keys,
    wanted: Wanted,
    level: str = "STUDY",
    model: QueryModel = STUDY_ROOT,
) -> Case:
    """A query for some of the stored studies: just those that are `wanted` must be matched."""

    def script(bench: Bench) -> Seen:
        stored = archive(bench)
        unique = UNIQUE_KEYS[level]
        answers = search(bench, model.find_uid, level, {unique: ""} | dict(keys(stored)))
        found = [value.rstrip("\0 ") for value in answers.values(unique)]
        expected = {getattr(one, _OF_LEVEL[level]) for one in wanted(stored)}
        return held(set(found) == expected, _words(found, expected))

    # That one comes twice is the question of a case of its own.
    return Case(
        f"qr/find/{name}",
        title,
        (requirement,),
        (met("just the entities that match, and success"),),
        script,
        conduct=Conduct.WRITES,
        needs=_needs(model),
    )


def _words(found: list[str], expected: set[str]) -> str:
    text = f"{len(found)} matches, {len(expected)} expected"
    missing, others = len(expected - set(found)), len(set(found) - expected)
    repeated = len(found) - len(set(found))
    details = [
        f"{number} {what}"
        for number, what in ((missing, "missing"), (others, "that do not match"), (repeated, "repeated"))
        if number
    ]
    return f"{text}: {', '.join(details)}" if details else text


# Which of the stored studies: all of the first patient but where it is said otherwise. Their dates are the 15th of
# January, February and March 2020, their times noon.


def _first(stored: Instances) -> str:
    return stored[0].patient_id


def _of_first(stored: Instances) -> list[Instance]:
    return [one for one in stored if one.patient_id == _first(stored)]


def _study(stored: Instances, number: int) -> list[Instance]:
    """The instances of one study of the first patient, counted from 0."""
    uids = list(dict.fromkeys(one.study_instance_uid for one in _of_first(stored)))
    return [one for one in stored if one.study_instance_uid == uids[number]]


def _studies(*numbers: int) -> Wanted:
    return lambda stored: [one for number in numbers for one in _study(stored, number)]


def _none(_: Instances) -> list[Instance]:
    return []


def _all(stored: Instances) -> Instances:
    return stored


def _stem(stored: Instances) -> str:
    """What the patient ids of all stored studies begin with; the rest is one digit."""
    return _first(stored)[:-1]


def _patient(**more: str) -> Keys:
    """Keys for the first patient, and others."""
    return lambda stored: {"PatientID": _first(stored), **more}


def _series_keys(stored: Instances) -> Attributes:
    return {"StudyInstanceUID": stored[0].study_instance_uid}


def _image_keys(stored: Instances) -> Attributes:
    return {"StudyInstanceUID": stored[0].study_instance_uid, "SeriesInstanceUID": stored[0].series_instance_uid}


def _first_series(stored: Instances) -> list[Instance]:
    return [one for one in stored if one.series_instance_uid == stored[0].series_instance_uid]


def _uid_list(stored: Instances) -> Attributes:
    uids = (_study(stored, number)[0].study_instance_uid for number in (0, 2))
    return {"StudyInstanceUID": "\\".join(uids)}


CASES = (
    _matches("single-value", "A single value", "qr/match-single-value", _patient(), _of_first),
    _matches(
        "unique-key",
        "One Study Instance UID",
        "qr/match-unique-keys",
        lambda stored: {"StudyInstanceUID": stored[0].study_instance_uid},
        _studies(0),
    ),
    _matches("uid-list", "A list of UIDs", "qr/match-uid-list", _uid_list, _studies(0, 2)),
    _matches(
        "empty-key",
        "A key without value matches everything",
        "qr/match-universal",
        _patient(StudyDate="", AccessionNumber="", PatientName=""),
        _of_first,
    ),
    _matches(
        "star-at-end",
        "An asterisk at the end of a value",
        "qr/match-wildcard-star",
        lambda stored: {"PatientID": _stem(stored) + "*"},
        _all,
    ),
    _matches(
        "star-for-nothing",
        "An asterisk stands for no character, too",
        "qr/match-wildcard-star",
        lambda stored: {"PatientID": _first(stored) + "*"},
        _of_first,
    ),
    _matches(
        "star-in-the-middle",
        "An asterisk within a value",
        "qr/match-wildcard-star",
        lambda stored: {"PatientID": f"{_stem(stored)[:-4]}*{_first(stored)[-2:]}"},
        _of_first,
    ),
    _matches(
        "question-mark",
        "A question mark stands for one character",
        "qr/match-wildcard-question-mark",
        lambda stored: {"PatientID": _stem(stored) + "?"},
        _all,
    ),
    _matches(
        "question-marks-too-many",
        "Two question marks do not stand for one character",
        "qr/match-wildcard-question-mark",
        lambda stored: {"PatientID": _stem(stored) + "??"},
        _none,
    ),
    _matches(
        "star-alone",
        "A lone asterisk matches everything",
        "qr/match-wildcard-alone",
        _patient(PatientName="*"),
        _of_first,
    ),
    _matches(
        "case",
        "A Patient ID in other case is another one",
        "qr/match-case",
        lambda stored: {"PatientID": _first(stored).lower()},
        _none,
    ),
    _matches("date", "A single date", "qr/match-single-value", _patient(StudyDate="20200215"), _studies(1)),
    _matches(
        "date-range",
        "A range of dates, its ends included",
        "qr/match-date-range",
        _patient(StudyDate="20200115-20200215"),
        _studies(0, 1),
    ),
    _matches(
        "date-until",
        "A range of dates without a beginning",
        "qr/match-date-until",
        _patient(StudyDate="-20200215"),
        _studies(0, 1),
    ),
    _matches(
        "date-from",
        "A range of dates without an end",
        "qr/match-date-from",
        _patient(StudyDate="20200215-"),
        _studies(1, 2),
    ),
    _matches(
        "date-range-beside",
        "A range of dates that has none of theirs",
        "qr/match-date-range",
        _patient(StudyDate="20200116-20200214"),
        _none,
    ),
    _matches(
        "time-range",
        "A range of times, its ends included",
        "qr/match-time-range",
        _patient(StudyTime="115900-120000"),
        _of_first,
    ),
    _matches(
        "time-range-beside",
        "A range of times that has none of theirs",
        "qr/match-time-range",
        _patient(StudyTime="130000-140000"),
        _none,
    ),
    _matches(
        "all-keys",
        "What matches one key and not the other does not match",
        "qr/match-keys-all",
        _patient(StudyDate="20200215", StudyInstanceUID=""),
        _studies(1),
    ),
    _matches(
        "no-match",
        "A query that nothing matches",
        "qr/find-no-match",
        _patient(StudyDate="19000101"),
        _none,
    ),
    _matches(
        "character-set",
        "Specific Character Set is no key",
        "qr/match-character-set-is-no-key",
        _patient(SpecificCharacterSet="ISO_IR 192"),
        _of_first,
    ),
    _matches("series", "The series of a study", "qr/find-every-match", _series_keys, _studies(0), "SERIES"),
    _matches("images", "The images of a series", "qr/find-every-match", _image_keys, _first_series, "IMAGE"),
    _matches(
        "patient-root-patient",
        "A patient, in the Patient Root model",
        "qr/find-every-match",
        _patient(),
        _of_first,
        "PATIENT",
        PATIENT_ROOT,
    ),
    _matches(
        "patient-root-studies",
        "The studies of a patient, in the Patient Root model",
        "qr/find-every-match",
        _patient(),
        _of_first,
        "STUDY",
        PATIENT_ROOT,
    ),
)
