"""Storage commitment: the request on one association, its report on this or on another."""

from __future__ import annotations

import time

from harness.engine.executors.base import Executor, Executors, over
from harness.engine.needs import IDENTIFIER_SYNTAXES, Needs
from harness.engine.proposals import proposal_for
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.net.association import Association
from harness.observe.commitment import CommitmentObservation
from harness.observe.outcomes import Observation
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.normalized import ANY_REPORT, CommitParams
from harness.services.commitment import await_report, request_commitment, strays_since
from harness.services.notifications import Notifications
from harness.standard.commitment import Delivery
from harness.standard.uids import STORAGE_COMMITMENT, new_uid

_KEPT_OPEN = (ANY_REPORT, Delivery.SAME_ASSOCIATION)
_QUIET_SECONDS = 1.0
"""How long the association of a report may stay open after it."""


def needs_of_commit(params: CommitParams, session: Session) -> Needs:
    """The Storage Commitment Push Model SOP class."""
    return Needs(((STORAGE_COMMITMENT, IDENTIFIER_SYNTAXES),))


def perform_commit(session: Session, step: Step, params: CommitParams) -> Observation:
    """Ask for commitment, then wait for the report in the way that the step asks for. Raises `ScenarioError`."""
    observation = CommitmentObservation(
        transaction_uid=params.transaction or new_uid(session.file.local.uid_root),
        requested=_requested(session, step, params),
        waited_seconds=params.wait,
    )
    scp = session.storage_scp
    observation.listener = scp.endpoint
    scp.take_traces()
    begun = time.monotonic()

    def ask(association: Association) -> Observation:
        request_commitment(association, observation, scp.notifications)
        if observation.status == 0 and params.report in _KEPT_OPEN:
            await_report(observation, scp.notifications, params.wait, association)
        return observation

    proposal = proposal_for(session, step, params, needs_of_commit(params, session))
    over(session, step, proposal, ask, observation)
    if observation.status == 0 and observation.report is None:
        _await_elsewhere(session, step, params, observation, scp.notifications)
    observation.strays = strays_since(scp.notifications, begun)
    if observation.report is not None:
        observation.seconds = observation.report.notification.arrived - begun
    # The peer may release its association a moment after it has reported.
    scp.wait_until_quiet(_QUIET_SECONDS)
    observation.traces += scp.take_traces()
    return observation


def _requested(session: Session, step: Step, params: CommitParams) -> tuple[tuple[str, str], ...]:
    if not isinstance(params.instances, str):
        return tuple(dict.fromkeys((instance.sop_class, instance.sop_instance) for instance in params.instances))
    stored = [stored.reference for stored in session.stored if stored.peer == step.peer]
    if not stored:
        raise ScenarioError(
            f"{step.source}: nothing was stored on `{step.peer}` earlier in this scenario; "
            "store something, or name `instances`"
        )
    return tuple((reference.sop_class_uid, reference.sop_instance_uid) for reference in stored)


def _await_elsewhere(
    session: Session, step: Step, params: CommitParams, observation: CommitmentObservation, told: Notifications
) -> None:
    """Wait at our Storage SCP, or on a later association of ours."""
    if params.report in _KEPT_OPEN:
        return
    if params.report == Delivery.NEW_ASSOCIATION:
        await_report(observation, told, params.wait)
        return
    await_report(observation, told, params.pause)
    if observation.report is not None:
        return

    def listen(association: Association) -> Observation:
        await_report(observation, told, params.wait, association, Delivery.LATER)
        return observation

    proposal = proposal_for(session, step, params, needs_of_commit(params, session))
    first = list(observation.traces)
    over(session, step, proposal, listen, observation)
    # The traces stand in the order of the associations.
    observation.traces = [*first, observation.traces[0]]


EXECUTORS: Executors = {
    ServiceName.COMMIT: Executor(perform_commit, needs_of_commit),
}
