"""How fast the peer answers, and whether it is only our way of acknowledging that makes it fast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from harness.net.association import Association
from harness.observe.rungs import Pace
from harness.services.echo import echo

_ECHOES = 5
"""As many as it takes to tell a wait that is always there from one that came once."""

_FROM, _TO = 0.03, 0.5
"""Seconds of a first answer behind which a delayed acknowledgement may be: faster is fine, slower is something else."""


def measure_pace(association: Association, first: float) -> Pace:
    """Send one more C-ECHO, and up to eight more where an answer took suspiciously long; `first` is the time of one.

    None of them waits long: this is about milliseconds.
    """
    if first >= _TO:
        return Pace((first,))
    association.timeouts = replace(association.timeouts, response=min(2 * _TO, association.timeouts.response))
    prompt = _some(lambda: _seconds(association), first)
    if not association.acknowledge_late():
        return Pace(prompt)
    return Pace(prompt, _some(lambda: _seconds_when_late(association), _seconds_when_late(association)))


def _some(ask: Callable[[], float | None], first: float | None) -> tuple[float, ...]:
    """The first time, and four more of the same kind where that is worth the while."""
    times = [first]
    while times[-1] is not None and _FROM <= times[-1] < _TO and len(times) < _ECHOES:
        times.append(ask())
    return tuple(seconds for seconds in times if seconds is not None)


def _seconds_when_late(association: Association) -> float | None:
    association.acknowledge_late()
    return _seconds(association)


def _seconds(association: Association) -> float | None:
    """Of one more C-ECHO; None when it was not answered."""
    return next(iter(echo(association).response_seconds), None)
