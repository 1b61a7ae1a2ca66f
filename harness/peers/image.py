"""A server in a container of any image: no recipe, the scenario file says what it needs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.errors import PeerStartError
from harness.peers.contained import ContainedPeer
from harness.scenario.servers import PLACEHOLDER, placeholder_problems
from harness.standard.ae import AEAddress

_PLACEHOLDER = re.compile(PLACEHOLDER.pattern.encode())


@dataclass(frozen=True, slots=True)
class ImageInput:
    """What is to run: an image with the port on which its server listens inside.

    `port` is where it is published, `knows` are addresses as seen from inside, by the names of their peers. `files`
    are contents by absolute path in the container, `command` replaces the image's, `log_lines` is how much of the log
    is kept, `calling` the AE title of the C-ECHO that is waited for.
    """

    name: str
    image: str
    ae_title: str
    port: int
    port_inside: int
    calling: str
    knows: Mapping[str, AEAddress] = field(default_factory=dict)
    environment: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    command: tuple[str, ...] = ()
    ready_within: float = 60.0
    log_lines: int = 20


class ImagePeer(ContainedPeer):
    """Runs an image as it is, and takes it for ready when it answers a C-ECHO."""

    def __init__(self, given: ImageInput) -> None:
        super().__init__(given.name, given.ae_title, given.port, given.calling)
        self._given = given
        self.log_lines = given.log_lines
        self.ready_within = given.ready_within

    def _image(self) -> str:
        return self._given.image

    def _make(self, image: str) -> Any:
        given = self._given
        files = {path: self._filled(path, content) for path, content in given.files.items()}
        environment = {name: self._filled(name, value.encode()).decode() for name, value in given.environment.items()}
        container = self._container_of(image, given.port_inside, environment, files)
        command = [self._filled("command", word.encode()).decode() for word in given.command]
        return container.with_command(command) if command else container

    def _filled(self, where: str, content: bytes) -> bytes:
        """Content with `@NAME.host@` and the like replaced; `where` is for the message of `PeerStartError`."""

        def value(found: re.Match[bytes]) -> bytes:
            name, part = found[1].decode(), found[2].decode()
            return str(getattr(self._given.knows[name], part)).encode()

        if problems := placeholder_problems(content.decode("latin-1"), self._given.knows):
            raise PeerStartError(f"{where} has {problems[0]}")
        return _PLACEHOLDER.sub(value, content)

    def _version(self) -> str | None:
        return None
