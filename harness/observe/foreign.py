"""Other protocols, known by the first bytes that a server or a client of theirs says."""

from __future__ import annotations

_SERVERS = {
    b"HTTP/": "HTTP",
    b"SSH-": "SSH",
    b"\x0bMSH": "HL7 (MLLP)",
    b"220": "SMTP or FTP",
}
_CLIENTS = (b"GET ", b"POST ", b"PUT ", b"HEAD ", b"OPTIONS ", b"DELETE ", b"PRI * HTTP/2")


def foreign_protocol(data: bytes) -> str:
    """The protocol that these first bytes of a server belong to, if it is a known one and not DICOM."""
    return next((name for start, name in _SERVERS.items() if data.startswith(start)), "")


def foreign_client(data: bytes) -> str:
    """The same for the first bytes of a client."""
    return "HTTP" if data.startswith(_CLIENTS) else foreign_protocol(data)
