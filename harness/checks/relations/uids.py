"""Lists of UIDs (PS3.4 C.2.2.2.2)."""

from __future__ import annotations

import uuid

from harness.checks.relations.asking import Asking, Finding, found
from harness.checks.relations.comparing import Comparison, counted, steadily
from harness.checks.relations.sampling import Sample, sample
from harness.observe.relations import Limits, Query

_LISTED = 5
"""UIDs of a list that are also asked for one by one."""
_LONG = 300
"""UIDs of a long list; with the longest UIDs it is a third of what an element can hold (PS3.5 7.1.2)."""


def uid_list(limits: Limits) -> Asking[Finding]:
    """A list of UIDs finds what its UIDs find one by one, in whatever order they stand."""
    chosen = yield from sample(limits)
    uids = chosen.uids[:_LISTED]
    return (yield from steadily(lambda: _compare_list(uids)))


def _compare_list(uids: list[str]) -> Asking[Comparison]:
    listed = yield from _of(uids)
    singles: frozenset[str] = frozenset()
    for uid in uids:
        singles |= yield from _of([uid])
    backwards = yield from _of(uids[::-1])
    compared = Comparison(
        f"{counted(len(listed))} for a list of {counted(len(uids), 'UID', 'UIDs')}, {len(singles)} one by one"
    )
    compared.note("studies found by their UID and not by a list with it", singles - listed)
    compared.note("studies found by a list and not by their UID", listed - singles)
    compared.note("studies found by a list and not by the same in another order", listed - backwards)
    return compared


def long_uid_list(limits: Limits) -> Asking[Finding]:
    """A long list of UIDs, most of which nothing has, finds what there is: nothing of it is cut off."""
    chosen = yield from sample(limits)
    return (yield from steadily(lambda: _compare_long(chosen)))


def _compare_long(chosen: Sample) -> Asking[Comparison]:
    there = (yield from found(chosen.query())).entities
    known = chosen.uids[:_LONG]
    made_up = [f"2.25.{uuid.uuid5(uuid.NAMESPACE_OID, str(number)).int}" for number in range(_LONG - len(known))]
    listed = yield from _of([*made_up, *known])
    compared = Comparison(f"{len(listed)} of {counted(len(known))} for a list of {_LONG} UIDs")
    compared.note("studies that a long list with their UID does not find", there.intersection(known) - listed)
    compared.note("studies that were not in the list", listed - set(known))
    return compared


def _of(uids: list[str]) -> Asking[frozenset[str]]:
    return (yield from found(Query("STUDY", {"StudyInstanceUID": "\\".join(uids)}), required=True)).entities
