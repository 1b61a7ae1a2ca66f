"""A peer that does what a test tells it, byte by byte: for behavior that no real product can be made to show."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable

from harness.ul.decode import decode_pdu
from harness.ul.encode import association_items, encode_pdu
from harness.ul.items import ContextResult, ImplementationClassUID, MaximumLength
from harness.ul.pdu import AssociateAC, AssociateRQ

Script = Callable[[socket.socket], None]


class Connections:
    """What was accepted or opened: all of it is closed in the end, what comes too late at once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: list[socket.socket] | None = []

    def add(self, connection: socket.socket) -> bool:
        """One more; False if it came too late."""
        with self._lock:
            if self._open is not None:
                self._open.append(connection)
                return True
        connection.close()
        return False

    def close(self) -> None:
        """Close all there are."""
        with self._lock:
            connections, self._open = self._open or [], None
        for connection in connections:
            connection.close()


class ScriptedPeer:
    """Accepts one connection after the other and hands each to `script`; as a context manager it always ends."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._connections = Connections()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            if not self._connections.add(connection):
                return
            try:
                self._script(connection)
            except OSError:
                continue

    def __enter__(self) -> ScriptedPeer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._connections.close()
        self._thread.join(5)


def read_pdu(connection: socket.socket) -> tuple[int, bytes]:
    """The next PDU: type and variable field."""
    header = read_exactly(connection, 6)
    return header[0], read_exactly(connection, int.from_bytes(header[2:], "big"))


def read_exactly(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        if not piece:
            raise ConnectionError("the harness closed the connection")
        data += piece
    return data


def accept_everything(connection: socket.socket, maximum_length: int = 16384) -> AssociateRQ:
    """Read an A-ASSOCIATE-RQ and accept every context with its first transfer syntax."""
    request, _ = decode_pdu(*read_pdu(connection))
    assert isinstance(request, AssociateRQ)
    results = [ContextResult(context.context_id, 0, context.transfer_syntaxes[0]) for context in request.contexts]
    items = association_items(results, [MaximumLength(maximum_length), ImplementationClassUID("1.2.3.4")])
    connection.sendall(encode_pdu(AssociateAC(request.called, request.calling, items)))
    return request
