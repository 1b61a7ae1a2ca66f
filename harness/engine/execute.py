"""One resolved step, carried out: parameters in, observation out. The services do the work."""

from __future__ import annotations

import time
from importlib import import_module

from harness.engine.executors.base import Executor
from harness.engine.session import Session
from harness.observe.outcomes import Observation
from harness.scenario.model import Step
from harness.scenario.params.base import Params, ServiceName

_FILES = {
    ServiceName.ECHO: "negotiation",
    ServiceName.ASSOCIATE: "negotiation",
    ServiceName.NEGOTIATE: "negotiation",
    ServiceName.POLICY: "policy",
    ServiceName.STORE: "storing",
    ServiceName.FIND: "querying",
    ServiceName.WORKLIST: "querying",
    ServiceName.MOVE: "retrieving",
    ServiceName.GET: "retrieving",
    ServiceName.MPPS: "normalized",
    ServiceName.COMMIT: "commitment",
    ServiceName.INSTANCE_AVAILABILITY: "normalized",
    ServiceName.RELATION: "relation",
    ServiceName.LOAD: "load",
    ServiceName.RELEASE: "ending",
    ServiceName.ABORT: "ending",
}
"""In which file of `executors` each is."""


def executor_of(service: ServiceName) -> Executor:
    """How a service is carried out; imported when the first step of its kind comes, for most files have few kinds."""
    file = import_module(f"harness.engine.executors.{_FILES[service]}")
    executor: Executor = file.EXECUTORS[service]
    return executor


def execute(session: Session, step: Step, params: Params) -> Observation:
    """Carry out a step; what the peer does is in the observation.

    A shared association is proposed with what `session.shared_needs` says. Raises `PeerStartError` and `ScenarioError`.
    """
    begun = time.monotonic()
    observation = executor_of(step.service).perform(session, step, params)
    if observation.seconds == 0.0:
        observation.seconds = time.monotonic() - begun
    return observation
