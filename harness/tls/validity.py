"""From when to when a certificate is valid, read out of its bytes (RFC 5280 4.1.2.5): checking it is OpenSSL's part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_SEQUENCE, _VERSION, _UTC_TIME, _GENERALIZED_TIME = 0x30, 0xA0, 0x17, 0x18
_BEFORE_VALIDITY = 3
"""Serial number, algorithm and issuer."""


@dataclass(frozen=True, slots=True)
class Validity:
    """The first and the last moment."""

    begins: datetime
    ends: datetime

    def __str__(self) -> str:
        return f"valid from {self.begins:%Y-%m-%d %H:%M} to {self.ends:%Y-%m-%d %H:%M} UTC"


def validity_of(certificate: bytes) -> Validity | None:
    """The validity of a certificate in DER; None for what is no certificate."""
    try:
        (_, whole), *_ = _values(certificate)
        (_, to_be_signed), *_ = _values(whole)
        fields = [value for tag, value in _values(to_be_signed) if tag != _VERSION]
        begins, ends = (_moment(tag, value) for tag, value in _values(fields[_BEFORE_VALIDITY]))
    except (ValueError, IndexError):
        return None
    return Validity(begins, ends)


def validity_in(path: Path) -> Validity | None:
    """The validity of the first certificate of a PEM file; None when none can be read."""
    import ssl

    try:
        text = path.read_text("latin-1")
        begin = text.index("-----BEGIN CERTIFICATE-----")
        end = text.index(ssl.PEM_FOOTER, begin) + len(ssl.PEM_FOOTER)
        return validity_of(ssl.PEM_cert_to_DER_cert(text[begin:end]))
    except (OSError, ValueError):
        return None


def _values(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and value of each element in turn, in DER (X.690 8.1, 10.1)."""
    at = 0
    while at < len(data):
        tag, length, at = data[at], data[at + 1], at + 2
        if length & 0x80:
            octets = length & 0x7F
            length, at = int.from_bytes(data[at : at + octets], "big"), at + octets
        if at + length > len(data):
            raise ValueError("an element is longer than what holds it")
        yield tag, data[at : at + length]
        at += length


def _moment(tag: int, value: bytes) -> datetime:
    """A UTCTime or GeneralizedTime, both in UTC and to the second (RFC 5280 4.1.2.5.1, 4.1.2.5.2)."""
    text = value.decode("ascii")
    if tag == _UTC_TIME:
        text = ("19" if text[:2] >= "50" else "20") + text
    elif tag != _GENERALIZED_TIME:
        raise ValueError("no time")
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
