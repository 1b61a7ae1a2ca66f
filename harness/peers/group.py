"""A program and everything it forks, which end when we do, however we end."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

_GUARD = "trap '' TERM; read _; kill -KILL 0"
"""What leads the group: it waits for the end of its input, which is a pipe of ours, and then kills its group.

The kernel closes our end of the pipe also when we are killed. (A parent-death signal would not do: it comes when the
*thread* that started the program ends, it needs code between fork and exec, and what the program forks doesn't get it.)
"""

_KILLED_SECONDS = 10.0
"""How long the system may take to end what was killed."""


class ProcessGroup:
    """Runs `command` in `folder`, with its output in `log`. Raises OSError when it cannot be started."""

    def __init__(self, command: Sequence[str], folder: Path, log: Path) -> None:
        self._guard = subprocess.Popen(
            ["/bin/sh", "-c", _GUARD],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            process_group=0,
        )
        # Every process of the program inherits the writing end, so the reading end says when the last has gone.
        self._gone, inherited = os.pipe()
        try:
            with log.open("wb") as output:
                self._program = subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    process_group=self._guard.pid,
                    pass_fds=[inherited],
                )
        except BaseException:
            self._close()
            raise
        finally:
            os.close(inherited)

    @property
    def exit_status(self) -> int | None:
        """Of the program: None while it runs, negative for the signal that ended it."""
        return self._program.poll()

    def kill(self) -> None:
        """End all processes at once, as a crash would."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._guard.pid, signal.SIGKILL)

    def stop(self, seconds: float) -> None:
        """Ask the program to end, make it after `seconds`, and return when no process is left."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._guard.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._program.wait(seconds)
        self.kill()
        self._program.wait()
        select.select([self._gone], [], [], _KILLED_SECONDS)
        self._close()

    def _close(self) -> None:
        os.close(self._gone)
        self.kill()
        assert self._guard.stdin is not None
        self._guard.stdin.close()
        self._guard.wait()
