"""A TCP relay that does something drastic in the middle of a conversation."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable

from tests.support.scripted import Connections


class Relay:
    """Passes bytes to a server and back; `act` is called once when `when` says so of the bytes from one side.

    `when(from_server, total, data)` sees every piece before it is passed on; `total` counts the bytes of its side.
    `host` is that of the server, `at` the address on which the relay listens.
    """

    def __init__(
        self,
        target: int,
        when: Callable[[bool, int, bytes], bool] = lambda *_: False,
        act: Callable[[], None] = lambda: None,
        host: str = "127.0.0.1",
        at: str = "127.0.0.1",
    ) -> None:
        self._target = (host, target)
        self._when = when
        self._act = act
        self.acted = threading.Event()
        self._listener = socket.create_server((at, 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections = Connections()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                outer, _ = self._listener.accept()
                if not self._connections.add(outer):
                    return
                try:
                    inner = socket.create_connection(self._target)
                except OSError:
                    outer.close()
                    continue
                if not self._connections.add(inner):
                    return
                for source, sink, from_server in ((outer, inner, False), (inner, outer, True)):
                    threading.Thread(target=self._pump, args=(source, sink, from_server), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, from_server: bool) -> None:
        total = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                total += len(data)
                if not self.acted.is_set() and self._when(from_server, total, data):
                    self.acted.set()
                    self._act()
                    # Half of this piece still gets through, as when a process dies while it writes.
                    sink.sendall(data[: len(data) // 2])
                    break
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)

    def __enter__(self) -> Relay:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._connections.close()
