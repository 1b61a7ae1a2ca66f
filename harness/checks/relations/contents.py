"""What stands in the answers: legal values, and texts that can be asked for as they came (PS3.5 6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.checks.relations.asking import Asking, Conclusion, Finding, Found, Undecidable, found
from harness.checks.relations.comparing import Comparison, Difference, broken, counted, steadily
from harness.checks.relations.levels import instances_of, series_of, series_uids
from harness.checks.relations.sampling import Sample, is_plain, sample
from harness.observe.data_set import element_value
from harness.observe.relations import Limits, Query
from harness.standard.character_sets import TERMS, character_set_terms
from harness.standard.text import encode_text
from harness.standard.values import key_problem

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

_OF_STUDY = (
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "StudyID",
    "StudyDescription",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "ModalitiesInStudy",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)
_OF_SERIES = ("Modality", "SeriesNumber", "SeriesDescription", "SeriesDate", "SeriesTime", "BodyPartExamined")
_OF_IMAGE = ("SOPClassUID", "InstanceNumber", "ContentDate", "ContentTime")
_PLAIN = {
    "DA": re.compile(r"\d{8}", re.ASCII),
    "TM": re.compile(r"\d{2,6}(\.\d{1,6})?", re.ASCII),
    "UI": re.compile(r"(0|[1-9]\d*)(\.(0|[1-9]\d*))*", re.ASCII),
    "CS": re.compile(r"[A-Z0-9_ ]*", re.ASCII),
}
"""Values as they are, without the wildcards and ranges that keys may have."""
_NAMES = 3
"""Names that are asked for as they came."""


def legal_values(limits: Limits) -> Asking[Finding]:
    """Every answer is a data set, and each value one that its value representation allows."""
    chosen = yield from sample(limits)
    studies = yield from found(chosen.query(*_OF_STUDY))
    answers = [studies]
    for study in chosen.inside(1, limits.matches)[:1]:
        series = yield from series_of(study, *_OF_SERIES)
        answers.append(series)
        for uid in series_uids(series)[:1]:
            answers += [(yield from instances_of(study, uid, *_OF_IMAGE))]
    undecodable = [match.problem for answer in answers for match in answer.matches if match.problem]
    if undecodable:
        return Finding(Conclusion.BROKEN, f"answers that cannot be decoded: {len(undecodable)}, as {undecodable[0]}")
    illegal = [difference for answer in answers for difference in _illegal(answer)]
    if illegal:
        return broken(illegal, advice=True)
    return Finding(Conclusion.HOLDS, f"{sum(map(len, answers))} answers of three levels have legal values")


def _illegal(answer: Found) -> Iterator[Difference]:
    for match, uid in zip(answer.matches, answer.uids, strict=True):
        for keyword, vr in _illegal_elements(match.dataset):
            yield Difference(f"{answer.query.level} answers with a {keyword} that is no {vr}", uid)


def _illegal_elements(data_set: Dataset) -> Iterator[tuple[str, str]]:
    from pydicom.datadict import dictionary_VR

    for element in data_set:
        vr = dictionary_VR(element.tag).split(" ")[0] if element.VR == "UN" and element.keyword else element.VR
        if element.VR == "UN" or not is_legal(vr, element_value(element)):
            yield element.keyword or str(element.tag), vr


def is_legal(vr: str, text: str) -> bool:
    """Whether a value representation allows a value; each of several, and none at all."""
    if key_problem(vr, text.rstrip("\0 ")):
        return False
    plain = _PLAIN.get(vr)
    parts = (part.strip("\0 ") for part in text.split("\\"))
    return plain is None or all(not part or plain.fullmatch(part) for part in parts)


def character_set(limits: Limits) -> Asking[Finding]:
    """A name beyond ASCII finds its studies in the character set in which the archive returns it."""
    chosen = yield from sample(limits)
    names = dict(_names(chosen))
    if not names:
        raise Undecidable("no name has characters beyond ASCII that its character set could be asked for with")
    return (yield from steadily(lambda: _compare_names(chosen, names), advice=True))


def _names(chosen: Sample) -> Iterator[tuple[str, str]]:
    """Names and the character sets they came in, those that can be written again."""
    sets = chosen.studies.values("SpecificCharacterSet")
    names = dict(zip(chosen.studies.values("PatientName"), sets, strict=True))
    known = {name: terms for name, terms in names.items() if all(term in ("", *TERMS) for term in terms.split("\\"))}
    beyond = [(name, terms) for name, terms in known.items() if not name.isascii() and is_plain("PatientName", name)]
    for name, terms in beyond[:_NAMES]:
        try:
            encode_text(name, "PN", character_set_terms(terms))
        except ValueError:
            continue
        yield name, terms


def _compare_names(chosen: Sample, names: dict[str, str]) -> Asking[Comparison]:
    compared = Comparison(
        f"studies found by {counted(len(names), 'name', 'names')} beyond ASCII, each in its character set"
    )
    there = (yield from found(chosen.query("PatientName"))).by_entity("PatientName")
    for name, terms in names.items():
        query = Query("STUDY", {**chosen.scope, "PatientName": name}, character_set=terms)
        answer = yield from found(query, required=True)
        wanted = {uid for uid, value in there.items() if value == name}
        compared.note(f"studies not found by their name as it was returned in {terms}", wanted - answer.entities)
    return compared
