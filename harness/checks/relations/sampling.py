"""Known values taken from the archive itself: a few studies of its newest days but today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from harness.checks.relations.asking import Asking, Found, TooMany, Undecidable, found
from harness.observe.relations import Limits, Query
from harness.standard.uids import is_valid_uid
from harness.standard.values import key_problem

ENOUGH = 5
"""Studies with which a range of dates is taken; with fewer an earlier beginning is tried."""
_DAYS = (0, 6, 30, 365, 3650)
"""Beginnings to try, in days before yesterday, before the dates are left open: what is of today still changes."""
_DATE_LENGTH = 8
_LONGEST_NUMBER = 12
_MANY_SERIES = 20
"""A study with more series is not looked into: each would be a query."""
SAMPLED = (
    "StudyDate",
    "PatientID",
    "PatientName",
    "AccessionNumber",
    "NumberOfStudyRelatedSeries",
    "NumberOfStudyRelatedInstances",
)
_VRS = {"PatientID": "LO", "PatientName": "PN", "AccessionNumber": "SH"}


@dataclass(frozen=True, slots=True)
class Sample:
    """Studies, all that the archive has for the keys of `scope`."""

    scope: dict[str, str]
    studies: Found

    def query(self, *returned: str, **keys: str) -> Query:
        """A query of the same studies, or of those of them that these keys match, too."""
        return Query("STUDY", {**self.scope, **keys}, returned)

    def values(self, keyword: str) -> list[str]:
        """The different values of an attribute that can be keys: legal, in ASCII, single ones, without wildcards."""
        values = dict.fromkeys(self.studies.values(keyword))
        return [value for value in values if value and value.isascii() and is_plain(keyword, value)]

    @property
    def uids(self) -> list[str]:
        """Study Instance UIDs that can be asked for. Raises `Undecidable` when there are none."""
        legal = sorted(filter(is_valid_uid, self.studies.entities))
        if not legal:
            raise Undecidable("no study has a valid Study Instance UID")
        return legal

    def inside(self, number: int, most: int) -> list[str]:
        """Studies to look into, small and large ones, none with more instances than `most` as far as is told."""
        series = self.studies.by_entity("NumberOfStudyRelatedSeries")
        instances = self.studies.by_entity("NumberOfStudyRelatedInstances")
        fitting = [
            uid
            for uid in sorted(self.uids, key=lambda uid: (number_of(instances.get(uid, "")), uid))
            if number_of(instances.get(uid, "")) <= most and number_of(series.get(uid, "")) <= _MANY_SERIES
        ]
        if not fitting:
            raise Undecidable(f"each study has more than {most} instances or {_MANY_SERIES} series")
        return fitting[:: max(1, -(-len(fitting) // number))]


def is_plain(keyword: str, value: str) -> bool:
    """Whether a value of an attribute can be a key that asks for just this value."""
    return not re.search(r"[*?\\]", value) and not key_problem(_VRS[keyword], value)


def number_of(text: str) -> int:
    """A number as it is told; 0 for none, and for what is none."""
    return int(text) if is_number(text) else 0


def is_number(text: str) -> bool:
    """Whether a text is a number that things can be counted with (IS, PS3.5 6.2)."""
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER


def sample(limits: Limits) -> Asking[Sample]:
    """The studies of the newest days that have enough of them. Raises `Undecidable` when there are none."""
    best: Sample | None = None
    failure: Undecidable | None = None
    for dates in _ranges(limits):
        scope = {"StudyDate": dates} if dates else {}
        try:
            studies = yield from found(Query("STUDY", scope, SAMPLED))
        except TooMany as reason:
            failure = reason
            break
        except Undecidable as reason:
            failure = reason
            continue
        if studies.entities:
            best = Sample(scope, studies)
        if len(studies.entities) >= ENOUGH:
            break
    if best is None:
        where = f" of {limits.dates}" if limits.dates else ""
        raise failure or Undecidable(f"the archive has no studies{where}: there is nothing to compare")
    return best


def _ranges(limits: Limits) -> Iterator[str]:
    if limits.dates:
        yield limits.dates
        return
    yesterday = limits.today - timedelta(1)
    for days in _DAYS:
        yield f"{yesterday - timedelta(days):%Y%m%d}-{yesterday:%Y%m%d}"
    yield ""


def dated(studies: Found) -> dict[str, str]:
    """Study dates by Study Instance UID, of the studies that have one; one that has none matches any range."""
    dates = studies.by_entity("StudyDate")
    return {uid: value for uid, value in dates.items() if len(value) == _DATE_LENGTH and not key_problem("DA", value)}
