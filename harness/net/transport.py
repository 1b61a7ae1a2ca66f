"""A TCP connection with deadlines that loses none of the peer's last bytes."""

from __future__ import annotations

import contextlib
import select
import socket
import struct
from collections.abc import Sequence

from harness.net.timeouts import Deadline
from harness.observe.ending import Ending
from harness.observe.trace import TlsFact

RECEIVE_BUFFER = 262144
"""Bytes that are read at once where much comes; a connection begins with fewer, for most never see as many."""

_FIRST_BUFFER = 16384
BUFFERS_PER_WRITE = 1000
"""Below Linux's IOV_MAX of 1024."""

_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_MORE: int = getattr(socket, "MSG_MORE", 0)
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Transport:
    """Owns a connected socket. Reading returns b"" at the end of the stream and raises TimeoutError or OSError."""

    takes_maps = True
    """Whether what is written is touched by system calls alone, which mapped files ask for."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.local: tuple[str, int] = sock.getsockname()[:2]
        self.remote: tuple[str, int] = sock.getpeername()[:2]
        self._buffer = memoryview(bytearray(_FIRST_BUFFER))
        self._was_full = False
        self._poll: select.poll | None = None
        self._acknowledges_at_once = True

    def begin(self, deadline: Deadline) -> Ending | None:
        """Do what comes before the first PDU, which is nothing here; an ending when it fails."""
        return None

    @property
    def tls(self) -> TlsFact | None:
        """What encrypts the connection, once it has begun."""
        return None

    def read(self, deadline: Deadline) -> memoryview:
        """The next bytes, at least one, or none at the end of the stream; valid until the next call."""
        self.socket.settimeout(deadline.remaining())
        if self._was_full and len(self._buffer) < RECEIVE_BUFFER:
            self._buffer = memoryview(bytearray(4 * len(self._buffer)))
        count = self.socket.recv_into(self._buffer)
        self._was_full = count == len(self._buffer)
        return self._buffer[:count]

    def readable(self) -> bool:
        """Whether `read` would return at once."""
        if self._poll is None:
            self._poll = select.poll()
            self._poll.register(self.socket, select.POLLIN)
        return bool(self._poll.poll(0))

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

    def write(self, buffers: Sequence[bytes | memoryview], stall: float, *, more: bool = False) -> None:
        """Write everything; raises TimeoutError after `stall` seconds without progress, OSError when cut off.

        With `more` the system may wait, for 200 ms at most, for what is written next, to send both in one segment.
        """
        self.socket.settimeout(stall)
        for start in range(0, len(buffers), BUFFERS_PER_WRITE):
            self._write_batch(list(buffers[start : start + BUFFERS_PER_WRITE]), _MORE if more else 0)

    def write_apart(self, data: bytes, size: int, stall: float) -> None:
        """Write in segments of their own, of `size` bytes each; raises as `write` does."""
        self.socket.settimeout(stall)
        for start in range(0, len(data), size):
            # The end of a record is never joined with what follows it.
            self.socket.sendmsg([data[start : start + size]], [], socket.MSG_EOR)

    def _write_batch(self, batch: list[bytes | memoryview], flags: int) -> None:
        left = sum(map(len, batch))
        while left:
            sent = self.socket.sendmsg(batch, (), flags)
            left -= sent
            if left:
                batch = _after(batch, sent)

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
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def _after(batch: list[bytes | memoryview], sent: int) -> list[bytes | memoryview]:
    """What is left of a batch when its first `sent` bytes are gone."""
    for index, buffer in enumerate(batch):
        if sent < len(buffer):
            return [memoryview(buffer)[sent:], *batch[index + 1 :]]
        sent -= len(buffer)
    return []
