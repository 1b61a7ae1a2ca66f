"""The same query, made again and again (PS3.4 C.4.1.3.1)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from harness.checks.relations.asking import Asking, Conclusion, Finding, found
from harness.checks.relations.comparing import Difference, broken, counted
from harness.checks.relations.sampling import sample
from harness.observe.relations import Limits

_TIMES = 6
_CERTAIN = 3
"""Changes between there and not there: what left, came back and left again is not an archive at work."""


def same_query(limits: Limits) -> Asking[Finding]:
    """The same query finds the same studies, unless some came or went."""
    chosen = yield from sample(limits)
    answers: list[frozenset[str]] = []
    while len(answers) < _TIMES:
        answers += [(yield from found(chosen.query())).entities]
    changes = {uid: _changes([uid in answer for answer in answers]) for uid in frozenset().union(*answers)}
    wavering = [uid for uid, number in sorted(changes.items()) if number >= _CERTAIN]
    if wavering:
        return broken([Difference("studies found, not found, found and not found again", uid) for uid in wavering])
    returned = [uid for uid, number in sorted(changes.items()) if number and uid in answers[0] & answers[-1]]
    if returned:
        return broken([Difference("studies there, gone, and there again", uid) for uid in returned], advice=True)
    came_or_went = sum(map(bool, changes.values()))
    changed = f"; {came_or_went} came or went meanwhile" if came_or_went else ""
    return Finding(Conclusion.HOLDS, f"{_TIMES} times the same query, {counted(len(answers[-1]))} in the end{changed}")


def _changes(there: Sequence[bool]) -> int:
    return sum(before is not after for before, after in itertools.pairwise(there))
