"""Who holds a port, as Linux tells it; the real thing is in tests/peers/test_reaching_us.py."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from harness.net.forwarding import container_forwarder

PORT = 45454
TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:B18E 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1234 1 0 100 0 0 10 0
   1: 0100007F:B18E 0100007F:B18F 01 00000000:00000000 00:00000000 00000000     0        0 5678 1 0 100 0 0 10 0
"""


def process(proc: Path, name: str, *words: str, sockets: tuple[int, ...] = ()) -> None:
    folder = proc / str(1000 + len(list(proc.iterdir())))
    (folder / "fd").mkdir(parents=True)
    (folder / "comm").write_text(f"{name}\n")
    (folder / "cmdline").write_text("\0".join((name, *words)) + "\0")
    for number, inode in enumerate(sockets):
        (folder / "fd" / str(number)).symlink_to(f"socket:[{inode}]")


@pytest.fixture
def proc(tmp_path: Path) -> Path:
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "tcp").write_text(TABLE)
    return tmp_path


def test_the_command_line_of_dockers_proxy(proc: Path) -> None:
    process(proc, "docker-proxy", "-proto", "tcp", "-host-port", "45455", "-container-port", str(PORT))
    assert container_forwarder(PORT, proc) == ""
    process(proc, "docker-proxy", "-proto", "tcp", "-host-port", str(PORT), "-container-port", "104")
    assert container_forwarder(PORT, proc) == "docker-proxy"


def test_the_socket_of_a_proxy_of_our_own(proc: Path) -> None:
    process(proc, "rootlessport", sockets=(5678,))
    assert container_forwarder(PORT, proc) == ""
    process(proc, "rootlessport", sockets=(1, 1234))
    assert container_forwarder(PORT, proc) == "rootlessport"


def test_a_server_that_is_no_proxy(proc: Path) -> None:
    process(proc, "Orthanc", sockets=(1234,))
    assert container_forwarder(PORT, proc) == ""


def test_a_system_that_does_not_tell(tmp_path: Path) -> None:
    assert container_forwarder(PORT, tmp_path) == ""


def test_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert container_forwarder(server.getsockname()[1]) == ""
