"""The limit: the same files through a plain socket, each after its length, with one byte of acknowledgement."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.contest import Measure, seconds_of

_HEADER = 8


@contextmanager
def plain_sink() -> Iterator[tuple[str, int]]:
    """A server that reads and drops, in a process of its own."""
    with subprocess.Popen([sys.executable, "-m", "benchmarks.plain"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield "127.0.0.1", int(process.stdout.readline())
        finally:
            process.terminate()


def copy(address: tuple[str, int], paths: Sequence[Path], *, sendfile: bool) -> Measure:
    """Send files one after the other, each read and written at once, or by `sendfile`."""

    def work() -> None:
        with socket.create_connection(address) as sock:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for path in paths:
                with path.open("rb", buffering=0) as file:
                    size = os.fstat(file.fileno()).st_size
                    header = size.to_bytes(_HEADER, "big")
                    if sendfile:
                        sock.send(header, socket.MSG_MORE)
                        sock.sendfile(file)
                    else:
                        sock.sendall(header + file.read(size))
                sock.recv(1)

    return lambda: seconds_of(work, len(paths))


def _serve() -> None:
    buffer = memoryview(bytearray(1 << 20))
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            sock, _ = server.accept()
            with sock:
                while header := sock.recv(_HEADER, socket.MSG_WAITALL):
                    left = int.from_bytes(header, "big")
                    while left:
                        left -= sock.recv_into(buffer[: min(left, len(buffer))])
                    sock.send(b"\0")


if __name__ == "__main__":
    _serve()
