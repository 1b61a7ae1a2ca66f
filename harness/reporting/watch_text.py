"""What `watch` says: how it begins, and then only what changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from harness.reporting.text import duration, moment, number_of, one_line
from harness.results.model import Verdict
from harness.results.states import Change, State


def first_lines(states: Iterable[State], when: datetime, every: str) -> Iterator[str]:
    """After the first run: how many there are, and those that did not simply pass."""
    known = list(states)
    passed = sum(state.verdict is Verdict.PASS for state in known)
    yield (
        f"{moment(when)}  {passed} of {number_of(len(known), 'scenario')} passed; again every {every}, "
        "and only changes are told"
    )
    for state in known:
        if state.verdict is not Verdict.PASS:
            yield f"{moment(when)}  {state.scenario}: {_now(state)}"


def change_line(change: Change, when: datetime) -> str:
    """One scenario that is now otherwise than before."""
    before = change.before
    was = "new" if before is None else before.verdict.value
    lasted = "" if before is None else f", {was} for {duration((when - before.since).total_seconds())}"
    return f"{moment(when)}  {change.after.scenario}: {was} -> {_now(change.after)}{lasted}"


def _now(state: State) -> str:
    return f"{state.verdict.value}: {one_line(state.why)}" if state.why else state.verdict.value
