"""ClientHello and ServerHello (RFC 8446 4.1.2, 4.1.3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_SERVER_NAME, _ALPN, _SUPPORTED_VERSIONS = 0, 16, 43
_GREASE = 0x0A0A
"""Values whose bytes are equal and end in A are noise (RFC 8701)."""


@dataclass(frozen=True, slots=True)
class Hello:
    """What a client offers, or the one version and cipher suite that a server chose.

    `server_name` is the name that the client asks for, `protocols` what it wants to speak within (ALPN).
    """

    versions: tuple[int, ...]
    cipher_suites: tuple[int, ...]
    server_name: str = ""
    protocols: tuple[str, ...] = ()


class _Short(ValueError):
    """Fewer bytes than were announced."""


class _Bytes:
    """Takes pieces from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __bool__(self) -> bool:
        return self._at < len(self._data)

    def take(self, count: int) -> bytes:
        piece = self._data[self._at : self._at + count]
        if len(piece) < count:
            raise _Short
        self._at += count
        return piece

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big")

    def counted(self, size: int) -> bytes:
        return self.take(self.number(size))


def read_hello(body: bytes, *, of_client: bool) -> Hello | None:
    """A hello from the body of its handshake message; None when it cannot be followed."""
    try:
        return _client_hello(_Bytes(body)) if of_client else _server_hello(_Bytes(body))
    except _Short:
        return None


def _client_hello(data: _Bytes) -> Hello:
    legacy = data.number(2)
    data.take(32)
    data.counted(1)
    suites = _pairs(data.counted(2))
    data.counted(1)
    extensions = dict(_extensions(data))
    offered = _Bytes(extensions.get(_SUPPORTED_VERSIONS, b""))
    versions = _pairs(offered.counted(1)) if offered else (legacy,)
    return Hello(versions, suites, _server_name(extensions), _protocols(extensions))


def _server_hello(data: _Bytes) -> Hello:
    legacy = data.number(2)
    data.take(32)
    data.counted(1)
    suite = data.number(2)
    data.take(1)
    chosen = dict(_extensions(data)).get(_SUPPORTED_VERSIONS)
    return Hello((int.from_bytes(chosen, "big") if chosen else legacy,), (suite,))


def _extensions(data: _Bytes) -> Iterator[tuple[int, bytes]]:
    if not data:
        return
    rest = _Bytes(data.counted(2))
    while rest:
        kind = rest.number(2)
        yield kind, rest.counted(2)


def _pairs(data: bytes) -> tuple[int, ...]:
    numbers = [int.from_bytes(data[at : at + 2], "big") for at in range(0, len(data), 2)]
    return tuple(number for number in numbers if number & 0x0F0F != _GREASE)


def _server_name(extensions: dict[int, bytes]) -> str:
    names = _Bytes(extensions.get(_SERVER_NAME, b""))
    if not names:
        return ""
    entries = _Bytes(names.counted(2))
    entries.take(1)
    return entries.counted(2).decode("ascii", "replace")


def _protocols(extensions: dict[int, bytes]) -> tuple[str, ...]:
    found = _Bytes(extensions.get(_ALPN, b""))
    if not found:
        return ()
    names, protocols = _Bytes(found.counted(2)), []
    while names:
        protocols.append(names.counted(1).decode("ascii", "replace"))
    return tuple(protocols)
