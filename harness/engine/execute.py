"""One resolved step, carried out: parameters in, observation out. The services do the work."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from harness.engine.executors.commitment import needs_of_commit, perform_commit
from harness.engine.executors.ending import needs_nothing, perform_abort, perform_release
from harness.engine.executors.load import needs_of_load, perform_load
from harness.engine.executors.negotiation import (
    needs_of_associate,
    needs_of_echo,
    needs_of_negotiate,
    perform_associate,
    perform_echo,
    perform_negotiate,
)
from harness.engine.executors.normalized import (
    needs_of_availability,
    needs_of_mpps,
    perform_availability,
    perform_mpps,
)
from harness.engine.executors.policy import needs_of_policy, perform_policy
from harness.engine.executors.querying import needs_of_find, needs_of_worklist, perform_find, perform_worklist
from harness.engine.executors.relation import needs_of_relation, perform_relation
from harness.engine.executors.retrieving import needs_of_get, needs_of_move, perform_get, perform_move
from harness.engine.executors.storing import needs_of_store, perform_store
from harness.engine.needs import Needs
from harness.engine.session import Session
from harness.observe.outcomes import Observation
from harness.scenario.model import Step
from harness.scenario.params.base import Params
from harness.scenario.params.ending import AbortParams, ReleaseParams
from harness.scenario.params.load import LoadParams
from harness.scenario.params.negotiation import AssociateParams, EchoParams, NegotiateParams
from harness.scenario.params.normalized import AvailabilityParams, CommitParams, MPPSParams
from harness.scenario.params.policy import PolicyParams
from harness.scenario.params.querying import FindParams, GetParams, MoveParams
from harness.scenario.params.relation import RelationParams
from harness.scenario.params.storing import StoreParams
from harness.scenario.params.worklist import WorklistParams


@dataclass(frozen=True, slots=True)
class Executor:
    """How a service is carried out, and what its association needs."""

    perform: Callable[[Session, Step, Any], Observation]
    needs: Callable[[Any, Session], Needs]


EXECUTORS: dict[type[Params], Executor] = {
    EchoParams: Executor(perform_echo, needs_of_echo),
    AssociateParams: Executor(perform_associate, needs_of_associate),
    NegotiateParams: Executor(perform_negotiate, needs_of_negotiate),
    PolicyParams: Executor(perform_policy, needs_of_policy),
    StoreParams: Executor(perform_store, needs_of_store),
    FindParams: Executor(perform_find, needs_of_find),
    WorklistParams: Executor(perform_worklist, needs_of_worklist),
    MoveParams: Executor(perform_move, needs_of_move),
    GetParams: Executor(perform_get, needs_of_get),
    MPPSParams: Executor(perform_mpps, needs_of_mpps),
    CommitParams: Executor(perform_commit, needs_of_commit),
    AvailabilityParams: Executor(perform_availability, needs_of_availability),
    RelationParams: Executor(perform_relation, needs_of_relation),
    LoadParams: Executor(perform_load, needs_of_load),
    ReleaseParams: Executor(perform_release, needs_nothing),
    AbortParams: Executor(perform_abort, needs_nothing),
}


def execute(session: Session, step: Step, params: Params) -> Observation:
    """Carry out a step; what the peer does is in the observation.

    A shared association is proposed with what `session.shared_needs` says. Raises `PeerStartError` and `ScenarioError`.
    """
    begun = time.monotonic()
    observation = EXECUTORS[type(params)].perform(session, step, params)
    if observation.seconds == 0.0:
        observation.seconds = time.monotonic() - begun
    return observation
