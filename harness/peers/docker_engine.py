"""The Docker engine: whether there is one, and how its containers and this machine reach each other."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from harness.errors import PeerStartError
from harness.peers.base import LOOPBACK
from harness.peers.ports import ANY_HOST, is_loopback

DEFAULT_HOST = "unix:///var/run/docker.sock"
ENGINE_SECONDS = 120
"""How long the engine may be silent, also while it builds or pulls an image."""
HOST_NAME = "host.docker.internal"
"""What containers call the machine of an engine whose bridge is not on it, as with Docker Desktop."""


@cache
def engine_errors() -> tuple[type[Exception], ...]:
    """What can go wrong between us and the engine."""
    from docker.errors import DockerException
    from requests import RequestException

    return DockerException, RequestException


@contextlib.contextmanager
def docker_engine() -> Iterator[Any]:
    """A client of the engine that `DOCKER_HOST` names, else the local one.

    Raises `PeerStartError` when there is none, and for whatever the engine refuses in the meantime.
    """
    _require_socket()
    import docker

    try:
        client = docker.from_env(timeout=ENGINE_SECONDS)
    except engine_errors() as error:
        raise PeerStartError(f"no Docker engine can be reached: {error}") from None
    with contextlib.closing(client):
        try:
            yield client
        except engine_errors() as error:
            raise PeerStartError(f"the Docker engine says: {getattr(error, 'explanation', None) or error}") from None


def _require_socket() -> None:
    """Raise `PeerStartError` when nobody listens on the engine's local socket: docker says it less clearly."""
    scheme, _, path = (os.environ.get("DOCKER_HOST") or DEFAULT_HOST).partition("://")
    if scheme != "unix":
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError as error:
            reason = f"no Docker engine can be reached at {path}: {error.strerror}"
            raise PeerStartError(f"{reason}; start one, or say in DOCKER_HOST where it is") from None


@dataclass(frozen=True, slots=True)
class Reach:
    """Who is where for whom.

    `published` is where we find the published ports of containers, `between` where containers find each other's,
    `us` is what a container calls this machine, and `bind` what our listeners must bind to for that. Ports are
    published on the addresses `publish` of the engine's machine.
    """

    published: str
    between: str
    us: str
    bind: str
    publish: tuple[str, ...]


@cache
def reach() -> Reach:
    """Ask the engine. Raises `PeerStartError` when there is none."""
    with docker_engine() as client:
        engine_host = urlsplit(client.api.base_url).hostname or "localhost"
        return reach_of(engine_host, _gateway(client.networks.get("bridge").attrs))


def reach_of(engine_host: str, gateway: str) -> Reach:
    """Who is where, with an engine on `engine_host` whose default bridge has the address `gateway`.

    An engine elsewhere publishes on its own machine, and its containers reach us as it does. Of one that is here, the
    bridge is either an interface of this machine, or hidden in a virtual machine that gives us a name.
    """
    if not is_loopback(engine_host):
        return Reach(engine_host, gateway, _source_address_towards(engine_host), ANY_HOST, (ANY_HOST,))
    if _is_of_this_machine(gateway):
        return Reach(LOOPBACK, gateway, gateway, gateway, (LOOPBACK, gateway))
    return Reach(LOOPBACK, HOST_NAME, HOST_NAME, LOOPBACK, (LOOPBACK,))


def _gateway(network: dict[str, Any]) -> str:
    """The IPv4 address of the bridge itself."""
    for configuration in network["IPAM"]["Config"] or []:
        subnet = ipaddress.ip_network(configuration["Subnet"])
        if subnet.version == 4:
            # An engine that has run no container yet names only the subnet; its first address is the gateway.
            return str(configuration.get("Gateway") or next(subnet.hosts()))
    raise PeerStartError("the Docker engine's default bridge has no gateway, so containers cannot reach this machine")


def _is_of_this_machine(address: str) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            return False
    return True


def _source_address_towards(host: str) -> str:
    """The address of this machine that a connection to `host` comes from. Raises `PeerStartError`."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((host, 9))
            return str(probe.getsockname()[0])
    except OSError as error:
        raise PeerStartError(f"the machine of the Docker engine, {host}, cannot be reached: {error.strerror}") from None
