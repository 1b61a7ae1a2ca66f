"""A server started as a process of its own."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.errors import PeerStartError
from harness.peers.base import (
    LOG_TAIL_LINES,
    LOOPBACK,
    START_SECONDS,
    STOP_SECONDS,
    NotReady,
    Peer,
    RecipeInput,
    wait_for_echo,
)
from harness.peers.group import ProcessGroup
from harness.peers.ports import require_free
from harness.standard.ae import AEAddress

LOG_TAIL_BYTES = 1 << 16

Command = Callable[[RecipeInput], tuple[Sequence[str], str]]
"""A recipe: writes the configuration and gives the command line and the version of the program."""


class ProcessPeer(Peer):
    """Runs a command in the folder of its recipe, with its output in `log.txt` there."""

    kind = "process"

    def __init__(self, recipe: str, command: Command, given: RecipeInput) -> None:
        super().__init__(AEAddress(given.ae_titles[0], LOOPBACK, given.port))
        self._recipe = recipe
        self._command = command
        self._given = given
        self._group: ProcessGroup | None = None

    @property
    def _log(self) -> Path:
        return self._given.folder / "log.txt"

    def start(self, seconds: float = START_SECONDS) -> None:
        """Start and wait for a C-ECHO, at most so many seconds. Raises `PeerStartError` with the reason."""
        command, self.version = self._command(self._given)
        require_free(self._given.port, self._recipe)
        try:
            self._group = ProcessGroup(command, self._given.folder, self._log)
        except OSError as error:
            raise PeerStartError(f"{self._recipe} cannot be started: {error.strerror}") from None
        atexit.register(self.stop)
        try:
            wait_for_echo(self.address, self._given.calling, self.alive, seconds, self.tls)
        except NotReady as error:
            reason = self._ended() or str(error)
            self.stop()
            raise PeerStartError(f"{self._recipe} {reason}", "\n".join(self.log_tail())) from None
        except BaseException:
            self.stop()
            raise

    def _ended(self) -> str:
        """How the program ended; empty while it runs."""
        status = self._group.exit_status if self._group is not None else None
        if status is None:
            return ""
        how = f"with exit status {status}" if status >= 0 else f"by signal {-status}"
        return f"ended before it answered a C-ECHO, {how}"

    def alive(self) -> bool:
        """Whether the program runs."""
        return self._group is not None and self._group.exit_status is None

    def kill(self) -> None:
        """End the program and all it forked at once, as a crash would."""
        if self._group is not None:
            self._group.kill()

    def stop(self) -> None:
        """Ask the program to end, and make it."""
        atexit.unregister(self.stop)
        group, self._group = self._group, None
        if group is not None:
            group.stop(STOP_SECONDS)

    def log_tail(self) -> list[str]:
        """The last lines of what the server wrote."""
        try:
            with self._log.open("rb") as log:
                log.seek(max(0, log.seek(0, os.SEEK_END) - LOG_TAIL_BYTES))
                data = log.read()
        except OSError:
            return []
        return data.decode("utf-8", "replace").splitlines()[-LOG_TAIL_LINES:]
