"""Whether a port of this machine leads into a container: its server is at a loopback address, and still elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

_FORWARDERS = ("docker-proxy", "rootlessport", "rootlesskit")
"""Programs that hold the published ports of containers, by the names that Linux gives their processes."""

_LISTENING = "0A"


def container_forwarder(port: int, proc: Path = Path("/proc")) -> str:
    """The program that passes connections to a port on into a container; empty where none is seen.

    Only Linux tells, and of other people's processes no more than their command line.
    """
    sockets = {f"socket:[{inode}]" for inode in _listening_on(port, proc)}
    return next((name for folder, name in _forwarders(proc) if _holds(folder, port, sockets)), "")


def _forwarders(proc: Path) -> Iterator[tuple[Path, str]]:
    for folder in proc.glob("[0-9]*"):
        name = _read(folder / "comm").strip()
        if name in _FORWARDERS:
            yield folder, name


def _holds(folder: Path, port: int, sockets: set[str]) -> bool:
    words = _read(folder / "cmdline").split("\0")
    if ("-host-port", str(port)) in pairwise(words):
        return True
    try:
        return any(str(entry.readlink()) in sockets for entry in (folder / "fd").iterdir())
    except OSError:
        return False


def _listening_on(port: int, proc: Path) -> Iterator[str]:
    """The inodes of sockets that listen on a port, from the tables of the kernel (proc(5))."""
    for table in ("tcp", "tcp6"):
        for line in _read(proc / "net" / table).splitlines()[1:]:
            columns = line.split()
            if columns[3] == _LISTENING and int(columns[1].rpartition(":")[2], 16) == port:
                yield columns[9]


def _read(path: Path) -> str:
    """What a file of the kernel says; nothing when it is gone or not for us."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
