"""A TCP connection with deadlines that loses none of the peer's last bytes."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import struct
from collections.abc import Sequence

from harness.net.timeouts import Deadline
from harness.observe.ending import Ending
from harness.observe.trace import TlsFact

RECEIVE_BUFFER = 2 * (131072 + 6)
"""Bytes that are read at once where much comes: two PDUs of the maximum length that we announce, and their headers."""

_FIRST_BUFFER = 16384
"""Bytes that a connection begins with, for most never see more."""

BUFFERS_PER_WRITE = 1000
"""Below Linux's IOV_MAX of 1024."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Transport:
    """Owns a connected socket. Reading returns b"" at the end of the stream and raises TimeoutError or OSError.

    The socket never blocks: waits are polls with what is left of their deadline, so that no read or write has to set a
    timeout first.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local: tuple[str, int] = sock.getsockname()[:2]
        self.remote: tuple[str, int] = sock.getpeername()[:2]
        self._buffer = memoryview(bytearray(_FIRST_BUFFER))
        self._closed = False
        self._acknowledges_at_once = True
        self._begin_waiting()

    def _begin_waiting(self) -> None:
        """Have the socket wait as this transport does."""
        self.socket.setblocking(False)

    def begin(self, deadline: Deadline) -> Ending | None:
        """Do what comes before the first PDU, which is nothing here; an ending when it fails."""
        return None

    @property
    def tls(self) -> TlsFact | None:
        """What encrypts the connection, once it has begun."""
        return None

    @property
    def room(self) -> int:
        """Bytes that `read` takes at once."""
        return len(self._buffer)

    def read(self, deadline: Deadline, most: int | None = None) -> memoryview:
        """The next bytes, at least one, or none at the end of the stream; valid until the next call.

        There may be as many as there is `room` for, or `most` if that is less.
        """
        buffer = self._buffer[:most]
        count = self._receive(buffer, deadline)
        if count == len(buffer) and len(self._buffer) < RECEIVE_BUFFER:
            self._buffer = memoryview(bytearray(min(5 * len(self._buffer), RECEIVE_BUFFER)))
        return buffer[:count]

    def _receive(self, buffer: memoryview, deadline: Deadline) -> int:
        """Bytes into a buffer: how many."""
        while True:
            if not self._is_ready(select.POLLIN, deadline.remaining()):
                raise TimeoutError
            try:
                return self.socket.recv_into(buffer)
            except BlockingIOError:
                pass  # What there was is gone again: the system may drop what has come damaged.

    def readable(self) -> bool:
        """Whether `read` would return at once."""
        return self._is_ready(select.POLLIN, 0)

    def _is_ready(self, event: int, seconds: float) -> bool:
        """Whether within so many seconds the system lets us read or write, or has an error to tell when we try to."""
        poll = select.poll()
        try:
            poll.register(self.socket, event)
        except ValueError:
            return True  # Closed by another thread, as who tries will be told.
        return bool(poll.poll(math.ceil(seconds * 1000)))

    def acknowledge_now(self) -> None:
        """Send pending acknowledgements at once.

        A peer with Nagle's algorithm on holds back the second part of a PDU until the first is acknowledged; without
        this, each exchange with such a peer costs the 40 ms of a delayed acknowledgement. Only Linux has the option.
        """
        if self._acknowledges_at_once:
            self._set_quick(True)

    def leave_acknowledgements(self, to_system: bool) -> bool:
        """Whether from now on to acknowledge as the system sees fit, as other programs do; False where it is always so.

        The system forgets it once it has other things to acknowledge: to be called before each request.
        """
        self._acknowledges_at_once = not to_system
        self._set_quick(not to_system)
        return _QUICKACK is not None

    def _set_quick(self, quick: bool) -> None:
        if _QUICKACK is not None:
            with contextlib.suppress(OSError):
                self.socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, int(quick))

    def write(self, buffers: Sequence[bytes | memoryview], stall: float) -> None:
        """Write everything; raises TimeoutError after `stall` seconds without progress, OSError when cut off."""
        for start in range(0, len(buffers), BUFFERS_PER_WRITE):
            self._write_batch(buffers[start : start + BUFFERS_PER_WRITE], 0, stall)

    def write_apart(self, data: bytes, size: int, stall: float) -> None:
        """Write in segments of their own, of `size` bytes each; raises as `write` does."""
        for start in range(0, len(data), size):
            # The end of a record is never joined with what follows it.
            self._write_batch([data[start : start + size]], socket.MSG_EOR, stall)

    def _write_batch(self, batch: Sequence[bytes | memoryview], flags: int, stall: float) -> None:
        left = sum(map(len, batch))
        while left:
            try:
                sent = self.socket.sendmsg(batch, (), flags)
            except BlockingIOError:
                sent = 0
            left -= sent
            if left:
                batch = _after(batch, sent)
                if not self._is_ready(select.POLLOUT, stall):
                    raise TimeoutError

    def say_goodbye(self) -> None:
        """Tell the peer that the stream ends, where TCP's own end is not enough; here it is."""

    def finish_writing(self) -> None:
        """Half-close: the peer sees the end of our stream and can still send."""
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.socket, socket.SHUT_WR)

    def reset(self) -> None:
        """End with a TCP reset instead of an orderly close; who reads in another thread sees the end of the stream."""
        with contextlib.suppress(OSError):
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            # The other thread must let go of the socket, or the reset would wait for that.
            self.socket.shutdown(socket.SHUT_RD)
        self._closed = True
        self.socket.close()

    def drain(self, seconds: float) -> bool:
        """Read and drop until the peer closes, at most `seconds`; True if it closed in time.

        Closing with unread bytes would reset the connection and could destroy our last PDU at the peer.
        """
        deadline = Deadline(seconds)
        try:
            while self.read(deadline):
                pass
        except TimeoutError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        """Close at once; safe to call twice and from another thread."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def _after(batch: Sequence[bytes | memoryview], sent: int) -> list[bytes | memoryview]:
    """What is left of a batch when its first `sent` bytes are gone."""
    for index, buffer in enumerate(batch):
        if sent < len(buffer):
            return [memoryview(buffer)[sent:], *batch[index + 1 :]]
        sent -= len(buffer)
    return []
