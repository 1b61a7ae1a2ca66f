"""What else is worth knowing of a way that works: no failure, and each with a cause and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.diagnosis.catalogue import diagnosis_of
from harness.diagnosis.endings import codes_of_ending
from harness.diagnosis.model import Diagnosis, Parties
from harness.diagnosis.per_image import association_per_image
from harness.diagnosis.slowness import Hint, slow_pace, slow_stages
from harness.observe.rungs import Climb


def hints_of(climb: Climb) -> tuple[Diagnosis, ...]:
    """The hints of a climb, whether it broke or not."""
    parties = Parties(climb.calling_ae_title, climb.called_ae_title, climb.address.rpartition("@")[2])
    return tuple(diagnosis_of((code,), (text,), parties) for code, text in _hints(climb))


def _hints(climb: Climb) -> Iterator[Hint]:
    away = climb.turned_away
    if away is not None and away.again is None:
        code, *_ = codes_of_ending(away.ending, answered=True)
        yield code, f"{away.ending}; asked again after {away.seconds:.1f} s, it accepted"
    if climb.trace is not None:
        yield from slow_stages(climb.trace)
        if climb.pace is not None:
            yield from slow_pace(climb.trace, climb.pace)
    opened = association_per_image(climb.observation.traces if climb.observation is not None else ())
    if opened is not None:
        yield opened
