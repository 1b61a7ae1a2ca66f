"""A world of its own for a command: network, name servers, hosts and processes; nothing of it outlives the command."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

_UNSHARE = ("unshare", "--user", "--map-root-user", "--net", "--mount", "--pid", "--fork", "--kill-child")
_SECONDS = 120
PRIVILEGED_PORT = 104
_NAME_SERVER = """
import socket, sys, time
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
while True:
    query, client = server.recvfrom(512)
    question = query[12:query.index(0, 12) + 5]
    kind = question[-3]
    if kind == 1:
        time.sleep(float(sys.argv[1]))
    if kind != 12:
        answer = bytes.fromhex("c00c 0001 0001 00000000 0004 7f000001") if kind == 1 else b""
        head = query[:2] + bytes((0x81, 0x80, 0, 1, 0, int(kind == 1), 0, 0, 0, 0))
        server.sendto(head + question + answer, client)
"""
"""Says after a while that every name is 127.0.0.1 (a question for A), and never what name an address has (PTR)."""


def late_name_server(folder: Path, seconds: float, patience: int = 10) -> tuple[str, ...]:
    """Commands that make it the only name server, with resolvers of this patience in seconds, and no hosts file."""
    (folder / "name_server.py").write_text(_NAME_SERVER)
    (folder / "resolv.conf").write_text(f"nameserver 127.0.0.1\noptions timeout:{patience} attempts:1\n")
    (folder / "hosts").write_text("")
    return (
        f"mount --bind {folder}/resolv.conf /etc/resolv.conf",
        f"mount --bind {folder}/hosts /etc/hosts",
        f"{sys.executable} {folder}/name_server.py {seconds} &",
        _until("ss -Hlun sport = :53"),
    )


def in_world(commands: Sequence[str], words: Sequence[object]) -> subprocess.CompletedProcess[str]:
    """Our command, run where these shell commands have made the surroundings; skips where there are no namespaces."""
    if _absence():
        pytest.skip(f"no namespaces: {_absence()}")
    script = "\n".join(("set -e", "ip link set lo up", *commands, 'exec "$@"'))
    command = [*_UNSHARE, "sh", "-c", script, "sh", *_ours(words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)


def without_privileges(words: Sequence[object]) -> subprocess.CompletedProcess[str]:
    """Our command as a user who may not open ports below 1024; skips where everybody may."""
    if int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text()) <= PRIVILEGED_PORT:
        pytest.skip("everybody may open any port here")
    if _absence():
        pytest.skip(f"no namespaces: {_absence()}")
    # Root in no namespace but one of its own that maps nobody.
    command = ["unshare", "--user", *_ours(words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, check=False)


def _ours(words: Sequence[object]) -> list[str]:
    return [sys.executable, "-c", "from harness.cli.start import main; main()", *map(str, words)]


def until_open(port: int) -> str:
    """A command that waits until somebody listens there, at most half a minute."""
    return _until(f"ss -Hltn sport = :{port}")


def _until(found: str) -> str:
    return f"for _ in $(seq 300); do {found} | grep -q . && break; sleep 0.1; done"


@cache
def _absence() -> str:
    """Why there are no namespaces here; empty when there are."""
    try:
        done = subprocess.run(
            [*_UNSHARE, "ip", "link", "set", "lo", "up"], capture_output=True, text=True, timeout=60, check=False
        )
    except OSError as error:
        return str(error)
    return done.stderr.strip()
