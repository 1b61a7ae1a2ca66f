"""`dicom-harness diagnose` over TLS: the four facts, each right or wrong without the others."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from harness.net.tls_probe import tls_facts
from harness.services.storage_scp import StorageSCP
from harness.standard.ae import AEAddress
from harness.tls.contexts import ClientCertificate, TlsSettings, tls_server
from harness.tls.profiles import TlsProfile
from tests.cli.test_diagnose import broken, diagnose
from tests.cli.test_diagnose_time import hinted
from tests.net.test_tls_peers import of_dcmtk, storescp
from tests.support.certificates import Certificates, make_certificates
from tests.support.relay import Relay
from tests.support.scripted import ScriptedPeer


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


@contextmanager
def serving(folder: Path, settings: TlsSettings | None) -> Iterator[int]:
    """Our Storage SCP as the peer; yields its port."""
    scp = StorageSCP("PEER", folder, tls=None if settings is None else tls_server(settings))
    scp.start()
    try:
        yield scp.port
    finally:
        scp.stop()


def facts(found: dict[str, Any]) -> str:
    """What was said of TLS, wherever."""
    rungs = [rung["text"] for rung in found["rungs"] if rung["name"] == "tls"]
    seen = found["diagnosis"]["evidence"] if found["diagnosis"] else []
    return " | ".join([*rungs, *seen])


OPEN = ClientCertificate.IGNORED


def test_all_four_facts_of_a_peer_that_is_right(tmp_path: Path, pki: Certificates) -> None:
    with serving(tmp_path, pki.settings("server", client_certificate=OPEN)) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls", "--tls-ca", pki.ca)
    assert found["code"] == "nothing-wrong"
    said = facts(found)
    assert "encrypted with TLSv1.3" in said
    assert "chain trusted: yes; certificate is for 127.0.0.1: yes; client certificate required: no" in said


def test_who_wants_a_client_certificate_and_gets_one(tmp_path: Path, pki: Certificates) -> None:
    own = ("--tls-certificate", pki.folder / "client.pem", "--tls-key", pki.folder / "client.key")
    with serving(tmp_path, pki.settings("server")) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls-ca", pki.ca, *own)
    assert found["code"] == "nothing-wrong"
    assert "client certificate required: yes" in facts(found)


@pytest.mark.slow
@pytest.mark.parametrize(("policy", "wanted"), [(ClientCertificate.REQUIRED, True), (OPEN, False)])
def test_a_peer_that_takes_its_time_after_the_handshake(
    tmp_path: Path, pki: Certificates, policy: ClientCertificate, wanted: bool
) -> None:
    """In TLS 1.3 our handshake is over before it has seen that we have no certificate."""

    def late(from_server: bool, total: int, data: bytes) -> bool:
        if from_server and total > len(data):
            time.sleep(1)
        return False

    with serving(tmp_path, pki.settings("server", client_certificate=policy)) as port, Relay(port, late) as relay:
        found = tls_facts(AEAddress("PEER", "127.0.0.1", relay.port), pki.settings("client"), 10)
    assert found.client_certificate_required is wanted


def test_facts_that_nobody_asked_to_check_are_told_all_the_same(tmp_path: Path, pki: Certificates) -> None:
    with serving(tmp_path, pki.settings("elsewhere", client_certificate=OPEN)) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls-no-verify")
    assert found["code"] == "nothing-wrong"
    assert "chain trusted: no; certificate is for 127.0.0.1: no; client" in facts(found)


@pytest.mark.parametrize("version", [None, ssl.TLSVersion.TLSv1_2], ids=["TLS 1.3", "TLS 1.2"])
@pytest.mark.parametrize(
    ("certificate", "code", "said"),
    [
        ("stranger", "tls-chain-untrusted", "chain trusted: no; certificate is for 127.0.0.1: yes"),
        ("elsewhere", "tls-name-mismatch", "chain trusted: yes; certificate is for 127.0.0.1: no"),
        ("expired", "tls-certificate-expired", "chain trusted: no; certificate is for 127.0.0.1: yes"),
        ("future", "tls-certificate-not-yet-valid", "its certificate is valid from 2060-01-01 00:00 to 2061-01-01"),
        ("future", "tls-certificate-not-yet-valid", "is not valid yet; our clock says 20"),
    ],
)
def test_certificates_of_the_peer(
    tmp_path: Path, pki: Certificates, certificate: str, code: str, said: str, version: ssl.TLSVersion | None
) -> None:
    profile = TlsProfile.EXTENDED if version else TlsProfile.RFC8996
    settings = pki.settings(certificate, client_certificate=OPEN, profile=profile)
    with serving(tmp_path, settings) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls-ca", pki.ca)
    assert (found["code"], broken(found)) == (code, "tls")
    assert said in facts(found)
    assert "client certificate required: no" in facts(found)


@pytest.mark.parametrize("profile", [TlsProfile.EXTENDED, TlsProfile.RFC8996], ids=["TLS 1.2", "TLS 1.3"])
def test_a_client_certificate_that_is_missing(tmp_path: Path, pki: Certificates, profile: TlsProfile) -> None:
    with serving(tmp_path, pki.settings("server", profile=profile)) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls-ca", pki.ca)
    assert (found["code"], broken(found)) == ("tls-client-certificate-wanted", "tls")


def test_a_client_certificate_that_is_refused(tmp_path: Path, pki: Certificates) -> None:
    own = ("--tls-certificate", pki.folder / "stranger.pem", "--tls-key", pki.folder / "stranger.key")
    with serving(tmp_path, pki.settings("server")) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls-ca", pki.ca, *own)
    assert (found["code"], broken(found)) == ("tls-client-certificate-refused", "tls")


@pytest.mark.parametrize(
    ("name", "dates"), [("future", "2060-01-01 00:00 to 2061-"), ("expired", "2020-01-01 00:00 to ")]
)
def test_a_client_certificate_that_is_refused_for_its_dates(
    tmp_path: Path, pki: Certificates, name: str, dates: str
) -> None:
    own = ("--tls-certificate", pki.folder / f"{name}.pem", "--tls-key", pki.folder / f"{name}.key")
    with serving(tmp_path, pki.settings("server")) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls-ca", pki.ca, *own)
    assert found["code"] == "tls-client-certificate-refused"
    evidence = " ".join(found["diagnosis"]["evidence"])
    assert f"our certificate is valid from {dates}" in evidence
    assert "and our clock says 20" in evidence


@pytest.mark.peer("storescp")
@pytest.mark.slow
def test_storescp_that_serves_one_at_a_time(tmp_path: Path, pki: Certificates) -> None:
    own = ("--tls-certificate", pki.folder / "client.pem", "--tls-key", pki.folder / "client.key")
    with storescp(tmp_path, *of_dcmtk(pki, "rsa")) as address:
        healthy = diagnose(address, "--tls-ca", pki.ca, *own)
        anonymous = diagnose(address, "--tls-ca", pki.ca)
        elsewhere = diagnose(address, "--tls-ca", pki.other_ca, *own)
        plain = diagnose(address)
    assert healthy["code"] == "nothing-wrong"
    assert "chain trusted: yes; certificate is for 127.0.0.1: yes; client certificate required: yes" in facts(healthy)
    assert list(healthy["stages"]) == ["name", "connect", "tls", "association", "service", "release"]
    assert anonymous["code"] == "tls-client-certificate-wanted"
    assert elsewhere["code"] == "tls-chain-untrusted"
    assert plain["code"] == "tls-where-plain-expected"


@pytest.mark.timed
@pytest.mark.peer("storescp")
def test_a_peer_that_waits_for_acknowledgements(tmp_path: Path, pki: Certificates) -> None:
    own = ("--tls-certificate", pki.folder / "client.pem", "--tls-key", pki.folder / "client.key")
    with storescp(tmp_path, *of_dcmtk(pki, "rsa")) as address:
        hinted(address, "delayed-acknowledgement-40ms", options=("--tls-ca", pki.ca, *own))


def test_tls_where_plain_was_expected(tmp_path: Path, pki: Certificates) -> None:
    with serving(tmp_path, pki.settings("server")) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}")
    assert (found["code"], broken(found)) == ("tls-where-plain-expected", "protocol")


def test_tls_that_says_nothing_to_what_is_no_tls(tmp_path: Path, pki: Certificates) -> None:
    """Many servers just close; a ClientHello finds out."""
    context = tls_server(pki.settings("server", client_certificate=OPEN)).context

    def serve(connection: Any) -> None:
        import socket as plain

        first = connection.recv(1, plain.MSG_PEEK)
        if first == b"\x16":
            with context.wrap_socket(connection, server_side=True) as secured:
                secured.recv(100)
        connection.close()

    with ScriptedPeer(serve) as peer:
        found = diagnose(f"PEER@127.0.0.1:{peer.port}")
    assert (found["code"], broken(found)) == ("tls-where-plain-expected", "protocol")


def test_a_peer_that_hangs_up_over_tls_does_not_want_tls(pki: Certificates) -> None:
    context = tls_server(pki.settings("server", client_certificate=OPEN)).context

    def serve(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65536)
            secured.unwrap()

    with ScriptedPeer(serve) as peer:
        found = diagnose(f"PEER@127.0.0.1:{peer.port}", "--tls-ca", pki.ca)
    assert (found["code"], found["diagnosis"]["others"]) == ("closed-after-request", [])


def test_plain_where_tls_was_expected(tmp_path: Path) -> None:
    with serving(tmp_path, None) as port:
        found = diagnose(f"PEER@127.0.0.1:{port}", "--tls")
    assert (found["code"], broken(found)) == ("plain-where-tls-expected", "protocol")
