"""Ranges of dates (PS3.4 C.2.2.2.5.1)."""

from __future__ import annotations

from datetime import datetime, timedelta

from harness.checks.relations.asking import Asking, Finding, Undecidable, found
from harness.checks.relations.comparing import Comparison, counted, steadily
from harness.checks.relations.sampling import Sample, dated, sample
from harness.observe.relations import Limits


def date_ranges(limits: Limits) -> Asking[Finding]:
    """The studies of a range of dates are those of its parts, ends included, and have such dates."""
    chosen = yield from sample(limits)
    dates = sorted(set(dated(chosen.studies).values()))
    if not dates:
        raise Undecidable("no study has a date")
    middle = dates[(len(dates) - 1) // 2]
    return (yield from steadily(lambda: _compare(chosen, dates[0], middle, dates[-1])))


def _compare(chosen: Sample, first: str, middle: str, last: str) -> Asking[Comparison]:
    compared = Comparison()
    whole = yield from _of(compared, chosen, f"{first}-{last}")
    low = yield from _of(compared, chosen, f"{first}-{middle}")
    day = yield from _of(compared, chosen, middle)
    high: frozenset[str] = frozenset()
    if middle < last:
        after = datetime.strptime(middle, "%Y%m%d") + timedelta(days=1)
        high = yield from _of(compared, chosen, f"{after:%Y%m%d}-{last}")
    compared.text = f"{counted(len(whole))} in a range of dates, {len(low)} and {len(high)} in its parts"
    compared.note("studies in a range of dates and in none of its parts", whole - low - high)
    compared.note("studies in a part of a range and not in the range", (low | high) - whole)
    compared.note("studies of a date and not in a range that ends with it", day - low)
    return compared


def _of(compared: Comparison, chosen: Sample, dates: str) -> Asking[frozenset[str]]:
    """The studies that a range or a single date finds; those of another date are noted."""
    first, _, last = dates.partition("-")
    there = dated((yield from found(chosen.query("StudyDate", StudyDate=dates), required=True)))
    others = {uid for uid, date in there.items() if not first <= date <= (last or first)}
    compared.note("studies found by dates that are not theirs", others)
    return frozenset(there)
