"""From what the ladder saw to a diagnosis."""

from __future__ import annotations

from collections.abc import Iterator

from harness.diagnosis.answers import is_unserved
from harness.diagnosis.catalogue import diagnosis_of
from harness.diagnosis.clocks import clock_texts
from harness.diagnosis.contexts import codes_of_contexts
from harness.diagnosis.endings import codes_of_ending
from harness.diagnosis.look import codes_of_proposed, codes_of_silence, look_texts
from harness.diagnosis.model import Diagnosis, Parties
from harness.diagnosis.move import of_move
from harness.diagnosis.past import past_texts
from harness.diagnosis.statuses import codes_of_status
from harness.diagnosis.titles import titles_as_sent
from harness.observe.callers import refusals_of
from harness.observe.outcomes import FindObservation, RetrieveObservation
from harness.observe.rungs import Climb, RungName
from harness.standard.status import Service


def find_cause(climb: Climb) -> Diagnosis | None:
    """Why the ladder broke where it did; None when it did not."""
    broken = climb.broken
    if broken is None:
        return None
    parties = Parties(climb.calling_ae_title, climb.called_ae_title, climb.address.rpartition("@")[2])
    return diagnosis_of(_codes(climb), (broken.text, *_more_evidence(climb)), parties)


def _codes(climb: Climb) -> tuple[str, ...]:
    ending = climb.observation.ending if climb.observation is not None else None
    assert climb.broken is not None
    proposed = codes_of_proposed(climb.look)
    if proposed:
        return proposed
    if climb.broken.name is RungName.PROTOCOL and ending is not None:
        over_tls = climb.trace is not None and climb.trace.tls is not None
        return codes_of_silence(ending, climb.look, over_tls=over_tls)
    if climb.fault is not None:
        return (climb.fault.value,)
    if ending is not None:
        trace = climb.trace
        return codes_of_ending(
            ending,
            answered=True,
            unserved=climb.observation is not None and is_unserved(climb.observation),
            with_user_identity=trace is not None and trace.user_identity_type != 0,
        )
    if climb.broken.name is RungName.CONTEXTS:
        assert climb.trace is not None
        return codes_of_contexts(climb.trace.contexts)
    if isinstance(climb.observation, RetrieveObservation):
        is_there = climb.past.has(climb.observation.asked.wanted)
        return of_move(climb.observation, is_study_there=is_there)
    return codes_of_status(
        climb.status, Service.FIND if isinstance(climb.observation, FindObservation) else Service.ECHO
    )


def _more_evidence(climb: Climb) -> Iterator[str]:
    ending = climb.observation.ending if climb.observation is not None else None
    yield from titles_as_sent(ending, called=climb.called_ae_title, calling=climb.calling_ae_title)
    yield from look_texts(climb.look)
    if climb.turned_away is not None and climb.turned_away.again is not None:
        yield f"it was asked twice, {climb.turned_away.seconds:.1f} s apart; the first time: {climb.turned_away.ending}"
    if climb.tls is not None:
        yield f"TLS: {climb.tls}"
    yield from clock_texts(climb)
    if climb.observation is not None:
        yield from past_texts(climb.observation, climb.past)
        yield from (refusal.text for refusal in refusals_of(climb.observation))
