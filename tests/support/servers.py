"""Servers of other protocols, met where DICOM was expected, and listeners that say nothing."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.support.scripted import ScriptedPeer


@contextmanager
def http_server() -> Iterator[int]:
    """The HTTP server of Python; yields its port."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 120

        def do_HEAD(self) -> None:
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(30)


@contextmanager
def listener(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A listener that treats each connection in this way; yields its port."""
    with ScriptedPeer(serve) as peer:
        yield peer.port


def greeting(data: bytes) -> Callable[[socket.socket], None]:
    """Says this at once, and then waits for the other to close."""

    def serve(connection: socket.socket) -> None:
        connection.sendall(data)
        mute(connection)

    return serve


def answering(data: bytes) -> Callable[[socket.socket], None]:
    """Waits for anything, and answers with this before it closes."""

    def serve(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        mute(connection)

    return serve


def mute(connection: socket.socket) -> None:
    """Reads, and never says a word."""
    connection.settimeout(10)
    while connection.recv(65536):
        pass


def hang_up(connection: socket.socket) -> None:
    """Closes at once, as TCP wrappers do for hosts that are not on their list."""
    connection.close()


def hang_up_after_a_word(connection: socket.socket) -> None:
    """Closes as soon as anything is said."""
    connection.recv(65536)
    connection.close()


def reset(connection: socket.socket) -> None:
    """Resets at once."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def reset_after_a_word(connection: socket.socket) -> None:
    """Resets as soon as anything is said."""
    connection.recv(65536)
    reset(connection)
