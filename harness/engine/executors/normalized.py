"""Performed procedure steps and notifications of availability: N-CREATE and N-SET."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from harness.engine.executors.base import Executor, Executors, over
from harness.engine.needs import IDENTIFIER_SYNTAXES, Needs
from harness.engine.proposals import proposal_for
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.observe.normalized import NormalizedObservation
from harness.observe.notifications import Notification, NotifiedObservation
from harness.observe.outcomes import Match, Observation
from harness.scenario.model import Step
from harness.scenario.params.base import ServiceName
from harness.scenario.params.normalized import PEER_CHOOSES, AvailabilityParams, MPPSParams
from harness.services.identifier import build_data_set
from harness.services.normalized import create_instance, set_instance
from harness.standard.attributes import Attributes, AttributeValue
from harness.standard.normalized import FINAL, StepStatus
from harness.standard.uids import INSTANCE_AVAILABILITY, PROCEDURE_STEP, new_uid
from harness.testdata.normalized import availability, step_at_end, step_in_progress

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

QUIET_SECONDS = 1.0
"""How long the association of a notification may stay open after it."""

_SCHEDULED = "ScheduledStepAttributesSequence"
_STATUS = "PerformedProcedureStepStatus"


def needs_of_mpps(params: MPPSParams, session: Session) -> Needs:
    """The Modality Performed Procedure Step SOP class."""
    return Needs(((PROCEDURE_STEP, IDENTIFIER_SYNTAXES),))


def needs_of_availability(params: AvailabilityParams, session: Session) -> Needs:
    """The Instance Availability Notification SOP class."""
    return Needs(((INSTANCE_AVAILABILITY, IDENTIFIER_SYNTAXES),))


def perform_mpps(session: Session, step: Step, params: MPPSParams) -> Observation:
    """An N-CREATE or N-SET. Raises `ScenarioError`."""
    proposal = proposal_for(session, step, params, needs_of_mpps(params, session))
    empty = NormalizedObservation(sop_class_uid=PROCEDURE_STEP)
    if params.set is not None:
        uid = params.set
        changes = _data_set(step, _changes(session, params), params.without)
        return over(session, step, proposal, lambda link: set_instance(link, PROCEDURE_STEP, changes, uid), empty)
    root = session.file.local.uid_root
    attributes = _data_set(step, _begun(proposal.calling_ae_title, params.create or {}, root), params.without)
    chosen = _chosen(params.sop_instance, root)
    return over(session, step, proposal, lambda link: create_instance(link, PROCEDURE_STEP, attributes, chosen), empty)


def perform_availability(session: Session, step: Step, params: AvailabilityParams) -> Observation:
    """An N-CREATE about what was stored in the scenario, or what the peer tells. Raises `ScenarioError`."""
    if params.wait is not None:
        return _await_notification(session, step, params.wait)
    given: dict[str, AttributeValue] = {}
    if session.stored:
        first = session.stored[0]
        title = params.retrieve_ae_title or session.peer(first.peer).address.ae_title
        same_study = [
            stored.reference
            for stored in session.stored
            if stored.reference.study_instance_uid == first.reference.study_instance_uid
        ]
        given = availability(same_study, title, params.availability)
    elif not params.attributes:
        raise ScenarioError(
            f"{step.source}: nothing was stored earlier in this scenario; store something, or name `attributes`"
        )
    attributes = _data_set(step, {**given, **params.attributes}, params.without)
    proposal = proposal_for(session, step, params, needs_of_availability(params, session))
    chosen = _chosen(params.sop_instance, session.file.local.uid_root)
    return over(
        session,
        step,
        proposal,
        lambda link: create_instance(link, INSTANCE_AVAILABILITY, attributes, chosen),
        NormalizedObservation(sop_class_uid=INSTANCE_AVAILABILITY),
    )


def _await_notification(session: Session, step: Step, seconds: float) -> Observation:
    """What the peer has told since the last such step; waits until it has told something."""
    titles = (*session.roster.titles(step.peer), *session.spec(step.peer).calls_as)
    told = session.storage_scp.notifications
    observation = NotifiedObservation(listener=session.storage_scp.endpoint)
    begun = time.monotonic()

    def is_wanted(notification: Notification) -> bool:
        return notification.sop_class_uid == INSTANCE_AVAILABILITY and notification.calling_ae_title in titles

    while (found := told.take(is_wanted, 0 if observation.matches else seconds)) is not None:
        match = Match(data=found.data, transfer_syntax_uid=found.transfer_syntax_uid, status=found.status)
        observation.matches.append(match)
    observation.seconds = time.monotonic() - begun
    # The peer may release its association a moment after it has told us.
    session.storage_scp.wait_until_quiet(QUIET_SECONDS)
    observation.traces = session.storage_scp.take_traces()
    return observation


def _chosen(sop_instance: str | None, uid_root: str) -> str | None:
    """The UID to create an instance with; None leaves it to the peer."""
    return None if sop_instance == PEER_CHOOSES else sop_instance or new_uid(uid_root)


def _begun(station_ae_title: str, given: Attributes, uid_root: str) -> dict[str, AttributeValue]:
    """A step in progress with the given attributes; those of its scheduled steps complete the ones we make."""
    modality = given.get("Modality", "CT")
    begun = step_in_progress(station_ae_title, str(modality), datetime.now(), uid_root)
    made = begun[_SCHEDULED]
    begun |= given
    items = given.get(_SCHEDULED)
    if items is not None and not isinstance(items, str) and not isinstance(made, str):
        begun[_SCHEDULED] = [{**made[0], **item} for item in items]
    return begun


def _changes(session: Session, params: MPPSParams) -> dict[str, AttributeValue]:
    """What an N-SET changes, with what a final state requires."""
    status = next((status for status in FINAL if status == params.attributes.get(_STATUS)), None)
    return {**_at_end(session, status), **params.attributes}


def _at_end(session: Session, status: StepStatus | None) -> Mapping[str, AttributeValue]:
    if status is None:
        return {}
    references = [stored.reference for stored in session.stored]
    return step_at_end(status, references, datetime.now(), session.file.local.uid_root)


def _data_set(step: Step, values: Mapping[str, AttributeValue], without: Sequence[str]) -> Dataset:
    try:
        return build_data_set({keyword: value for keyword, value in values.items() if keyword not in without})
    except ValueError as error:
        raise ScenarioError(f"{step.source}: {error}") from None


EXECUTORS: Executors = {
    ServiceName.MPPS: Executor(perform_mpps, needs_of_mpps),
    ServiceName.INSTANCE_AVAILABILITY: Executor(perform_availability, needs_of_availability),
}
