"""What can be seen of TLS from outside: the beginning of the handshake, and alerts in clear (RFC 8446)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from harness.observe.capture.tls_hello import Hello, read_hello

_CHANGE_CIPHER_SPEC, _ALERT, _HANDSHAKE, _APPLICATION_DATA = 20, 21, 22, 23
_CLIENT_HELLO, _SERVER_HELLO, _CERTIFICATE_REQUEST = 1, 2, 13
_HEADER, _MESSAGE_HEADER = 5, 4
_LONGEST_RECORD = (1 << 14) + 2048
_LONGEST_MESSAGE = 1 << 17
_VERSIONS = {0x0300: "SSL 3.0", 0x0301: "TLS 1.0", 0x0302: "TLS 1.1", 0x0303: "TLS 1.2", 0x0304: "TLS 1.3"}
_CLOSE_NOTIFY = 0
_ANSWERS_KEPT = 4

SEALED_ALERT = 19
"""Bytes of an alert with its type and the tag of the cipher (RFC 8446 5.2); no PDU is so short."""


@dataclass(slots=True)
class TlsSeen:
    """TLS of a captured connection, as far as it is not encrypted.

    `offered` is the ClientHello, `chosen` the ServerHello. `alert` is the first one in clear that is no farewell, and
    `alert_by_opener` says whose. `sealed` counts the encrypted records of each end, the opener's first; `answers` are
    the lengths in bytes of the first ones that the listener sent after one of the opener. `opener_left_first` tells
    whether the opener had said farewell, or closed, before any of those came.
    """

    offered: Hello | None = None
    chosen: Hello | None = None
    alert: int | None = None
    alert_by_opener: bool = False
    is_certificate_requested: bool = False
    sealed: list[int] = field(default_factory=lambda: [0, 0])
    answers: list[int] = field(default_factory=list)
    opener_left_first: bool = False

    @property
    def version(self) -> str:
        """The version that was agreed on; empty where none was seen."""
        return version_name(self.chosen.versions[0]) if self.chosen is not None else ""

    @property
    def cipher_suite(self) -> str:
        """The cipher suite that was agreed on, as OpenSSL names it."""
        return _suite_name(self.chosen.cipher_suites[0]) if self.chosen is not None else ""

    @property
    def is_established(self) -> bool:
        """Whether both ends sent something encrypted."""
        return all(self.sealed)


def version_name(version: int) -> str:
    """The name of a version of TLS."""
    return _VERSIONS.get(version, f"version {version:04X}H")


@cache
def _suite_names() -> dict[int, str]:
    import ssl

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_ciphers("ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    return {int(cipher["id"]) & 0xFFFF: str(cipher["name"]) for cipher in context.get_ciphers()}


def _suite_name(number: int) -> str:
    return _suite_names().get(number, f"cipher suite {number:04X}H")


class TlsReader:
    """Follows the records of both ends."""

    def __init__(self) -> None:
        self.seen = TlsSeen()
        self._records = {True: bytearray(), False: bytearray()}
        self._messages = {True: bytearray(), False: bytearray()}
        self._is_sealed = {True: False, False: False}
        self._is_lost = {True: False, False: False}

    def feed(self, by_opener: bool, data: bytes) -> None:
        """Take the next bytes of an end."""
        records = self._records[by_opener]
        if self._is_lost[by_opener]:
            return
        records += data
        while len(records) >= _HEADER:
            kind, length = records[0], int.from_bytes(records[3:5], "big")
            if kind not in range(20, 25) or length > _LONGEST_RECORD:
                self._is_lost[by_opener] = True
                records.clear()
                return
            if len(records) < _HEADER + length:
                return
            self._record(by_opener, kind, bytes(records[_HEADER : _HEADER + length]))
            del records[: _HEADER + length]

    def _record(self, by_opener: bool, kind: int, body: bytes) -> None:
        if kind == _CHANGE_CIPHER_SPEC:
            self._is_sealed[by_opener] = True
        elif kind == _APPLICATION_DATA or self._is_sealed[by_opener]:
            self._sealed(by_opener, len(body))
        elif kind == _HANDSHAKE:
            self._handshake(by_opener, body)
        elif kind == _ALERT and len(body) == 2 and body[1] != _CLOSE_NOTIFY and self.seen.alert is None:
            self.seen.alert, self.seen.alert_by_opener = body[1], by_opener

    def _sealed(self, by_opener: bool, length: int) -> None:
        self.seen.sealed[not by_opener] += 1
        if by_opener and length <= SEALED_ALERT:
            self.opener_leaves()
        if not by_opener and self.seen.sealed[0] and len(self.seen.answers) < _ANSWERS_KEPT:
            self.seen.answers.append(length)

    def opener_leaves(self) -> None:
        """The opener says nothing more."""
        self.seen.opener_left_first |= not self.seen.answers

    def _handshake(self, by_opener: bool, body: bytes) -> None:
        messages = self._messages[by_opener]
        messages += body
        while len(messages) >= _MESSAGE_HEADER:
            length = int.from_bytes(messages[1:4], "big")
            if length > _LONGEST_MESSAGE or len(messages) < _MESSAGE_HEADER + length:
                return
            self._message(by_opener, messages[0], bytes(messages[_MESSAGE_HEADER : _MESSAGE_HEADER + length]))
            del messages[: _MESSAGE_HEADER + length]

    def _message(self, by_opener: bool, kind: int, body: bytes) -> None:
        if kind == _CLIENT_HELLO and by_opener:
            self.seen.offered = self.seen.offered or read_hello(body, of_client=True)
        elif kind == _SERVER_HELLO and not by_opener:
            self.seen.chosen = read_hello(body, of_client=False) or self.seen.chosen
        elif kind == _CERTIFICATE_REQUEST and not by_opener:
            self.seen.is_certificate_requested = True
