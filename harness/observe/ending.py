"""How an association, or the attempt to open one, came to its end."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.observe.foreign import Foreign
from harness.standard.negotiation import Abort, Rejection


class EndingKind(StrEnum):
    """Ways an association ends. Everything but `RELEASED` cuts short what was under way."""

    RELEASED = "released"
    REJECTED = "rejected"
    ABORTED = "aborted by the peer"
    ABORTED_BY_US = "aborted by us"
    CLOSED = "closed by the peer"
    RESET = "reset by the peer"
    TIMEOUT = "timed out"
    NAME_NOT_FOUND = "name not found"
    NAME_TIMEOUT = "name not looked up in time"
    CONNECTION_REFUSED = "connection refused"
    UNREACHABLE = "not reachable"
    CONNECT_TIMEOUT = "no connection in time"
    TLS = "no TLS connection"
    NOT_DICOM = "not DICOM"
    PROTOCOL_ERROR = "protocol error of the peer"
    INTERRUPTED = "interrupted"


class TlsFault(StrEnum):
    """What kept a TLS connection from standing, or broke it."""

    PLAIN = "plain"
    TLS_EXPECTED = "tls-expected"
    VERSION = "version"
    CIPHER_SUITE = "cipher-suite"
    UNTRUSTED = "untrusted"
    NAME = "name"
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    CLIENT_CERTIFICATE = "client-certificate"
    CERTIFICATE = "certificate"
    TIMEOUT = "timeout"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class TlsFailure:
    """A fault, and whether the peer found it (its alert says so) or we did."""

    fault: TlsFault
    by_peer: bool = False


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of an association; `text` says in a sentence what was seen.

    `foreign` is what the peer spoke in place of DICOM, `partial` how many bytes came of a PDU that never was whole.
    """

    kind: EndingKind
    text: str
    rejection: Rejection | None = None
    abort: Abort | None = None
    tls: TlsFailure | None = None
    foreign: Foreign | None = None
    partial: int = 0

    def __str__(self) -> str:
        return self.text
