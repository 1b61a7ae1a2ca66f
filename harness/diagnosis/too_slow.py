"""Why a step took longer than it may: a pattern that explains it where one is seen, and where the time went."""

from __future__ import annotations

from itertools import chain

from harness.diagnosis.catalogue import diagnosis_of
from harness.diagnosis.model import Diagnosis, Parties
from harness.diagnosis.per_image import association_per_image
from harness.diagnosis.slowness import slow_answers, slow_stages, where_time_went
from harness.observe.outcomes import Observation
from harness.observe.trace import Role

TOO_SLOW = ("too-slow",)


def of_slowness(observed: str, observation: Observation, parties: Parties) -> Diagnosis:
    """The diagnosis of a step that did what it should, too late."""
    ours = [trace for trace in observation.traces if trace.role is Role.REQUESTOR]
    opened = association_per_image(trace for trace in observation.traces if trace.role is Role.ACCEPTOR)
    hints = dict(chain(filter(None, [opened]), slow_answers(ours), *map(slow_stages, ours)))
    went = where_time_went(ours)
    evidence = (observed, *hints.values(), *([f"where the time went: {went}"] if went else []))
    return diagnosis_of((*hints, *TOO_SLOW), evidence, parties)
