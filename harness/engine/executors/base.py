"""What all executors share: the association of a step, and work done over it."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from harness.dimse.messages import Priority
from harness.engine.needs import Needs
from harness.engine.session import Session
from harness.errors import ScenarioError
from harness.net.association import Association
from harness.net.negotiation import MAXIMUM_CONTEXTS, Proposal
from harness.observe.outcomes import Observation
from harness.scenario.model import Step
from harness.scenario.params.base import AssociationParams, PriorityName

PRIORITIES = {
    PriorityName.LOW: Priority.LOW,
    PriorityName.MEDIUM: Priority.MEDIUM,
    PriorityName.HIGH: Priority.HIGH,
}


def proposal_for(session: Session, step: Step, params: AssociationParams, own_needs: Needs, **more: Any) -> Proposal:
    """What to propose for a step: what it needs itself, or what all steps of its shared association need together.

    Raises `ScenarioError` when that does not fit an association.
    """
    called = params.called_ae_title or session.peer(step.peer).address.ae_title
    calling = params.calling_ae_title or session.calling_title(step.peer)
    needs = session.shared_needs.get(step.association or "", own_needs)
    contexts = needs.contexts
    stored = (uid for uid, _ in contexts) if step.association is not None else ()
    if len(contexts) > MAXIMUM_CONTEXTS:
        raise ScenarioError(
            f"{step.source}: {len(contexts)} presentation contexts are needed, and an association has room for 128; "
            "split the step"
        )
    return Proposal(calling, called, contexts, roles=needs.roles(stored), **more)


def over(
    session: Session, step: Step, proposal: Proposal, work: Callable[[Association], Observation], empty: Observation
) -> Observation:
    """Do work over an association; when there is none, the empty observation tells why."""
    begun = time.monotonic()
    with session.association(step.peer, step.association, proposal) as association:
        if association.established:
            observation = work(association)
        else:
            observation = empty
            observation.ending = association.ending
        # The release belongs to the association, not to the answer of the service.
        observation.seconds = time.monotonic() - begun
    observation.traces.insert(0, association.trace)
    return observation
