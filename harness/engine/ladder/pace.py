"""How fast the peer answers, and whether it is only our way of acknowledging that makes it fast."""

from __future__ import annotations

from dataclasses import replace

from harness.net.association import Association
from harness.observe.rungs import Pace
from harness.services.echo import echo

_ECHOES = 5
"""As many as it takes to tell a wait that is always there from one that came once."""

_FROM, _TO = 0.03, 0.5
"""Seconds of an answer behind which a delayed acknowledgement may be: faster is fine, slower is something else."""


def measure_pace(association: Association, first: float) -> Pace:
    """Send one more C-ECHO, and up to eight more where an answer took suspiciously long; `first` is the time of one.

    None of them waits long: this is about milliseconds.
    """
    if first >= _TO:
        return Pace((first,))
    association.timeouts = replace(association.timeouts, response=min(2 * _TO, association.timeouts.response))
    prompt = [first]
    if _is_suspicious(first):
        prompt += _echoes(association, _ECHOES - 1)
    can_compare = association.leave_acknowledgements(True)
    usual = _echoes(association, 1, to_system=True)
    if any(map(_is_suspicious, usual)):
        usual += _echoes(association, _ECHOES - 1, to_system=True)
        # Once more at once: what is slow now and was fast before is slow by chance.
        prompt += _echoes(association, _ECHOES - len(prompt))
    return Pace(tuple(prompt), tuple(usual)) if can_compare else Pace(usual=(*prompt, *usual))


def _is_suspicious(seconds: float) -> bool:
    return _FROM <= seconds < _TO


def _echoes(association: Association, count: int, *, to_system: bool = False) -> list[float]:
    """Seconds of so many more C-ECHOs, as long as they are answered."""
    times: list[float] = []
    for _ in range(count):
        association.leave_acknowledgements(to_system)
        times += echo(association).response_seconds
    return times
