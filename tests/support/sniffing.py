"""Real traffic in capture files."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.peers.programs import find_program


@contextmanager
def captured(path: Path, what: str) -> Iterator[None]:
    """What of the loopback interface passes the filter `what`, in a file, once the block has ended."""
    program = str(find_program("dumpcap", "Dumpcap")[0])
    command = [program, "-q", "-i", "lo", "-w", str(path), "-f", what]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            said = ""
            for line in process.stderr:
                said += line
                if line.startswith("File:"):
                    break
            else:
                pytest.skip(f"dumpcap may not capture here: {said.strip()}")
            yield
            # The kernel hands packets over in batches.
            _wait_until_quiet(path)
        finally:
            process.terminate()


def _wait_until_quiet(path: Path) -> None:
    size, since, deadline = -1, time.monotonic(), time.monotonic() + 20
    while time.monotonic() < deadline:
        now = path.stat().st_size
        if now != size:
            size, since = now, time.monotonic()
        elif time.monotonic() - since > 1.0:
            return
        time.sleep(0.05)
