"""Which protocol the first bytes of a peer belong to, when they are not DICOM's."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

LONGEST_BANNER = 80
_FIRST_BYTES = 8
"""Shown of what belongs to no known protocol: enough to recognize it, too little to hold anything of a patient."""


class Protocol(StrEnum):
    """Protocols that are met where DICOM was expected."""

    TLS = "TLS"
    HTTP = "HTTP"
    HTTP_2 = "HTTP/2"
    SSH = "SSH"
    SMTP = "SMTP"
    FTP = "FTP"
    SMTP_OR_FTP = "SMTP or FTP"
    HL7 = "HL7 (MLLP)"
    POP3 = "POP3"
    IMAP = "IMAP"
    TELNET = "Telnet"
    VNC = "VNC"
    RDP = "RDP"
    REDIS = "Redis"
    MYSQL = "MySQL"
    UNKNOWN = "an unknown protocol"


@dataclass(frozen=True, slots=True)
class Foreign:
    """What a peer said that is no DICOM.

    `banner` is its first line, of protocols where that names the program and holds nothing else; of an unknown
    protocol the first bytes in hexadecimal; empty for the others. `clock` is what time a web server says it is.
    """

    protocol: Protocol
    banner: str = ""
    clock: datetime | None = None

    @property
    def shown(self) -> int:
        """How many of its first bytes the banner shows."""
        return _FIRST_BYTES if self.protocol is Protocol.UNKNOWN else len(self.banner)

    def __str__(self) -> str:
        return f"{self.protocol}: {self.banner}" if self.banner else str(self.protocol)


def foreign_protocol(data: bytes) -> Foreign | None:
    """The protocol that these first bytes belong to, if it is a known one and not DICOM."""
    for protocol, beginning in _PROTOCOLS:
        if re.match(beginning, data, re.IGNORECASE | re.DOTALL):
            clock = _date(data) if protocol is Protocol.HTTP else None
            return Foreign(protocol, _first_line(data) if protocol in _GREETING else "", clock)
    return None


def foreign_client(data: bytes) -> Foreign | None:
    """The same for the first bytes of a client."""
    return Foreign(Protocol.HTTP) if data.startswith(_HTTP_REQUESTS) else foreign_protocol(data)


def foreign_or_unknown(data: bytes) -> Foreign:
    """The protocol of bytes that are known to be no DICOM."""
    return foreign_protocol(data) or Foreign(Protocol.UNKNOWN, data[:_FIRST_BYTES].hex(" "))


_HTTP_REQUESTS = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PRI * HTTP/2")


def _date(data: bytes) -> datetime | None:
    """The Date of an HTTP answer (RFC 9110 6.6.1); None without a legal one."""
    from email.utils import parsedate_to_datetime

    found = re.search(rb"\r\nDate: ([ -~]{1,40})\r\n", data, re.IGNORECASE)
    try:
        moment = parsedate_to_datetime(found[1].decode("ascii")) if found is not None else None
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _first_line(data: bytes) -> str:
    line = re.split(rb"[\r\n]", data, maxsplit=1)[0][:LONGEST_BANNER]
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "." for byte in line)


_GREETING = frozenset(
    (Protocol.HTTP, Protocol.SSH, Protocol.SMTP, Protocol.FTP, Protocol.SMTP_OR_FTP, Protocol.POP3, Protocol.VNC)
)

# Compiled when a peer has said what is no DICOM, which most never do.
_PROTOCOLS: tuple[tuple[Protocol, bytes], ...] = (
    # A record of type alert or handshake, then the version 3.x (RFC 8446 5.1).
    (Protocol.TLS, rb"[\x15\x16]\x03"),
    # Servers of HTTP/0.9 answer a request that they cannot read with nothing but a page.
    (Protocol.HTTP, rb"HTTP/|\s*<(?:!doctype\s+)?html"),
    # A SETTINGS frame on stream 0 (RFC 9113 6.5): how an HTTP/2 connection begins.
    (Protocol.HTTP_2, rb"\x00\x00.\x04\x00\x00\x00\x00\x00"),
    (Protocol.SSH, rb"SSH-"),
    # Both greet with 220 (RFC 5321 4.2, RFC 959 5.4); FTP is told from SMTP by its words.
    (Protocol.SMTP, rb"[245]\d\d[ -][^\r\n]*(?:SMTP|mail|postfix|exim)"),
    (Protocol.FTP, rb"[245]\d\d[ -][^\r\n]*ftp"),
    (Protocol.SMTP_OR_FTP, rb"(?:220|421|500|502|554)[ -]"),
    # A start block and the header segment, or what a receiver says of a block that it cannot read.
    (Protocol.HL7, rb"\x0b(?:MSH|[\x06\x15]\x1c)"),
    (Protocol.POP3, rb"\+OK"),
    (Protocol.IMAP, rb"\* (?:OK|BYE|PREAUTH)"),
    # A command (WILL, WONT, DO, DONT) about an option (RFC 854).
    (Protocol.TELNET, rb"\xff[\xfb-\xfe]."),
    (Protocol.VNC, rb"RFB \d{3}\.\d{3}"),
    # A TPKT header with a connection confirm of X.224 in it.
    (Protocol.RDP, rb"\x03\x00\x00[\x0b-\x13].\xd0"),
    (Protocol.REDIS, rb"-(?:ERR|DENIED|NOAUTH)"),
    # The length of three bytes, sequence number 0, then protocol version 10 and the version of the server, or an error.
    (Protocol.MYSQL, rb"[^\x01-\x07]\x00\x00\x00(?:\x0a\d+\.\d|\xff)"),
)
