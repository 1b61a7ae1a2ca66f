"""An archive in memory that answers as it should, and a relation asked of it, or of one that answers otherwise."""

from __future__ import annotations

import fnmatch
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from harness.checks.relations.asking import Finding, Relation, concluded, judged
from harness.observe.outcomes import FindObservation, Match
from harness.observe.relations import Answer, Limits, Query, Question
from harness.services.identifier import build_identifier, encode_identifier
from harness.standard.models import UNIQUE_KEYS
from harness.standard.uids import IMPLICIT_VR_LE

LIMITS = Limits(date(2026, 1, 31))
Archive = Callable[[Question, int], Answer]
"""Answers a question, of which it is told the number, from 0."""
Row = dict[str, str]

INSTANCES: list[Row] = [
    {
        "PatientID": f"PAT{study % 3}",
        "PatientName": f"DOE^PATIENT {study % 3}",
        "StudyInstanceUID": f"1.2.{study}",
        "StudyDate": f"202601{study + 10}",
        "AccessionNumber": f"ACC{study}",
        "SeriesInstanceUID": f"1.2.{study}.{series}",
        "SOPInstanceUID": f"1.2.{study}.{series}.{instance}",
        "NumberOfStudyRelatedSeries": "2",
        "NumberOfStudyRelatedInstances": "4",
        "NumberOfSeriesRelatedInstances": "2",
        "NumberOfPatientRelatedStudies": "2",
    }
    for study in range(6)
    for series in (1, 2)
    for instance in (1, 2)
]
"""Six studies of three patients."""


def match(level: str, **values: str) -> Match:
    """A match of a query at a level."""
    identifier = build_identifier(level, values)
    return Match(data=encode_identifier(identifier, IMPLICIT_VR_LE), transfer_syntax_uid=IMPLICIT_VR_LE, status=0xFF00)


def answer(*matches: Match, status: int | None = 0) -> FindObservation:
    """The answer to a query."""
    return FindObservation(status=status, matches=list(matches))


def rows(query: Query) -> list[Row]:
    """What a query finds, as it should."""
    found: dict[str, Row] = {}
    for row in INSTANCES:
        if all(_fits(keyword, key, row) for keyword, key in query.keys.items()):
            found.setdefault(row[UNIQUE_KEYS[query.level]], row)
    return list(found.values())


def _fits(keyword: str, key: str, row: Mapping[str, str]) -> bool:
    value = row.get(keyword, "")
    if keyword == "StudyDate" and "-" in key:
        first, _, last = key.partition("-")
        return first <= value <= (last or "9")
    if keyword.endswith("UID"):
        return value in key.split("\\")
    if keyword == "PatientName":
        key, value = key.upper(), value.upper()
    return not key or fnmatch.fnmatchcase(value, key)


def answering(change: Callable[[Query, list[Row]], list[Row]] = lambda query, found: found) -> Archive:
    """An archive whose answers are what `change` makes of what it should find."""

    def answered(question: Question, number: int) -> Answer:
        assert isinstance(question, Query)
        made = change(question, [dict(row) for row in rows(question)])
        wanted = {UNIQUE_KEYS[question.level], *question.keys, *question.returned}
        return answer(*(match(question.level, **dict(_of(row, wanted))) for row in made))

    return answered


def _of(row: Row, wanted: set[str]) -> Iterator[tuple[str, str]]:
    return ((keyword, value) for keyword, value in row.items() if keyword in wanted)


def ask(relation: Relation, archive: Archive, limits: Limits = LIMITS) -> Finding:
    """What a relation finds."""
    asking = concluded(relation, limits)
    answers: list[Answer] = []
    try:
        question = next(asking)
        while len(answers) < 200:
            answers.append(archive(question, len(answers)))
            question = asking.send(answers[-1])
    except StopIteration as end:
        assert judged(relation, limits, answers) == end.value, "who judges afterwards finds the same"
        finding: Finding = end.value
        return finding
    raise AssertionError("it asks without end")
