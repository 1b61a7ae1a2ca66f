"""What all executors share: the association of a step, and work done over it."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.dimse.messages import Priority
from harness.engine.needs import Needs
from harness.engine.session import Session
from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.observe.outcomes import Observation
from harness.scenario.model import Step
from harness.scenario.params.base import PriorityName, ServiceName

PRIORITIES = {
    PriorityName.LOW: Priority.LOW,
    PriorityName.MEDIUM: Priority.MEDIUM,
    PriorityName.HIGH: Priority.HIGH,
}


@dataclass(frozen=True, slots=True)
class Executor:
    """How a service is carried out, and what its association needs."""

    perform: Callable[[Session, Step, Any], Observation]
    needs: Callable[[Any, Session], Needs]


Executors = dict[ServiceName, Executor]
"""What a file of executors has to offer, by service."""


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
