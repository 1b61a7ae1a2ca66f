"""A listener with one thread per connection."""

from __future__ import annotations

import contextlib
import errno
import select
import socket
import threading
from collections.abc import Callable

from harness.net.timeouts import Deadline
from harness.net.transport import Transport

BACKLOG = 512
PAUSE_SECONDS = 0.05
"""Until we try again to accept when the system has no files or no memory left."""

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
        self._wake: socket.socket | None = None
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, Transport] = {}
        self._accepting: threading.Thread | None = None

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
        listener.setblocking(False)
        self.port = listener.getsockname()[1]
        self._wake, woken = socket.socketpair()
        self._accepting = threading.Thread(target=self._accept, args=(listener, woken), daemon=True, name="acceptor")
        self._accepting.start()

    def stop(self, seconds: float = 5.0) -> None:
        """Close the listener and every connection, and wait at most `seconds` for their threads."""
        if self._wake is not None:
            # The accepting thread sees the other end of this pair close, and returns.
            self._wake.close()
        if self._accepting is not None:
            self._accepting.join(seconds)
        with self._lock:
            running = list(self._open.items())
        for _, transport in running:
            transport.close()
        deadline = Deadline(seconds)
        with contextlib.suppress(TimeoutError):
            for thread, _ in running:
                thread.join(deadline.remaining())

    @property
    def open_connections(self) -> int:
        """How many are being served now."""
        with self._lock:
            return len(self._open)

    def _accept(self, listener: socket.socket, woken: socket.socket) -> None:
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        poll.register(woken, select.POLLIN | select.POLLHUP)
        with listener, woken:
            while True:
                ready = {descriptor for descriptor, _ in poll.poll()}
                if woken.fileno() in ready:
                    return
                try:
                    self._begin(listener.accept()[0])
                except OSError as error:
                    # The peer may be gone again before we accept. Without files left it waits in the backlog, and we
                    # must not spin until there are.
                    if error.errno in _EXHAUSTED:
                        woken.settimeout(PAUSE_SECONDS)
                        with contextlib.suppress(OSError):
                            woken.recv(1, socket.MSG_PEEK)

    def _begin(self, sock: socket.socket) -> None:
        sock.setblocking(True)
        try:
            transport = self._transport(sock)
        except OSError:
            sock.close()
            return
        thread = threading.Thread(target=self._run, args=(transport,), daemon=True, name="connection")
        with self._lock:
            self._open[thread] = transport
        try:
            thread.start()
        except RuntimeError:  # the system has no thread left; whoever comes later may find one
            with self._lock:
                self._open.pop(thread, None)
            transport.close()

    def _run(self, transport: Transport) -> None:
        try:
            self._serve(transport)
        finally:
            transport.close()
            with self._lock:
                self._open.pop(threading.current_thread(), None)
