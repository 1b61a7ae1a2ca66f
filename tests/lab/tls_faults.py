"""Every defect of TLS, and TLS on one side only."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from harness.services.storage_scp import StorageSCP
from harness.standard.ae import AEAddress
from harness.tls.contexts import ClientCertificate, TlsServer, tls_server
from harness.tls.profiles import TlsProfile
from tests.lab.fault import Fault, Start, Target
from tests.lab.starting import LOOPBACK
from tests.support import servers
from tests.support.certificates import Certificates, make_certificates

_OPEN: dict[str, Any] = {"client_certificate": ClientCertificate.IGNORED}


def client(pki: Certificates, own: str = "") -> dict[str, Any]:
    """We trust the CA, and show our own certificate where it is named."""
    options: list[object] = ["--tls-ca", pki.ca]
    tls: dict[str, Any] = {"ca": str(pki.ca)}
    if own:
        certificate, key = pki.folder / f"{own}.pem", pki.folder / f"{own}.key"
        options += ["--tls-certificate", certificate, "--tls-key", key]
        tls |= {"certificate": str(certificate), "key": str(key)}
    return {"options": tuple(options), "peer": {"tls": tls}}


def _unchanged(_server: TlsServer) -> None:
    """As our profiles make it."""


def _only_old_versions(server: TlsServer) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        server.context.maximum_version = ssl.TLSVersion.TLSv1_1


def _only_an_old_suite(server: TlsServer) -> None:
    server.context.maximum_version = ssl.TLSVersion.TLSv1_2
    server.context.set_ciphers("AES128-SHA")


def serving(
    certificate: str,
    own: str = "",
    change: Callable[[TlsServer], None] = _unchanged,
    with_tls: bool = True,
    **settings: Any,
) -> Start:
    """A peer with this certificate, asked over TLS with our own certificate or with none, or without TLS."""

    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        pki = make_certificates(folder)
        tls = tls_server(pki.settings(certificate, **settings))
        change(tls)
        scp = StorageSCP("PEER", folder, tls=tls)
        scp.start()
        try:
            yield Target(AEAddress("PEER", LOOPBACK, scp.port), **(client(pki, own) if with_tls else {}))
        finally:
            scp.stop()

    return start


@contextmanager
def _plain(folder: Path) -> Iterator[Target]:
    scp = StorageSCP("PEER", folder)
    scp.start()
    try:
        yield Target(AEAddress("PEER", LOOPBACK, scp.port), **client(make_certificates(folder)))
    finally:
        scp.stop()


def _asked_over_tls(serve: Callable[[socket.socket], None]) -> Start:
    @contextmanager
    def start(folder: Path) -> Iterator[Target]:
        with servers.listener(serve) as port:
            yield Target(AEAddress("PEER", LOOPBACK, port), **client(make_certificates(folder)))

    return start


def _closing_on_what_is_no_tls(folder: Path) -> Callable[[socket.socket], None]:
    tls = tls_server(make_certificates(folder).settings("server", **_OPEN))

    def serve(connection: socket.socket) -> None:
        if connection.recv(1, socket.MSG_PEEK) == b"\x16":
            with tls.context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(100)
        connection.close()

    return serve


@contextmanager
def _taciturn(folder: Path) -> Iterator[Target]:
    with servers.listener(_closing_on_what_is_no_tls(folder)) as port:
        yield Target(AEAddress("PEER", LOOPBACK, port))


_TLS_1_2: dict[str, Any] = {"profile": TlsProfile.EXTENDED}

FAULTS = (
    Fault(
        "TLS 1.1 is the newest they have",
        "tls-version",
        serving("rsa", change=_only_old_versions, profile=TlsProfile.BCP195, **_OPEN),
    ),
    Fault(
        "a suite that we do not have",
        "tls-cipher-suite",
        serving("rsa", change=_only_an_old_suite, profile=TlsProfile.BCP195, **_OPEN),
    ),
    Fault("a certificate of a CA that we do not trust", "tls-chain-untrusted", serving("stranger", **_OPEN)),
    Fault("the same with TLS 1.2", "tls-chain-untrusted", serving("stranger", **_OPEN, **_TLS_1_2)),
    Fault("a certificate for another host", "tls-name-mismatch", serving("elsewhere", **_OPEN)),
    Fault("a certificate that has expired", "tls-certificate-expired", serving("expired", **_OPEN)),
    Fault("a certificate that is not valid yet", "tls-certificate-not-yet-valid", serving("future", **_OPEN)),
    Fault("they want a certificate of ours", "tls-client-certificate-wanted", serving("server")),
    Fault("they want one with TLS 1.2", "tls-client-certificate-wanted", serving("server", **_TLS_1_2)),
    Fault("they do not trust ours", "tls-client-certificate-refused", serving("server", "stranger")),
    Fault(
        "they do not trust ours with TLS 1.2",
        "tls-client-certificate-refused",
        serving("server", "stranger", **_TLS_1_2),
    ),
    Fault("ours has expired", "tls-client-certificate-refused", serving("server", "expired")),
    Fault("ours is not valid yet", "tls-client-certificate-refused", serving("server", "future")),
    Fault("plain DICOM where we speak TLS", "plain-where-tls-expected", _plain),
    Fault(
        "TLS where we speak plain DICOM",
        "tls-where-plain-expected",
        serving("server", with_tls=False),
    ),
    Fault("TLS that closes on what is no TLS", "tls-where-plain-expected", _taciturn),
    Fault("closes on TLS and on plain DICOM", "closed-after-request", _asked_over_tls(servers.hang_up_after_a_word)),
    Fault("silence at the TLS port", "tls-handshake-timeout", _asked_over_tls(servers.mute)),
)
