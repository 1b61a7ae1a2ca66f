"""What every server in a container has in common: made, published, waited for, and removed, through testcontainers."""

from __future__ import annotations

import atexit
import contextlib
import os
import secrets
import warnings
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from harness.errors import PeerStartError
from harness.peers import owner
from harness.peers.base import LOG_TAIL_LINES, START_SECONDS, NotReady, Peer, wait_for_echo
from harness.peers.docker_engine import HOST_NAME, docker_engine, engine_errors, reach
from harness.standard.ae import AEAddress


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


class ContainedPeer(Peer):
    """A server in a container whose DICOM port is published where we, and other containers, reach it.

    `what` is the name that messages give it, `calling` the AE title of the C-ECHO that is waited for.
    """

    kind = "container"
    log_lines = LOG_TAIL_LINES
    ready_within = START_SECONDS

    def __init__(self, what: str, ae_title: str, port: int, calling: str) -> None:
        super().__init__(AEAddress(ae_title, "localhost", port))
        self._what = what
        self._calling = calling
        self.container_name = f"dicom-harness-{what}-{secrets.token_hex(4)}"
        self._container: Any = None
        self._log: list[str] = []

    @abstractmethod
    def _image(self) -> str:
        """The image to run. Raises `PeerStartError`."""

    @abstractmethod
    def _make(self, image: str) -> Any:
        """The container, not started. Raises `PeerStartError`."""

    @abstractmethod
    def _version(self) -> str | None:
        """What the server says of its version."""

    def start(self, seconds: float | None = None) -> None:
        """Build or take the image, run it and wait for a C-ECHO, that at most so many seconds or `ready_within`.

        Raises `PeerStartError` with the reason.
        """
        seconds = self.ready_within if seconds is None else seconds
        self.address = replace(self.address, host=reach().published)
        remove_orphans()
        image = self._image()
        with docker_engine():
            self._container = self._make(image)
            atexit.register(self.stop)
            try:
                self._container.start()
                wait_for_echo(self.address, self._calling, self.alive, seconds, self.tls)
                self.version = self._version() or image
            except NotReady as error:
                reason = self._ended() or str(error)
                self.stop()
                raise PeerStartError(f"the container of {self._what} {reason}", "\n".join(self._log)) from None
            except BaseException:
                self.stop()
                raise

    def _container_of(
        self,
        image: str,
        port_inside: int,
        environment: Mapping[str, str],
        files: Mapping[str, bytes],
        **more: Sequence[str] | None,
    ) -> Any:
        """A container whose port `port_inside` is published, with files by their absolute path within."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            from testcontainers.core.config import testcontainers_config
            from testcontainers.core.container import DockerContainer

        if "TESTCONTAINERS_RYUK_DISABLED" not in os.environ:
            # Its reaper needs an image of its own; what we start, we remove, the next run at the latest.
            testcontainers_config.ryuk_disabled = True
        container = DockerContainer(image).with_name(self.container_name)
        for name, value in environment.items():
            container.with_env(name, value)
        for path, content in files.items():
            container.with_copy_into_container(content, path)
        published: Any = [(host, self.address.port) for host in reach().publish]
        container.ports = {f"{port_inside}/tcp": published}
        return container.with_kwargs(
            labels={owner.LABEL: owner.label_of(os.getpid())},
            extra_hosts={HOST_NAME: "host-gateway"} if reach().us == HOST_NAME else None,
            **more,
        )

    def _wrapped(self) -> Any:
        """The engine's container; None before it was made and after `stop`."""
        from testcontainers.core.exceptions import ContainerStartException

        with contextlib.suppress(ContainerStartException):
            return self._container.get_wrapped_container() if self._container is not None else None
        return None

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
            return list(wrapped.logs(tail=self.log_lines).decode("utf-8", "replace").splitlines())
        except engine_errors():
            return self._log
