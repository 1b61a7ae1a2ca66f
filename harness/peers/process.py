"""A server started as a process of its own."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from harness.errors import PeerStartError
from harness.peers.base import LOG_TAIL_LINES, LOOPBACK, STOP_SECONDS, Peer, RecipeInput, not_ready, wait_for_echo
from harness.standard.ae import AEAddress

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None

Command = Callable[[RecipeInput], tuple[Sequence[str], str]]
"""A recipe: writes the configuration and gives the command line and the version of the program."""


def _die_with_parent() -> None:
    """In the child, before exec: have the kernel end it when we are killed and cannot do so ourselves."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class ProcessPeer(Peer):
    """Runs a command in the folder of its recipe, with its output in `log.txt` there."""

    kind = "process"

    def __init__(self, recipe: str, command: Command, given: RecipeInput) -> None:
        super().__init__(AEAddress(given.ae_titles[0], LOOPBACK, given.port))
        self._recipe = recipe
        self._command = command
        self._given = given
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def _log(self) -> Path:
        return self._given.folder / "log.txt"

    def start(self) -> None:
        """Start and wait for a C-ECHO. Raises `PeerStartError` with the reason."""
        command, self.version = self._command(self._given)
        with self._log.open("wb") as log:
            try:
                self._process = subprocess.Popen(
                    command,
                    cwd=self._given.folder,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=_die_with_parent,
                )
            except OSError as error:
                raise PeerStartError(f"{self._recipe} cannot be started: {error.strerror}") from None
        atexit.register(self.stop)
        try:
            wait_for_echo(self.address, self._given.calling, self.alive)
        except TimeoutError:
            alive = self.alive()
            self.stop()
            raise not_ready(self._recipe, alive, self.log_tail()) from None
        except BaseException:
            self.stop()
            raise

    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        """End the process and its children at once, as a crash would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask the process to end, and make it."""
        atexit.unregister(self.stop)
        process = self._process
        if process is None:
            return
        self._signal(signal.SIGTERM)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._signal(signal.SIGKILL)
            process.wait()
        # Servers that fork may leave children of the same process group behind.
        self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)

    def log_tail(self) -> list[str]:
        """The last lines of what the server wrote."""
        try:
            data = self._log.read_bytes()[-65536:]
        except OSError:
            return []
        return data.decode("utf-8", "replace").splitlines()[-LOG_TAIL_LINES:]
