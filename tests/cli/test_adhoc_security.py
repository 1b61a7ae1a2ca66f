"""TLS and user identities of ad-hoc commands, against the reference SCP that asks for both."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import AcceptedIdentity, ReferenceSettings
from harness.standard.ae import AEAddress
from harness.tls.contexts import tls_server
from tests.support.adhoc import adhoc
from tests.support.certificates import Certificates, make_certificates
from tests.support.runs import run_files


@pytest.fixture
def certificates(tmp_path: Path) -> Certificates:
    folder = tmp_path / "certificates"
    folder.mkdir()
    return make_certificates(folder)


@pytest.fixture
def secured(certificates: Certificates) -> Iterator[AEAddress]:
    settings = ReferenceSettings(
        tls=tls_server(certificates.settings("server")), identities=(AcceptedIdentity(2, b"doctor", b"open sesame"),)
    )
    with ReferenceSCP(settings) as scp:
        yield scp.address


def test_tls_and_user_identity(
    secured: AEAddress, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSCODE", "open sesame")
    us = ("--tls-certificate", certificates.folder / "client.pem", "--tls-key", certificates.folder / "client.key")
    tls = ("--tls-ca", certificates.ca, *us)
    user = ("--user", "doctor", "--passcode-env", "PASSCODE")
    reports = tmp_path / "reports"
    done = adhoc("echo", secured, *tls, *user, "--report-dir", reports)
    assert done.exit_code == 0, done.output
    written = b"".join(path.read_bytes() for path in reports.rglob("*") if path.is_file())
    assert b"open sesame" not in written
    assert adhoc("find", secured, *tls, *user).exit_code == 0
    assert adhoc("echo", secured, *tls).exit_code == 1, "without the identity"
    assert adhoc("echo", secured, "--tls-ca", certificates.ca, *user).exit_code == 1, "without our certificate"
    assert adhoc("echo", secured, "--tls-ca", certificates.other_ca, *us, *user).exit_code == 1, "it is not trusted"
    assert adhoc("echo", secured, "--tls-no-verify", *us, *user).exit_code == 0
    assert adhoc("echo", secured, *user).exit_code == 1, "without TLS"


def test_the_scenario_of_a_secured_peer(
    secured: AEAddress, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PASSCODE", "open sesame")
    tls = ("--tls-ca", certificates.ca, "--tls-certificate", certificates.folder / "client.pem")
    words = (*tls, "--tls-key", certificates.folder / "client.key", "--user", "doctor", "--passcode-env", "PASSCODE")
    printed = adhoc("echo", secured, *words, "--as-yaml").stdout
    assert "passcode: ${env.PASSCODE}" in printed
    path = tmp_path / "secured.yaml"
    path.write_text(printed)
    assert run_files(tmp_path, path).status == 0
    assert "\n    tls: true\n" in adhoc("echo", secured, "--tls", "--as-yaml").stdout


def test_mistakes(certificates: Certificates) -> None:
    done = adhoc("echo", "A@host:104", "--tls-ca", certificates.folder / "gone.pem")
    assert done.exit_code == 2
    assert done.stderr.startswith("command line:1:40: ")
    done = adhoc("echo", "A@host:104", "--user", "doctor", "--passcode-env", "NO_SUCH_VARIABLE")
    assert done.exit_code == 2
    assert "the environment has no variable `NO_SUCH_VARIABLE`" in done.stderr
