"""Addresses of this machine, and ports for servers that cannot choose one themselves."""

from __future__ import annotations

import socket

from harness.errors import PeerStartError
from harness.net.forwarding import container_forwarder

ANY_HOST = "0.0.0.0"


def is_loopback(host: str) -> bool:
    """Whether a host, by its text, is this machine talking to itself."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def is_elsewhere(host: str, port: int) -> bool:
    """Whether a server cannot reach our loopback: at another address, or behind a port that leads into a container."""
    return not is_loopback(host) or bool(container_forwarder(port))


class ReservedPort:
    """A free TCP port that nobody else is given until `release`, just before the server binds it.

    Peers are told of each other before they start, so a port is chosen long before it is used.
    """

    def __init__(self) -> None:
        self._socket = socket.socket()
        self._socket.bind((ANY_HOST, 0))
        self.number: int = self._socket.getsockname()[1]

    def release(self) -> None:
        """Let the server have it."""
        self._socket.close()


def free_port() -> int:
    """A port that is free now."""
    reserved = ReservedPort()
    reserved.release()
    return reserved.number


def require_free(port: int, server: str) -> None:
    """Raise `PeerStartError` when a port is taken: a C-ECHO would be answered, but by another server."""
    with socket.socket() as probe:
        # As servers do: what is left of closed connections doesn't count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ANY_HOST, port))
        except OSError as error:
            raise PeerStartError(f"{server} cannot have port {port}: {error.strerror}") from None
