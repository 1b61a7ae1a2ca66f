"""Relations between the levels of the hierarchy, and between the information models (PS3.4 C.3, C.4.1)."""

from __future__ import annotations

from collections.abc import Sequence

from harness.checks.relations.asking import Asking, Finding, Found, Undecidable, found
from harness.checks.relations.comparing import Comparison, counted, steadily
from harness.checks.relations.sampling import is_number, number_of, sample
from harness.observe.relations import Limits, Query
from harness.standard.models import QueryModel
from harness.standard.uids import is_valid_uid

_OF_STUDY = ("NumberOfStudyRelatedSeries", "NumberOfStudyRelatedInstances")
_OF_PATIENT = "NumberOfPatientRelatedStudies"
_OF_SERIES = "NumberOfSeriesRelatedInstances"


def series_of(study: str, *returned: str) -> Asking[Found]:
    """The series of a study."""
    return (yield from found(Query("SERIES", {"StudyInstanceUID": study}, returned), required=True))


def series_uids(series: Found) -> list[str]:
    """The UIDs of series, to ask for their instances. Raises `Undecidable` when that would be illegal."""
    uids = sorted(series.entities)
    if not all(map(is_valid_uid, uids)):
        raise Undecidable("a series has a Series Instance UID that is not valid")
    return uids


def instances_of(study: str, series: str, *returned: str) -> Asking[Found]:
    """The instances of a series."""
    keys = {"StudyInstanceUID": study, "SeriesInstanceUID": series}
    return (yield from found(Query("IMAGE", keys, returned), required=True))


def hierarchy(limits: Limits) -> Asking[Finding]:
    """Each series and instance is found once, below what was asked for, and by its own UID as by that above it."""
    chosen = yield from sample(limits)
    studies = chosen.inside(limits.studies, limits.matches)
    return (yield from steadily(lambda: _compare_hierarchy(studies)))


def _compare_hierarchy(studies: Sequence[str]) -> Asking[Comparison]:
    compared = Comparison()
    numbers = [0, 0]
    for study in studies:
        every = yield from series_of(study)
        numbers[0] += len(every.entities)
        _note_answers(compared, "series", "StudyInstanceUID", study, every)
        for series in series_uids(every):
            images = yield from instances_of(study, series)
            numbers[1] += len(images.entities)
            _note_answers(compared, "instances", "SeriesInstanceUID", series, images)
        for series in series_uids(every)[:1]:
            keys = {"StudyInstanceUID": study, "SeriesInstanceUID": series}
            alone = yield from found(Query("SERIES", keys), required=True)
            compared.note("series found by their study and not by their own UID", {series} - alone.entities)
    compared.text = (
        f"{counted(len(studies))} with {numbers[0]} series and {counted(numbers[1], 'instance', 'instances')}"
    )
    return compared


def _note_answers(compared: Comparison, what: str, above: str, asked: str, answer: Found) -> None:
    compared.note(f"{what} answered more than once", {uid for uid, times in answer.times.items() if times > 1})
    others = {uid for uid, value in answer.by_entity(above).items() if value and value != asked}
    compared.note(f"{what} of another {above} than was asked for", others)
    if "" in answer.uids:
        compared.note(f"answers at the level of {what} without their unique key", [asked])


def related_numbers(limits: Limits) -> Asking[Finding]:
    """The numbers of related series and instances are those that are found at the levels below."""
    chosen = yield from sample(limits)
    studies = chosen.inside(limits.studies, limits.matches)
    return (yield from steadily(lambda: _compare_numbers(studies), advice=True))


def _compare_numbers(studies: Sequence[str]) -> Asking[Comparison]:
    compared = Comparison()
    told = 0
    for study in studies:
        claims = yield from found(Query("STUDY", {"StudyInstanceUID": study}, _OF_STUDY))
        every = yield from series_of(study, _OF_SERIES)
        of_series = every.by_entity(_OF_SERIES)
        number_found = 0
        for series in series_uids(every):
            images = len((yield from instances_of(study, series)).entities)
            number_found += images
            if not images:
                compared.note("series without instances", [series])
            told += _note_number(compared, _OF_SERIES, series, of_series.get(series, ""), images)
        for keyword, number in zip(_OF_STUDY, (len(every.entities), number_found), strict=True):
            told += _note_number(compared, keyword, study, claims.by_entity(keyword).get(study, ""), number)
    if not told and not compared.differences:
        raise Undecidable("the archive returns no numbers of related series and instances, which are optional")
    compared.text = f"{told} numbers of {counted(len(studies))} and their series"
    return compared


def _note_number(compared: Comparison, keyword: str, entity: str, claimed: str, number: int, vr: str = "UI") -> bool:
    """Whether a number was told; one that differs is noted."""
    told = str(number_of(claimed)) if is_number(claimed) else "that is no number"
    if claimed and told != str(number):
        compared.note(f"{keyword} {told} where {number} are found", [entity], vr)
    return bool(claimed)


def patient_root(limits: Limits) -> Asking[Finding]:
    """Patient Root finds the patients of studies, and the same studies of them as Study Root, as many as it says."""
    chosen = yield from sample(limits)
    patients = sorted(chosen.values("PatientID"))[: limits.studies]
    if not patients:
        raise Undecidable("no study has a Patient ID that could be asked for")
    return (yield from steadily(lambda: _compare_models(patients), advice=True))


def _compare_models(patients: Sequence[str]) -> Asking[Comparison]:
    compared = Comparison()
    number = 0
    for patient in patients:
        keys = {"PatientID": patient}
        studies = (yield from found(Query("STUDY", keys))).entities
        root = QueryModel.PATIENT_ROOT
        of_patient = (yield from found(Query("STUDY", keys, model=root), required=True)).entities
        itself = yield from found(Query("PATIENT", keys, (_OF_PATIENT,), model=root), required=True)
        number += len(studies)
        compared.note("studies that Study Root finds and Patient Root does not", studies - of_patient)
        compared.note("studies that Patient Root finds and Study Root does not", of_patient - studies)
        if itself.times[patient] == 1:
            _note_number(compared, _OF_PATIENT, patient, itself.by_entity(_OF_PATIENT)[patient], len(of_patient), "LO")
        if studies and not itself.matches:
            compared.note("patients of studies that Patient Root does not find", [patient], "LO")
    compared.text = f"{counted(number)} of {counted(len(patients), 'patient', 'patients')} through both models"
    return compared
