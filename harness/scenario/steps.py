"""The services that a step can ask for, and where the parameters of each are described: one file per group."""

from __future__ import annotations

from importlib import import_module

from harness.scenario.params.base import Params, ServiceName

_MODELS: dict[ServiceName, tuple[str, str]] = {
    ServiceName.ECHO: ("negotiation", "EchoParams"),
    ServiceName.ASSOCIATE: ("negotiation", "AssociateParams"),
    ServiceName.NEGOTIATE: ("negotiation", "NegotiateParams"),
    ServiceName.POLICY: ("policy", "PolicyParams"),
    ServiceName.STORE: ("storing", "StoreParams"),
    ServiceName.FIND: ("querying", "FindParams"),
    ServiceName.WORKLIST: ("worklist", "WorklistParams"),
    ServiceName.MOVE: ("querying", "MoveParams"),
    ServiceName.GET: ("querying", "GetParams"),
    ServiceName.MPPS: ("normalized", "MPPSParams"),
    ServiceName.COMMIT: ("normalized", "CommitParams"),
    ServiceName.INSTANCE_AVAILABILITY: ("normalized", "AvailabilityParams"),
    ServiceName.RELATION: ("relation", "RelationParams"),
    ServiceName.LOAD: ("load", "LoadParams"),
    ServiceName.RELEASE: ("ending", "ReleaseParams"),
    ServiceName.ABORT: ("ending", "AbortParams"),
}
"""File and class of each; imported when the first step of its kind is read, for most files have few kinds."""


def params_of(service: ServiceName) -> type[Params]:
    """What a step of a service may say."""
    file, name = _MODELS[service]
    model: type[Params] = getattr(import_module(f"harness.scenario.params.{file}"), name)
    return model


def all_params() -> dict[ServiceName, type[Params]]:
    """What a step of each service may say."""
    return {service: params_of(service) for service in _MODELS}
