"""A server started in a container, through testcontainers."""

from __future__ import annotations

import atexit
import base64
import contextlib
import io
import os
import secrets
import shlex
import tarfile
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from harness.errors import PeerStartError
from harness.peers import owner
from harness.peers.base import LOG_TAIL_LINES, START_SECONDS, NotReady, Peer, RecipeInput, wait_for_echo
from harness.peers.dcmtk import BANNER as DCMTK
from harness.peers.dcmtk import dcmqrscp_arguments, dcmqrscp_configuration, storage_folders
from harness.peers.docker_engine import HOST_NAME, docker_engine, engine_errors, reach
from harness.peers.orthanc import BANNER as ORTHANC
from harness.peers.orthanc import orthanc_configuration
from harness.peers.ports import ANY_HOST
from harness.peers.programs import banner_line
from harness.peers.resources import resource
from harness.peers.wlmscpfs import container_items, database_folders, prepare_database, wlmscpfs_arguments
from harness.standard.ae import AEAddress

PORT_INSIDE = 4242
INSIDE = "/tmp/harness"
STORAGE = f"{INSIDE}/storage"
FILES_LIMIT = 120_000
"""Bytes that files for a container may take when packed: they come as one environment variable, of which Linux takes
128 KiB, because an engine on another machine can mount nothing of ours."""


@dataclass(frozen=True, slots=True)
class ContainerRecipe:
    """How one server runs in a container. `name` is that of its folder with the Dockerfile.

    `files` are put into the folder `INSIDE` by their names, and `prepare` is a shell command that runs then.
    """

    name: str
    program: str
    banner: str
    configuration: Callable[[RecipeInput, str], str]
    arguments: Callable[[RecipeInput, str], Sequence[str]]
    folders: Callable[[RecipeInput, str], Sequence[str]]
    files: Callable[[RecipeInput], Mapping[str, bytes]] = lambda _: {}
    prepare: Callable[[RecipeInput, str, str], str] = lambda _, inside, storage: "true"


RECIPES = {
    "orthanc": ContainerRecipe(
        "orthanc",
        "Orthanc",
        ORTHANC,
        orthanc_configuration,
        lambda given, configuration: [*given.options, configuration],
        lambda _, storage: [storage],
    ),
    "dcmqrscp": ContainerRecipe(
        "dcmqrscp", "dcmqrscp", DCMTK, dcmqrscp_configuration, dcmqrscp_arguments, storage_folders
    ),
    "wlmscpfs": ContainerRecipe(
        "wlmscpfs",
        "wlmscpfs",
        DCMTK,
        lambda *_: "",
        lambda given, _: [*wlmscpfs_arguments(given, STORAGE), str(given.port)],
        database_folders,
        container_items,
        prepare_database,
    ),
}


@cache
def build_image(name: str) -> str:
    """Build the image of a recipe and return its tag. Raises `PeerStartError` with the end of the build's output."""
    import docker

    tag = f"dicom-harness-{name}:latest"
    with docker_engine() as client:
        try:
            client.images.build(path=str(resource("docker", name)), tag=tag, rm=True, forcerm=True, network_mode="host")
        except docker.errors.BuildError as error:
            lines = [str(entry.get("stream", "")).strip() for entry in error.build_log]
            log = "\n".join([line for line in lines if line][-LOG_TAIL_LINES:])
            raise PeerStartError(f"the image of {name} could not be built: {error.msg}", log) from None
    return tag


def packed(files: Mapping[str, bytes]) -> str:
    """Files as a compressed archive in base 64. Raises `PeerStartError` when they are too large."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    text = base64.b64encode(buffer.getvalue()).decode("ascii")
    if len(text) > FILES_LIMIT:
        raise PeerStartError(f"the files for a container may take {FILES_LIMIT} bytes packed; these take {len(text)}")
    return text


@cache
def remove_orphans() -> None:
    """Remove, once, what earlier runs on this machine left when they were killed. Raises `PeerStartError`."""
    with docker_engine() as client:
        for container in client.containers.list(all=True, filters={"label": owner.LABEL}, ignore_removed=True):
            if owner.is_orphaned(container.labels[owner.LABEL]):
                _remove(client, container.name)


def _remove(client: Any, name: str) -> None:
    import docker

    with contextlib.suppress(docker.errors.NotFound):
        client.containers.get(name).remove(force=True, v=True)


class ContainerPeer(Peer):
    """Runs a recipe in a container whose DICOM port is published where we, and other containers, reach it."""

    kind = "container"

    def __init__(self, recipe: str, given: RecipeInput) -> None:
        super().__init__(AEAddress(given.ae_titles[0], "localhost", given.port))
        self._recipe = RECIPES[recipe]
        self._given = given
        self.container_name = f"dicom-harness-{recipe}-{secrets.token_hex(4)}"
        self._container: Any = None
        self._log: list[str] = []

    def start(self, seconds: float = START_SECONDS) -> None:
        """Build or take the image, run it and wait for a C-ECHO, that at most so many seconds.

        Raises `PeerStartError` with the reason.
        """
        self.address = replace(self.address, host=reach().published)
        remove_orphans()
        image = self._given.image or build_image(self._recipe.name)
        with docker_engine():
            self._container = self._make(image)
            atexit.register(self.stop)
            try:
                self._container.start()
                wait_for_echo(self.address, self._given.calling, self.alive, seconds)
                self.version = self._version_inside() or image
            except NotReady as error:
                reason = self._ended() or str(error)
                self.stop()
                raise PeerStartError(f"the container of {self._recipe.name} {reason}", "\n".join(self._log)) from None
            except BaseException:
                self.stop()
                raise

    def _make(self, image: str) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from testcontainers.core.config import testcontainers_config
            from testcontainers.core.container import DockerContainer

        if "TESTCONTAINERS_RYUK_DISABLED" not in os.environ:
            # Its reaper needs an image of its own; what we start, we remove, the next run at the latest.
            testcontainers_config.ryuk_disabled = True
        inside = replace(self._given, port=PORT_INSIDE, listen=ANY_HOST)
        configuration = f"{INSIDE}/configuration"
        folders = shlex.join(self._recipe.folders(inside, STORAGE))
        program = self._recipe.program
        command = shlex.join([program, *self._recipe.arguments(inside, configuration)])
        script = (
            f'{program} --version && mkdir -p {folders} && printf %s "$HARNESS_CONFIGURATION" > {configuration} '
            f'&& printf %s "$HARNESS_FILES" | base64 -d | tar -xz -C {INSIDE} '
            f"&& {self._recipe.prepare(inside, INSIDE, STORAGE)} && exec {command}"
        )
        container = DockerContainer(image).with_name(self.container_name)
        container.with_env("HARNESS_CONFIGURATION", self._recipe.configuration(inside, STORAGE))
        container.with_env("HARNESS_FILES", packed(self._recipe.files(inside)))
        published: Any = [(host, self._given.port) for host in reach().publish]
        container.ports = {f"{PORT_INSIDE}/tcp": published}
        return container.with_kwargs(
            entrypoint=["sh", "-c", script],
            labels={owner.LABEL: owner.label_of(os.getpid())},
            extra_hosts={HOST_NAME: "host-gateway"} if reach().us == HOST_NAME else None,
        )

    def _wrapped(self) -> Any:
        """The engine's container; None before it was made and after `stop`."""
        from testcontainers.core.exceptions import ContainerStartException

        with contextlib.suppress(ContainerStartException):
            return self._container.get_wrapped_container() if self._container is not None else None
        return None

    def _version_inside(self) -> str | None:
        return banner_line(self._wrapped().logs().decode("utf-8", "replace"), self._recipe.banner)

    def _ended(self) -> str:
        """How the server ended; empty while it runs."""
        if self.alive():
            return ""
        status = self._wrapped().attrs["State"]["ExitCode"]
        return f"ended before it answered a C-ECHO, with exit status {status}"

    def alive(self) -> bool:
        """Whether the container runs."""
        wrapped = self._wrapped()
        if wrapped is None:
            return False
        try:
            wrapped.reload()
        except engine_errors():
            return False
        return bool(wrapped.status == "running")

    def kill(self) -> None:
        """End the container at once, as a crash would."""
        self._wrapped().kill()

    def stop(self) -> None:
        """Keep the end of the log, then remove the container."""
        atexit.unregister(self.stop)
        if self._container is None:
            return
        self._log = self.log_tail()
        container, self._container = self._container, None
        # By name: when the start was interrupted, the engine may have made it and nobody knows.
        with contextlib.suppress(PeerStartError), docker_engine() as client:
            _remove(client, self.container_name)
        container.get_docker_client().client.close()

    def log_tail(self) -> list[str]:
        """The last lines of what the server wrote."""
        wrapped = self._wrapped()
        if wrapped is None:
            return self._log
        try:
            return list(wrapped.logs(tail=LOG_TAIL_LINES).decode("utf-8", "replace").splitlines())
        except engine_errors():
            return self._log
