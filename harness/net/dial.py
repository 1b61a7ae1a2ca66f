"""From a name to a connection, with TLS or without; what goes wrong on the way is an observation, not an exception."""

from __future__ import annotations

import errno
import socket
import time
from typing import TYPE_CHECKING

from harness.net.timeouts import Deadline
from harness.net.transport import Transport
from harness.observe.ending import Ending, EndingKind, TlsFailure, TlsFault
from harness.observe.trace import Trace

if TYPE_CHECKING:
    from queue import Queue

    from harness.tls.contexts import TlsClient

_SocketAddress = tuple[int, int, int, tuple[str, int]]


def dial(host: str, port: int, timeout: float, trace: Trace, tls: TlsClient | None = None) -> Transport | Ending:
    """Resolve `host`, connect and begin TLS if asked to, all within `timeout` seconds.

    Times of the stages go into the trace.
    """
    deadline = Deadline(timeout)
    begun = time.monotonic()
    found = _resolve(host, port, deadline)
    trace.stages["name"] = time.monotonic() - begun
    if isinstance(found, Ending):
        return found
    trace.addresses = tuple(dict.fromkeys(address[0] for _, _, _, address in found))
    begun = time.monotonic()
    result = _connect(found, deadline, trace)
    trace.stages["connect"] = time.monotonic() - begun
    if isinstance(result, Ending):
        return result
    trace.local_endpoint = result.local
    return result if tls is None else _secure(result, tls, host, deadline, trace)


def _secure(transport: Transport, tls: TlsClient, host: str, deadline: Deadline, trace: Trace) -> Transport | Ending:
    from harness.net.secure import SecureTransport

    begun = time.monotonic()
    try:
        secured = SecureTransport(transport.socket, tls, host)
    except (OSError, ValueError) as error:
        transport.close()
        return Ending(EndingKind.TLS, f"TLS cannot begin: {error}", tls=TlsFailure(TlsFault.OTHER))
    ending = secured.begin(deadline)
    trace.stages["tls"] = time.monotonic() - begun
    trace.tls = secured.tls
    return ending or secured


def _resolve(host: str, port: int, deadline: Deadline) -> list[_SocketAddress] | Ending:
    try:
        return _addresses(host, port, socket.AI_NUMERICHOST)
    except OSError:
        pass  # Not a numeric address: a name, to be looked up below.
    import queue
    import threading

    # The resolver of the system knows no deadline, so it works in a thread that may be left behind.
    answers: Queue[list[_SocketAddress] | OSError | UnicodeError] = queue.Queue()
    threading.Thread(target=_look_up, args=(host, port, answers), daemon=True, name="resolver").start()
    try:
        answer = answers.get(timeout=deadline.remaining())
    except (queue.Empty, TimeoutError):
        text = f"the name {host} could not be resolved within {deadline.seconds:g} s"
        return Ending(EndingKind.NAME_TIMEOUT, text)
    if isinstance(answer, OSError | UnicodeError):
        reason = answer.strerror if isinstance(answer, OSError) else "not a legal name"
        return Ending(EndingKind.NAME_NOT_FOUND, f"the name {host} is not known here: {reason}")
    return answer


def _look_up(host: str, port: int, answers: Queue[list[_SocketAddress] | OSError | UnicodeError]) -> None:
    try:
        answers.put(_addresses(host, port, 0))
    except (OSError, UnicodeError) as error:
        answers.put(error)


def _addresses(host: str, port: int, flags: int) -> list[_SocketAddress]:
    # What is ASCII needs no encoding as an international name, whose tables take longer to load than an echo takes.
    name = host.encode() if host.isascii() else host
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM, flags=flags)
    return [(family, kind, protocol, address) for family, kind, protocol, _, address in found]  # type: ignore[misc]


def _connect(addresses: list[_SocketAddress], deadline: Deadline, trace: Trace) -> Transport | Ending:
    """Try one address after the other; the last failure is told, and all of them are noted."""
    ending = Ending(EndingKind.UNREACHABLE, "the name has no address")
    for index, (family, kind, protocol, address) in enumerate(addresses):
        sock = socket.socket(family, kind, protocol)
        try:
            # The remaining time is shared, so that one dead address does not use up the time of the next.
            sock.settimeout(deadline.remaining() / (len(addresses) - index))
            sock.connect(address)
            trace.remote_endpoint = address[:2]
            return Transport(sock)
        except OSError as error:
            sock.close()
            ending = _failure(error, address, deadline)
            trace.unreached.append(ending.text)
    return ending


def _failure(error: OSError, address: tuple[str, int], deadline: Deadline) -> Ending:
    host, port = address[:2]
    where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    if isinstance(error, TimeoutError):
        return Ending(EndingKind.CONNECT_TIMEOUT, f"no TCP connection to {where} within {deadline.seconds:g} s")
    if isinstance(error, ConnectionRefusedError):
        return Ending(
            EndingKind.CONNECTION_REFUSED, f"{where} refused the TCP connection: nothing listens on that port"
        )
    if isinstance(error, ConnectionResetError) or error.errno == errno.ENOTCONN:
        return Ending(EndingKind.RESET, f"{where} reset the TCP connection as soon as it stood")
    reason = error.strerror or errno.errorcode.get(error.errno or 0, "unknown error")
    return Ending(EndingKind.UNREACHABLE, f"{where} is not reachable: {reason}")
