"""Release and abort of a shared association."""

from __future__ import annotations

from harness.engine.executors.base import Executor, Executors
from harness.engine.needs import Needs
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.net.association import Association
from harness.observe.ending import Ending, EndingKind
from harness.observe.outcomes import EndObservation, Observation
from harness.scenario.model import Step
from harness.scenario.params.base import Params, ServiceName
from harness.scenario.params.ending import AbortParams, ReleaseParams


def needs_nothing(params: Params, session: Session) -> Needs:
    """A step that needs no presentation context."""
    return Needs()


def perform_release(session: Session, step: Step, params: ReleaseParams) -> Observation:
    """An A-RELEASE. Raises `ScenarioError` when the association was never opened."""
    association = _shared(session, step)
    return _ended(association, association.release(), EndingKind.RELEASED)


def perform_abort(session: Session, step: Step, params: AbortParams) -> Observation:
    """An A-ABORT as service user. Raises `ScenarioError` when the association was never opened."""
    association = _shared(session, step)
    return _ended(association, association.abort(), EndingKind.ABORTED_BY_US)


def _shared(session: Session, step: Step) -> Association:
    association = session.take_shared(step.association or "")
    if association is None:
        raise ScenarioError(f"{step.source}: the association `{step.association}` is not open")
    return association


def _ended(association: Association, ending: Ending, asked: EndingKind) -> Observation:
    observation = EndObservation(as_asked=ending.kind is asked, ending=ending)
    observation.traces.append(association.trace)
    return observation


EXECUTORS: Executors = {
    ServiceName.RELEASE: Executor(perform_release, needs_nothing),
    ServiceName.ABORT: Executor(perform_abort, needs_nothing),
}
