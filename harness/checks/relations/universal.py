"""Keys that limit nothing: absent, empty, asterisks, and what is only to be returned (PS3.4 C.2.2.2.3)."""

from __future__ import annotations

from harness.checks.relations.asking import Asking, Finding, Found, found
from harness.checks.relations.comparing import Comparison, counted, steadily
from harness.checks.relations.sampling import Sample, sample
from harness.observe.relations import Limits

_REQUIRED = ("PatientName", "PatientID", "AccessionNumber", "StudyID")
"""Keys that every SCP matches at the STUDY level of the Study Root model (PS3.4 C.6.2.1), and that take wildcards."""
_RETURNED_BOTH_TIMES = ("PatientID", "AccessionNumber")
_MANY = (
    "PatientName",
    "StudyID",
    "PatientBirthDate",
    "PatientSex",
    "StudyTime",
    "StudyDescription",
    "ReferringPhysicianName",
    "ModalitiesInStudy",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)
_UNLIKELY = ("EthnicGroup", "MedicalAlerts", "PatientState", "RequestedContrastAgent", "AdmissionID")
"""Attributes of patients, visits and requests that archives rarely keep, and may leave alone (PS3.4 C.2.2.1.3)."""


def zero_length(limits: Limits) -> Asking[Finding]:
    """A key without a value, or with a lone asterisk, limits nothing: as if it were absent."""
    chosen = yield from sample(limits)
    return (yield from steadily(lambda: _compare_universal(chosen)))


def _compare_universal(chosen: Sample) -> Asking[Comparison]:
    absent = (yield from found(chosen.query())).entities
    compared = Comparison(f"{counted(len(absent))} without, with an empty and with a universal {', '.join(_REQUIRED)}")
    for keyword in _REQUIRED:
        for value, words in (("", f"an empty {keyword}"), ("*", f"a lone asterisk as {keyword}")):
            with_key = (yield from found(chosen.query(**{keyword: value}), required=True)).entities
            compared.note(f"studies that are missing with {words}", absent - with_key)
            compared.note(f"studies that are there only with {words}", with_key - absent)
    return compared


def return_keys(limits: Limits) -> Asking[Finding]:
    """What else is to be returned changes neither what is found, nor how often, nor with which values."""
    chosen = yield from sample(limits)
    return (yield from steadily(lambda: _compare_returned(chosen)))


def _compare_returned(chosen: Sample) -> Asking[Comparison]:
    compared, narrow, wide = yield from _compare_entities(chosen, _MANY)
    times = narrow.times | wide.times
    compared.note("studies answered more than once", {uid for uid, number in times.items() if number > 1})
    for keyword in _RETURNED_BOTH_TIMES:
        before, after = narrow.by_entity(keyword), wide.by_entity(keyword)
        changed = {uid for uid in before.keys() & after.keys() if before[uid] != after[uid]}
        compared.note(f"studies with another {keyword} when more is to be returned", changed)
    return compared


def unsupported_keys(limits: Limits) -> Asking[Finding]:
    """Optional keys that an archive hardly supports are left alone, and not answered with a failure."""
    chosen = yield from sample(limits)
    return (yield from steadily(lambda: _compare_unlikely(chosen)))


def _compare_unlikely(chosen: Sample) -> Asking[Comparison]:
    return (yield from _compare_entities(chosen, _UNLIKELY))[0]


def _compare_entities(chosen: Sample, more: tuple[str, ...]) -> Asking[tuple[Comparison, Found, Found]]:
    narrow = yield from found(chosen.query(*_RETURNED_BOTH_TIMES))
    wide = yield from found(chosen.query(*_RETURNED_BOTH_TIMES, *more), required=True)
    few, many = narrow.entities, wide.entities
    compared = Comparison(f"{counted(len(few))} with few attributes to return, {len(many)} with {len(more)} more")
    compared.note("studies that are missing when more is to be returned", few - many)
    compared.note("studies that are there only when more is to be returned", many - few)
    return compared, narrow, wide
