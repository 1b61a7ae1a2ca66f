"""Who a container belongs to, so that the next run can remove what a killed one left behind."""

from __future__ import annotations

import contextlib
import os
import socket
from functools import cache
from pathlib import Path

LABEL = "dicom-harness.owner"


@cache
def our_place() -> str:
    """Where process numbers mean the same as here: a host name and, on Linux, the namespace of process numbers."""
    try:
        namespace = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return f"{socket.gethostname()} {namespace}"


def label_of(process: int) -> str:
    """The label of what a process owns: its place, its number, and since when, because numbers are used again."""
    return f"{our_place()} {process} {_started(process)}"


def is_orphaned(label: str) -> bool:
    """Whether the owner lived here and does so no more; of owners elsewhere nothing is known."""
    place, _, process = label.rpartition(" ")[0].rpartition(" ")
    return place == our_place() and process.isdecimal() and label != label_of(int(process))


def _started(process: int) -> str:
    """Start of a process in clock ticks (field 22 of proc(5) stat), `alive` where there is no /proc; empty: gone."""
    with contextlib.suppress(OSError):
        # The program's name, in parentheses, may hold anything.
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[19]
    if Path("/proc/self").exists():
        return ""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return ""
    except PermissionError:
        pass  # It lives, as somebody else's.
    return "alive"
