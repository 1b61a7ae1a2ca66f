"""Relations among the sets of studies that queries find (PS3.4 C.2.2.2)."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness.checks.relations.asking import Asking, Finding, Undecidable, found
from harness.checks.relations.comparing import Comparison, steadily
from harness.checks.relations.sampling import Sample, dated, sample
from harness.observe.relations import Limits, Query

_LISTED = 5
"""UIDs of a list that are also asked for one by one."""
_UNIVERSAL = ("PatientName", "PatientID", "AccessionNumber", "StudyID")
"""Keys that every SCP matches at the STUDY level of the Study Root model (PS3.4 C.6.2.1), and that take wildcards."""


def date_ranges(limits: Limits) -> Asking[Finding]:
    """The studies of a range of dates are those of its parts, ends included, and have such dates."""
    chosen = yield from sample(limits)
    dates = sorted(set(dated(chosen.studies).values()))
    if not dates:
        raise Undecidable("no study has a date")
    middle = dates[(len(dates) - 1) // 2]
    return (yield from steadily(lambda: _compare_ranges(chosen, dates[0], middle, dates[-1])))


def _compare_ranges(chosen: Sample, first: str, middle: str, last: str) -> Asking[Comparison]:
    whole = yield from _of_dates(chosen, f"{first}-{last}")
    low = yield from _of_dates(chosen, f"{first}-{middle}")
    day = yield from _of_dates(chosen, middle)
    high: dict[str, str] = {}
    if middle < last:
        after = datetime.strptime(middle, "%Y%m%d") + timedelta(days=1)
        high = yield from _of_dates(chosen, f"{after:%Y%m%d}-{last}")
    compared = Comparison(f"{len(whole)} studies in a range of dates, {len(low)} and {len(high)} in its parts")
    compared.note("in a range of dates and in none of its parts", whole.keys() - low.keys() - high.keys())
    compared.note("in a part of a range of dates and not in the range", (low.keys() | high.keys()) - whole.keys())
    compared.note("of a date and not in a range that ends with it", day.keys() - low.keys())
    outside = {uid for uid, date in (whole | low | high).items() if not first <= date <= last}
    compared.note("in the answer to a range that their date is outside of", outside)
    return compared


def _of_dates(chosen: Sample, dates: str) -> Asking[dict[str, str]]:
    return dated((yield from found(chosen.query(StudyDate=dates), required=True)))


def uid_list(limits: Limits) -> Asking[Finding]:
    """A list of UIDs finds what its UIDs find one by one, in whatever order they stand."""
    chosen = yield from sample(limits)
    uids = sorted(chosen.studies.entities)[:_LISTED]
    return (yield from steadily(lambda: _compare_list(uids)))


def _compare_list(uids: list[str]) -> Asking[Comparison]:
    listed = yield from _of_uids(uids)
    singles: frozenset[str] = frozenset()
    for uid in uids:
        singles |= yield from _of_uids([uid])
    backwards = yield from _of_uids(uids[::-1])
    compared = Comparison(f"{len(listed)} studies for a list of {len(uids)} UIDs, {len(singles)} one by one")
    compared.note("found by their UID and not by a list with it", singles - listed)
    compared.note("found by a list and not by their UID", listed - singles)
    compared.note("found by a list and not by the same in another order", listed - backwards)
    return compared


def _of_uids(uids: list[str]) -> Asking[frozenset[str]]:
    return (yield from found(Query("STUDY", {"StudyInstanceUID": "\\".join(uids)}), required=True)).entities


def zero_length(limits: Limits) -> Asking[Finding]:
    """A key without a value, or with a lone asterisk, limits nothing: as if it were absent."""
    chosen = yield from sample(limits)
    return (yield from steadily(lambda: _compare_universal(chosen)))


def _compare_universal(chosen: Sample) -> Asking[Comparison]:
    absent = (yield from found(chosen.query())).entities
    compared = Comparison(f"{len(absent)} studies without, with an empty and with a universal {', '.join(_UNIVERSAL)}")
    for keyword in _UNIVERSAL:
        for value, words in (("", "empty"), ("*", "lone asterisk as")):
            with_key = (yield from found(chosen.query(**{keyword: value}), required=True)).entities
            compared.note(f"missing when there is an {words} {keyword}".replace("an lone", "a lone"), absent - with_key)
            compared.note(f"only there with {words} {keyword}", with_key - absent)
    return compared
