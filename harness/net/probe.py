"""What speaks at an address, where DICOM did not: looks that ask for no association."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from harness.net.dial import dial
from harness.net.timeouts import Deadline
from harness.net.transport import Transport
from harness.observe.ending import Ending, EndingKind
from harness.observe.foreign import Foreign, Protocol, foreign_or_unknown, foreign_protocol
from harness.observe.look import FirstWords, Greeting
from harness.observe.trace import Role, Trace
from harness.standard.ae import AEAddress

_HTTP_REQUEST = b"HEAD / HTTP/1.0\r\n\r\n"
"""Changes nothing anywhere, and any HTTP server answers it."""


def listen_first(address: AEAddress, seconds: float) -> FirstWords:
    """Connect, say nothing, and wait at most `seconds` for what the peer does: many protocols greet, DICOM does not."""
    begun = time.monotonic()
    with connected(address, seconds) as transport:
        if isinstance(transport, Ending):
            cut = transport.kind is EndingKind.RESET
            return FirstWords(Greeting.RESET if cut else Greeting.UNREACHED, time.monotonic() - begun)
        greeting, data = _read(transport, Deadline(seconds))
    foreign = foreign_or_unknown(data) if data else None
    return FirstWords(greeting, time.monotonic() - begun, foreign)


def ask_http(address: AEAddress, seconds: float) -> Foreign | None:
    """Whether an HTTP server listens there: its answer to HEAD; None when nothing or no HTTP is answered."""
    with connected(address, seconds) as transport:
        if isinstance(transport, Ending):
            return None
        try:
            transport.write([_HTTP_REQUEST], seconds)
        except OSError:
            return None
        _, data = _read(transport, Deadline(seconds))
    foreign = foreign_protocol(data)
    return foreign if foreign is not None and foreign.protocol in (Protocol.HTTP, Protocol.HTTP_2) else None


@contextmanager
def connected(address: AEAddress, seconds: float) -> Iterator[Transport | Ending]:
    """A plain connection, or why there is none in time."""
    transport = dial(address.host, address.port, seconds, Trace(str(address), "", "", Role.REQUESTOR))
    if isinstance(transport, Ending):
        yield transport
        return
    try:
        yield transport
    finally:
        transport.close()


def _read(transport: Transport, deadline: Deadline) -> tuple[Greeting, bytes]:
    try:
        data = bytes(transport.read(deadline))
    except TimeoutError:
        return Greeting.SILENT, b""
    except OSError:
        return Greeting.RESET, b""
    return (Greeting.SPOKE if data else Greeting.CLOSED), data
