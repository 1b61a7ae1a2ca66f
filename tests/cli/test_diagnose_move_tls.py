"""`dicom-harness diagnose --move` where one end or both speak TLS on the way to our Storage SCP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.peers.ports import free_port
from harness.tls.contexts import ClientCertificate, tls_client, tls_server
from tests.cli.test_diagnose import broken
from tests.cli.test_diagnose_services import archive, moved, us
from tests.support.certificates import Certificates, make_certificates


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("pki"))


def evidence(found: dict[str, Any]) -> str:
    return " | ".join(found["diagnosis"]["evidence"])


def own(pki: Certificates) -> tuple[object, ...]:
    return (
        *("--listen-tls", "--tls-ca", pki.ca),
        *("--tls-certificate", pki.folder / "server.pem", "--tls-key", pki.folder / "server.key"),
    )


def over_tls(pki: Certificates) -> dict[str, Any]:
    """An archive that takes nothing but TLS."""
    takes = pki.settings("server", client_certificate=ClientCertificate.CHECKED)
    return {"tls": tls_server(takes), "reached": tls_client(pki.settings("client"))}


def sending_tls(pki: Certificates, name: str = "client") -> dict[str, Any]:
    return {"move_tls": {"HARNESS": tls_client(pki.settings(name))}}


def test_both_ends_speak_tls(tmp_path: Path, pki: Certificates) -> None:
    port = free_port()
    with archive(tmp_path, move_destinations=us(port), **sending_tls(pki), **over_tls(pki)) as (scp, study):
        found = moved(scp, study, port, *own(pki))
    assert found["code"] == "nothing-wrong", found


def test_they_come_with_tls_and_we_take_none(tmp_path: Path, pki: Certificates) -> None:
    port = free_port()
    with archive(tmp_path, move_destinations=us(port), **sending_tls(pki)) as (scp, study):
        found = moved(scp, study, port)
    assert (found["code"], broken(found)) == ("move-refused-by-us", "effect")
    assert "begins with a TLS ClientHello" in evidence(found)


def test_they_come_without_tls_and_we_take_nothing_else(tmp_path: Path, pki: Certificates) -> None:
    port = free_port()
    with archive(tmp_path, move_destinations=us(port), **over_tls(pki)) as (scp, study):
        found = moved(scp, study, port, *own(pki))
    assert (found["code"], broken(found)) == ("move-refused-by-us", "effect")
    assert "this listener expects TLS" in evidence(found)


def test_they_come_with_a_certificate_that_we_do_not_trust(tmp_path: Path, pki: Certificates) -> None:
    port = free_port()
    with archive(tmp_path, move_destinations=us(port), **sending_tls(pki, "stranger"), **over_tls(pki)) as (scp, study):
        found = moved(scp, study, port, *own(pki))
    assert (found["code"], broken(found)) == ("move-refused-by-us", "effect")
    assert "the client certificate of the peer was issued by a CA that is not trusted here" in evidence(found)
