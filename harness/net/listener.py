"""A listener with one thread per connection: whoever accepts it also serves it, and others accept the next ones."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Callable

from harness.net.timeouts import Deadline
from harness.net.transport import Transport

BACKLOG = 512
PAUSE_SECONDS = 0.05
"""Until we try again to accept when the system has no files or no memory left."""

MOST_WAITING = 16
"""Threads that may wait for connections to come; others end when the connection does that they served."""

_EXHAUSTED = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM))


class Listener:
    """Listens on `host`:`port` (0: any free port, see `port` after `start`).

    `serve` has each connection for itself in a thread of its own; when it returns the connection is closed.
    `transport` makes a transport of a connected socket.
    """

    def __init__(
        self,
        serve: Callable[[Transport], None],
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        transport: Callable[[socket.socket], Transport] = Transport,
    ) -> None:
        self._serve = serve
        self._transport = transport
        self.host = host
        self.port = port
        self._socket: socket.socket | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._open: set[Transport] = set()
        self._threads: set[threading.Thread] = set()
        self._waiting = 0

    def start(self) -> None:
        """Bind, listen and accept in the background. Raises OSError when the address cannot be bound."""
        family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self.host, self.port))
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            raise
        self.port = listener.getsockname()[1]
        self._socket = listener
        self._stopping.clear()
        self._begin()

    def stop(self, seconds: float = 5.0) -> None:
        """Close the listener and every connection, and wait at most `seconds` for their threads."""
        self._stopping.set()
        self._refuse()
        with self._lock:
            running, threads = list(self._open), list(self._threads)
        for transport in running:
            transport.close()
        deadline = Deadline(seconds)
        with contextlib.suppress(TimeoutError):
            for thread in threads:
                thread.join(deadline.remaining())
        if self._socket is not None:
            self._socket.close()

    def _refuse(self) -> None:
        """Take no more connections, and wake all who wait for one."""
        if self._socket is None:
            return
        try:
            # On Linux this is enough. Closing would not wake them, and whoever is just about to accept might do so from
            # another listener, which has got the number of this one.
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            self._socket.close()

    @property
    def open_connections(self) -> int:
        """How many are being served now."""
        with self._lock:
            return len(self._open)

    def _begin(self) -> None:
        """One more thread that waits for a connection. Raises RuntimeError when the system has none left."""
        thread = threading.Thread(target=self._work, daemon=True, name="connection")
        # Started before anybody else can know of it: a thread that has not begun cannot be waited for.
        with self._lock:
            thread.start()
            self._threads.add(thread)
            self._waiting += 1

    def _work(self) -> None:
        try:
            while (sock := self._next()) is not None:
                with self._lock:
                    self._waiting -= 1
                    alone = not self._waiting
                if alone:
                    # Without another thread left, whoever comes next waits until this one is free again.
                    with contextlib.suppress(RuntimeError):
                        self._begin()
                self._run(sock)
                with self._lock:
                    if self._waiting >= MOST_WAITING:
                        return
                    self._waiting += 1
        finally:
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _next(self) -> socket.socket | None:
        """The next connection; None when no more are taken. The system wakes one thread for each that comes."""
        while self._socket is not None and not self._stopping.is_set():
            try:
                return self._socket.accept()[0]
            except OSError as error:
                # The peer may be gone again before we accept. Without files left it waits; we must not spin.
                if error.errno in _EXHAUSTED:
                    self._stopping.wait(PAUSE_SECONDS)
        return None

    def _run(self, sock: socket.socket) -> None:
        try:
            transport = self._transport(sock)
        except OSError:
            sock.close()
            return
        with self._lock:
            self._open.add(transport)
        try:
            if not self._stopping.is_set():
                self._serve(transport)
        finally:
            transport.close()
            with self._lock:
                self._open.discard(transport)
