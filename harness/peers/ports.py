"""Addresses of this machine, and ports for servers that cannot choose one themselves."""

from __future__ import annotations

import secrets
import socket
from itertools import count

from harness.errors import PeerStartError
from harness.net.forwarding import container_forwarder

ANY_HOST = "0.0.0.0"

_PORTS = range(20_000, 32_000)
"""Below those that systems give to connections: from 32768 on Linux, from 49152 elsewhere (RFC 6335)."""
_TRIES = 50

_turn = count(secrets.randbelow(len(_PORTS)))
"""Each port has its turn, for who asks twice before a server has bound the first wants two."""


def is_loopback(host: str) -> bool:
    """Whether a host, by its text, is this machine talking to itself."""
    return host in {"localhost", "::1"} or host.startswith("127.")


def is_elsewhere(host: str, port: int) -> bool:
    """Whether a server cannot reach our loopback: at another address, or behind a port that leads into a container."""
    return not is_loopback(host) or bool(container_forwarder(port))


class ReservedPort:
    """A free TCP port that nobody else is given until `release`, just before the server binds it.

    Peers are told of each other before they start, so a port is chosen long before it is used. It is none of those that
    the system gives to connections: between release and use one of them could take it, or what is left of one.
    """

    def __init__(self) -> None:
        self._socket = _bound_socket()
        self.number: int = self._socket.getsockname()[1]

    def release(self) -> None:
        """Let the server have it."""
        self._socket.close()


def _bound_socket() -> socket.socket:
    for _ in range(_TRIES):
        bound = socket.socket()
        try:
            bound.bind((ANY_HOST, _PORTS[next(_turn) % len(_PORTS)]))
        except OSError:
            bound.close()
        else:
            return bound
    bound = socket.socket()
    bound.bind((ANY_HOST, 0))
    return bound


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
