"""Certificates for tests, made once: a CA that is trusted, another that is not, and what goes wrong with either."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import trustme

from harness.tls.contexts import TlsSettings

PASSPHRASE = "a passphrase of the test"
_PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
FUTURE = datetime.datetime(2060, 1, 1, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Certificates:
    """PEM files by name: each certificate is `NAME.pem`, its key `NAME.key`."""

    folder: Path

    @property
    def ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def other_ca(self) -> Path:
        return self.folder / "other-ca.pem"

    def settings(self, name: str | None = None, **more: object) -> TlsSettings:
        """An end with this certificate, or with none, that trusts the CA."""
        given: dict[str, object] = {"authorities": (self.ca,)}
        if name is not None:
            given |= {"certificate": self.folder / f"{name}.pem", "key": self.folder / f"{name}.key"}
        return TlsSettings(**{**given, **more})  # type: ignore[arg-type]


@cache
def _authorities() -> tuple[trustme.CA, trustme.CA]:
    return trustme.CA(key_type=trustme.KeyType.RSA), trustme.CA()


def make_certificates(folder: Path) -> Certificates:
    """Write them all: server, client, stranger (of the other CA), expired, future (not valid yet), elsewhere, rsa."""
    ca, other = _authorities()
    ca.cert_pem.write_to_path(str(folder / "ca.pem"))
    other.cert_pem.write_to_path(str(folder / "other-ca.pem"))
    rsa = trustme.KeyType.RSA
    made = {
        "server": ca.issue_cert("localhost", "127.0.0.1", common_name="server"),
        "client": ca.issue_cert("client@example.org", common_name="client"),
        "stranger": other.issue_cert("localhost", "127.0.0.1"),
        "expired": ca.issue_cert("localhost", "127.0.0.1", not_before=_PAST, not_after=_PAST.replace(year=2021)),
        "future": ca.issue_cert("localhost", "127.0.0.1", not_before=FUTURE, not_after=FUTURE.replace(year=2061)),
        "elsewhere": ca.issue_cert("pacs.example.org"),
        "rsa": ca.issue_cert("localhost", "127.0.0.1", key_type=rsa),
    }
    for name, certificate in made.items():
        (folder / f"{name}.pem").write_bytes(b"".join(blob.bytes() for blob in certificate.cert_chain_pems))
        (folder / f"{name}.key").write_bytes(certificate.private_key_pem.bytes())
    _encrypt(folder)
    return Certificates(folder)


def _encrypt(folder: Path) -> None:
    """`locked` is the server's certificate with its key under a passphrase."""
    from cryptography.hazmat.primitives import serialization as s

    key = s.load_pem_private_key((folder / "server.key").read_bytes(), None)
    algorithm = s.BestAvailableEncryption(PASSPHRASE.encode())
    encrypted = key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8, algorithm)
    (folder / "locked.key").write_bytes(encrypted)
    (folder / "locked.pem").write_bytes((folder / "server.pem").read_bytes())
