"""One look at a peer: what it says of itself, then the matrix, then what else it negotiates."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime

from harness.engine.probe.asking import Asking
from harness.engine.probe.habits import habits
from harness.engine.probe.limits import limits
from harness.engine.probe.matrix import MatrixProbe
from harness.engine.probe.offering import Offering
from harness.engine.probe.peer_facts import negotiated_facts, plain_facts, verification
from harness.engine.probe.request import ProbeRequest
from harness.observe.exercise import Exercise
from harness.observe.limits import Limits
from harness.observe.probe import Matrix, PeerFacts, Probe

_GONE = "the peer did not answer any longer"


def probe(request: ProbeRequest) -> Probe:
    """Ask a peer what it accepts. No DIMSE message is sent, but for the objects that a request wants to be sent."""
    started, begun = datetime.now(UTC).astimezone(), time.monotonic()
    asking = Asking(request)
    first = asking.ask(verification(request))
    found = _nothing_yet(request, started)
    if first.established:
        found = _asked(replace(found, peer=plain_facts(first, request)), request, asking)
    return replace(
        found,
        seconds=time.monotonic() - begun,
        associations=len(asking.traces),
        ending=None if first.established else first.ending,
        traces=tuple(asking.traces),
    )


def _nothing_yet(request: ProbeRequest, started: datetime) -> Probe:
    further = request.further
    return Probe(
        str(request.address),
        request.calling_ae_title,
        started,
        0.0,
        0,
        PeerFacts(),
        Matrix((), (), {}),
        limits=Limits(why_no_titles=further.why_no_titles),
        exercise=Exercise(why_not=further.why_no_exercise),
    )


def _asked(found: Probe, request: ProbeRequest, asking: Asking) -> Probe:
    """The same with everything that is found out until the time is up."""
    filling = MatrixProbe(request, asking)
    matrix = filling.run()
    found = replace(found, matrix=matrix, too_much=tuple(filling.failed))
    if filling.gone:
        return _broken_off(found)
    offering = Offering(request, asking, filling.most)
    with suppress(TimeoutError):
        found = replace(found, peer=negotiated_facts(found.peer, matrix, request, asking, filling.most))
        found = replace(found, habits=habits(matrix, offering))
        found = replace(found, too_much=(*found.too_much, *offering.failed))
        if offering.gone:
            return _broken_off(found)
        found = replace(found, limits=limits(request, asking))
        if request.further.exercise is not None:
            from harness.engine.probe.exercising import exercise

            found = replace(found, exercise=exercise(matrix, request.further.exercise, request, asking, filling.most))
    return found


def _broken_off(found: Probe) -> Probe:
    """The same where nothing more is asked, because nobody would answer."""
    return replace(found, exercise=replace(found.exercise, why_not=found.exercise.why_not or _GONE))
