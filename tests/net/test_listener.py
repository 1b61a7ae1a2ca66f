"""The listener below the acceptor and the proxy."""

from __future__ import annotations

import contextlib
import socket
import threading

from harness.net.listener import Listener


def test_it_stops_while_connections_come() -> None:
    """When a thread that takes the next connection is about to begin."""
    for _ in range(100):
        listener = Listener(lambda _transport: None)
        listener.start()
        callers = [threading.Thread(target=_call, args=(listener.port,)) for _ in range(3)]
        for caller in callers:
            caller.start()
        listener.stop()
        for caller in callers:
            caller.join()
        assert listener.open_connections == 0


def _call(port: int) -> None:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=5):
        return
