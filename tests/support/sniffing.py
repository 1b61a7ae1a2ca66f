"""Real traffic in capture files."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from harness.peers.programs import find_program

_MARK = b"whatever was sent before this has been written"
_SECONDS = 60.0
"""Until all of it must have been written."""


@contextmanager
def captured(path: Path, what: str) -> Iterator[None]:
    """What of the loopback interface passes the filter `what`, in a file, once the block has ended."""
    program = str(find_program("dumpcap", "Dumpcap")[0])
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as marked:
        marked.bind(("127.0.0.1", 0))
        of_ours = f"udp dst port {marked.getsockname()[1]}"
        command = [program, "-q", "-i", "lo", "-w", str(path), "-f", f"({what}) or {of_ours}"]
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
                _wait_until_quiet(path, marked)
            finally:
                process.terminate()
    path.write_bytes(b"".join(_blocks(path)))


def _wait_until_quiet(path: Path, marked: socket.socket) -> None:
    """Until all is written that was sent, and nothing more is: the kernel hands packets over in batches, in order."""
    deadline = time.monotonic() + _SECONDS
    before = 0
    for number in count(1):
        marked.sendto(_MARK, marked.getsockname())
        while path.read_bytes().count(_MARK) < number:
            assert time.monotonic() < deadline, "dumpcap does not write what it captures"
            time.sleep(0.05)
        now = len(_blocks(path))
        if now == before:
            return
        before = now
        time.sleep(0.5)


def _blocks(path: Path) -> list[bytes]:
    """The blocks of a file in pcapng that are whole, each with its length behind its type; without our marks."""
    data, at, found = path.read_bytes(), 0, list[bytes]()
    while at + 8 <= len(data):
        end = at + int.from_bytes(data[at + 4 : at + 8], sys.byteorder)
        if end > len(data):
            break
        found.append(data[at:end])
        at = end
    return [block for block in found if _MARK not in block]
