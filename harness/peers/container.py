"""A server started in a container, through testcontainers."""

from __future__ import annotations

import atexit
import contextlib
import ipaddress
import os
import socket
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from harness.errors import PeerStartError
from harness.peers.base import LOG_TAIL_LINES, LOOPBACK, Peer, RecipeInput, not_ready, wait_for_echo
from harness.peers.dcmtk import dcmqrscp_configuration, syntax_options
from harness.peers.orthanc import orthanc_configuration
from harness.peers.resources import resource
from harness.standard.ae import AEAddress

PORT_INSIDE = 4242
STORAGE_INSIDE = "/var/lib/harness"
LABEL = "dicom-harness"
_DEFAULT_ENGINE = "unix:///var/run/docker.sock"


@dataclass(frozen=True, slots=True)
class ContainerRecipe:
    """How one server runs in a container: its Dockerfile's folder, configuration file and command line."""

    folder: str
    configuration_file: str
    configuration: Callable[[RecipeInput, str], str]
    command: Callable[[RecipeInput, str], Sequence[str]]


def _orthanc_command(given: RecipeInput, configuration: str) -> Sequence[str]:
    return ["/usr/sbin/Orthanc", *given.options, configuration]


def _dcmqrscp_command(given: RecipeInput, configuration: str) -> Sequence[str]:
    options = [*syntax_options(given.prefer, proposes=True), *given.options]
    return ["/usr/bin/dcmqrscp", "--verbose", *options, "--config", configuration]


RECIPES = {
    "orthanc": ContainerRecipe("orthanc", "orthanc.json", orthanc_configuration, _orthanc_command),
    "dcmqrscp": ContainerRecipe("dcmqrscp", "dcmqrscp.cfg", dcmqrscp_configuration, _dcmqrscp_command),
}


def _knock() -> None:
    """Connect to a local engine's socket once: the client library leaks a socket when nobody is there."""
    host = urlsplit(os.environ.get("DOCKER_HOST") or _DEFAULT_ENGINE)
    if host.scheme != "unix":
        return
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            sock.connect(host.path)
    except OSError as error:
        raise PeerStartError(f"no Docker engine can be reached at {host.path}: {error.strerror}") from None


@contextlib.contextmanager
def _engine() -> Iterator[Any]:
    """A client of the Docker engine, closed afterwards. Raises `PeerStartError` when no engine answers."""
    import docker

    _knock()
    try:
        client = docker.from_env(timeout=120)
    except docker.errors.DockerException as error:
        raise PeerStartError(f"no Docker engine can be reached: {error}") from None
    try:
        yield client
    finally:
        client.close()


@cache
def bridge_gateway() -> str:
    """The address of this machine as containers on the default bridge see it. Raises `PeerStartError`."""
    with _engine() as engine:
        configurations = engine.networks.get("bridge").attrs["IPAM"]["Config"] or []
    for configuration in configurations:
        if "Gateway" in configuration:
            return str(configuration["Gateway"])
        # An engine that has run no container yet names only the subnet; its first address is the gateway.
        if "Subnet" in configuration:
            return str(next(ipaddress.ip_network(configuration["Subnet"]).hosts()))
    raise PeerStartError("the Docker engine's default bridge has no gateway, so containers cannot reach this machine")


@cache
def build_image(name: str) -> str:
    """Build the image of a recipe and return its tag. Raises `PeerStartError` with the end of the build's output."""
    import docker

    tag = f"dicom-harness-{name}:latest"
    try:
        with _engine() as engine:
            engine.images.build(path=str(resource("docker", name)), tag=tag, rm=True, network_mode="host")
    except docker.errors.BuildError as error:
        lines = [str(entry.get("stream", "")).strip() for entry in error.build_log]
        log = "\n".join(line for line in lines if line)
        raise PeerStartError(f"the image of {name} could not be built: {error.msg}", log) from None
    except docker.errors.DockerException as error:
        raise PeerStartError(f"the image of {name} could not be built: {error}") from None
    return tag


class ContainerPeer(Peer):
    """Runs a recipe in a container whose DICOM port is mapped to a port of this machine."""

    kind = "container"

    def __init__(self, recipe: str, given: RecipeInput) -> None:
        super().__init__(AEAddress(given.ae_titles[0], LOOPBACK, given.port))
        self._name = recipe
        self._recipe = RECIPES[recipe]
        self._given = given
        self._container: Any = None
        self._log: list[str] = []

    def start(self) -> None:
        """Build or take the image, run it and wait for a C-ECHO. Raises `PeerStartError` with the reason."""
        with _engine():
            image = self._given.image or build_image(self._recipe.folder)
        self.version = image
        self._container = self._make(image)
        atexit.register(self.stop)
        try:
            self._container.start()
            wait_for_echo(self.address, self._given.calling, self.alive)
        except TimeoutError:
            alive = self.alive()
            self.stop()
            raise not_ready(f"the container of {self._name}", alive, self._log) from None
        except BaseException as error:
            self.stop()
            if _is_engine_error(error):
                raise PeerStartError(f"the container of {self._name} could not be started: {error}") from None
            raise

    def _make(self, image: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            # Its reaper needs an image of its own; this class removes what it starts, whatever happens.
            os.environ.setdefault("TESTCONTAINERS_RYUK_DISABLED", "true")
            from testcontainers.core.container import DockerContainer

        inside = RecipeInput(
            self._given.ae_titles,
            PORT_INSIDE,
            self._given.folder,
            self._given.calling,
            self._given.knows,
            self._given.options,
            self._given.prefer,
            self._given.check_ae_titles,
        )
        path = f"/etc/harness/{self._recipe.configuration_file}"
        folders = " ".join(f"{STORAGE_INSIDE}/{title}" for title in inside.ae_titles)
        command = " ".join(f"'{part}'" for part in self._recipe.command(inside, path))
        script = f'mkdir -p /etc/harness {folders} && printf %s "$HARNESS_CONFIGURATION" > {path} && exec {command}'
        container = DockerContainer(image)
        container.with_env("HARNESS_CONFIGURATION", self._recipe.configuration(inside, STORAGE_INSIDE))
        container.with_bind_ports(PORT_INSIDE, self._given.port)
        container.with_command(["sh", "-c", script])
        container.with_kwargs(labels={LABEL: "peer"})
        return container

    def alive(self) -> bool:
        """Whether the container runs."""
        wrapped = self._container.get_wrapped_container() if self._container is not None else None
        if wrapped is None:
            return False
        wrapped.reload()
        return bool(wrapped.status == "running")

    def kill(self) -> None:
        """End the container at once, as a crash would."""
        self._container.get_wrapped_container().kill()

    def stop(self) -> None:
        """Keep the end of the log, then stop and remove the container."""
        atexit.unregister(self.stop)
        if self._container is None:
            return
        self._log = self.log_tail()
        container, self._container = self._container, None
        with contextlib.suppress(Exception):
            container.stop()

    def log_tail(self) -> list[str]:
        """The last lines of what the server wrote."""
        if self._container is None:
            return self._log
        try:
            out, err = self._container.get_logs()
        except Exception:  # noqa: BLE001 - whatever the engine says, a missing log must not hide the reason for looking
            return self._log
        text: str = (out + err).decode("utf-8", "replace")
        return text.splitlines()[-LOG_TAIL_LINES:]


def _is_engine_error(error: BaseException) -> bool:
    import docker

    return isinstance(error, docker.errors.DockerException)
