"""TLS beneath an association (PS3.15 Annex B): a transport that begins with a handshake and then encrypts."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Sequence

from harness.net.timeouts import Deadline
from harness.net.tls_faults import failure_of
from harness.net.transport import Transport
from harness.observe.ending import Ending, EndingKind, TlsFailure, TlsFault
from harness.observe.trace import TlsFact
from harness.tls.contexts import TlsClient, TlsServer

_Socket = socket.socket

_HANDSHAKE = 0x16
"""The first byte of every TLS connection: a record of the handshake."""

_ASKS_AFTERWARDS = "TLSv1.3"

_PIECE = 1 << 18
"""Bytes encrypted at a time: many small buffers become few records, and large ones are not copied whole."""

_LINGER = 0.5
"""Seconds to wait for the peer to close after a failed handshake, so that closing does not destroy our alert."""


class TlsBroken(OSError):
    """TLS ended by an alert or an error; `ending` says how."""

    def __init__(self, ending: Ending) -> None:
        super().__init__(ending.text)
        self.ending = ending


class SecureTransport(Transport):
    """A transport whose bytes are those inside TLS; nothing else may be called before `begin`.

    It takes the connected socket over. Raises OSError when the peer is gone already, and ValueError for a name that TLS
    cannot ask for.
    """

    socket: ssl.SSLSocket

    def __init__(self, sock: _Socket, tls: TlsClient | TlsServer, host: str = "") -> None:
        self._is_client = isinstance(tls, TlsClient)
        name = (tls.server_name or host) if isinstance(tls, TlsClient) else None
        if name is not None and (name.startswith(".") or not name.encode("idna")):
            # Told before the socket is taken over, or it would be lost.
            raise ValueError(f"`{name}` is no name of a server")
        super().__init__(
            tls.context.wrap_socket(
                sock, server_side=not self._is_client, do_handshake_on_connect=False, server_hostname=name
            )
        )

    def _begin_waiting(self) -> None:
        """TLS may have to write in order to read: the socket waits by itself, each time as long as it may."""

    def begin(self, deadline: Deadline) -> Ending | None:
        """Shake hands. When that fails, the ending says why; the connection is then closed."""
        try:
            ending = None if self._is_client else self._first_byte(deadline)
            if ending is None:
                self.socket.settimeout(deadline.remaining())
                self.socket.do_handshake()
        except (OSError, ValueError) as error:
            ending = self._failed(error, deadline)
        except BaseException:
            self.close()
            raise
        if ending is not None:
            # An alert of ours is on its way; closing with unread bytes would destroy it.
            Transport.finish_writing(self)
            self.drain(_LINGER)
            self.close()
        return ending

    @property
    def tls(self) -> TlsFact | None:
        """What was negotiated; None when the handshake failed."""
        cipher = self.socket.cipher()
        if self.socket.version() is None:
            return None
        certificate = self.socket.getpeercert() or {}
        return TlsFact(self.socket.version() or "", cipher[0] if cipher else "", str(certificate.get("notAfter", "")))

    @property
    def asks_afterwards(self) -> bool:
        """Whether a client has shaken hands before the server has looked at its certificate (RFC 8446 2)."""
        return self._is_client and self.socket.version() == _ASKS_AFTERWARDS

    @property
    def has_ticket(self) -> bool:
        """Whether the server has given us a ticket for another time, as most do who have let us in (RFC 8446 4.6.1)."""
        session = self.socket.session
        return session is not None and session.has_ticket

    def read(self, deadline: Deadline, most: int | None = None) -> memoryview:
        """As of a plain transport; raises `TlsBroken` for what TLS has to say."""
        try:
            return super().read(deadline, most)
        except TimeoutError:
            raise
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError, ValueError):
            # Closed without a close_notify, or by another thread of ours: the end of the stream all the same.
            return memoryview(b"")
        except ssl.SSLError as error:
            raise TlsBroken(failure_of(error, self.socket)) from None

    def _receive(self, buffer: memoryview, deadline: Deadline) -> int:
        self.socket.settimeout(deadline.remaining())
        return self.socket.recv_into(buffer)

    def readable(self) -> bool:
        """Whether bytes are waiting, decrypted or not."""
        return self.socket.pending() > 0 or super().readable()

    def write(self, buffers: Sequence[bytes | memoryview], stall: float) -> None:
        """As of a plain transport; `stall` counts for each piece that is encrypted."""
        self.socket.settimeout(stall)
        waiting = bytearray()
        try:
            for buffer in buffers:
                for start in range(0, len(buffer), _PIECE):
                    waiting += buffer[start : start + _PIECE]
                    if len(waiting) >= _PIECE:
                        self.socket.sendall(waiting)
                        waiting.clear()
            self.socket.sendall(waiting)
        except ValueError:
            raise ConnectionAbortedError from None  # closed by another thread of ours

    def say_goodbye(self) -> None:
        """Send a close_notify (RFC 8446 6.1) without waiting for the peer's."""
        with contextlib.suppress(OSError, ValueError):
            self.socket.settimeout(0)
            self.socket.unwrap()

    def finish_writing(self) -> None:
        """Say that nothing more comes, in TLS and in TCP."""
        self.say_goodbye()
        super().finish_writing()

    def drain(self, seconds: float) -> bool:
        """Drop what still comes, decrypted or not."""
        deadline = Deadline(seconds)
        try:
            while True:
                self.socket.settimeout(deadline.remaining())
                if not _Socket.recv_into(self.socket, self._buffer):
                    return True
        except TimeoutError:
            return False
        except OSError:
            return True

    def _first_byte(self, deadline: Deadline) -> Ending | None:
        """Look at the first byte of a client without taking it; an ending when it begins no TLS handshake."""
        self.socket.settimeout(deadline.remaining())
        first = _Socket.recv(self.socket, 1, socket.MSG_PEEK)
        if not first:
            return Ending(EndingKind.CLOSED, "the peer closed the connection before it began TLS")
        if first[0] == _HANDSHAKE:
            return None
        what = "plain DICOM" if first == b"\x01" else "something that is no TLS"
        text = f"the peer began with {what}, and this listener expects TLS"
        return Ending(EndingKind.TLS, text, tls=TlsFailure(TlsFault.PLAIN))

    def _failed(self, error: OSError | ValueError, deadline: Deadline) -> Ending:
        if not isinstance(error, OSError):
            return Ending(EndingKind.ABORTED_BY_US, "we closed the connection during the TLS handshake")
        if isinstance(error, TimeoutError):
            text = f"the TLS handshake was not finished within {deadline.seconds:g} s"
            return Ending(EndingKind.TLS, text, tls=TlsFailure(TlsFault.TIMEOUT))
        return failure_of(error, self.socket)
