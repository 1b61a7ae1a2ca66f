"""The listener below the acceptor and the proxy."""

from __future__ import annotations

import contextlib
import socket
import threading

from harness.net.listener import Listener
from harness.net.transport import Transport


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


def test_no_thread_outlives_it() -> None:
    """Those that wait for a connection neither."""
    before = set(threading.enumerate())
    come, go = threading.Semaphore(0), threading.Event()

    def serve(_transport: Transport) -> None:
        come.release()
        go.wait(30)

    listener = Listener(serve)
    listener.start()
    for _ in range(3):
        _call(listener.port)
        assert come.acquire(timeout=30)
    begun = set(threading.enumerate()) - before
    go.set()
    listener.stop(30)
    assert len(begun) >= 3
    assert not any(thread.is_alive() for thread in begun)


def test_it_can_be_started_again() -> None:
    listener = Listener(lambda _transport: None)
    for _ in range(2):
        listener.start()
        with socket.create_connection(("127.0.0.1", listener.port), timeout=30) as caller:
            assert caller.recv(1) == b""
        listener.stop()
