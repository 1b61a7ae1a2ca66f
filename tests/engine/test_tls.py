"""TLS in scenario files: of peers, of our Storage SCP, of the reference SCP; what fails is told apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.certificates import PASSPHRASE, Certificates, make_certificates
from tests.support.runs import Ran, run_text

FILE = """\
version: 1
local: {{tls: {{certificate: locked.pem, key: locked.key, passphrase: "${{env.PASSPHRASE}}", ca: ca.pem}}}}
peers:
  secure:
    reference: {{tls: {{certificate: {server}.pem, key: {server}.key, ca: ca.pem}}}}
    tls: {{{client}}}
  plain:
    reference: PLAIN
    calling_ae_title: ANYBODY
scenarios:
  - id: tls
    peer: {peer}
    steps:
{steps}
"""
CLIENT = "ca: ca.pem, certificate: client.pem, key: client.key"
ECHO = "      - echo: {}"


@pytest.fixture
def pki(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificates:
    monkeypatch.setenv("PASSPHRASE", PASSPHRASE)
    return make_certificates(tmp_path)


def run(folder: Path, steps: str = ECHO, server: str = "server", client: str = CLIENT, peer: str = "secure") -> Ran:
    ran = run_text(folder, FILE.format(steps=steps, server=server, client=client, peer=peer))
    assert PASSPHRASE not in ran.output
    return ran


def test_everything_goes_over_tls(tmp_path: Path, pki: Certificates) -> None:
    """Store, find, a move to us and one to itself, get, and a report of commitment that comes to us."""
    steps = """\
      - store: {generate: {instances: 3}}
        save: {study: "stored.studies[0].StudyInstanceUID"}
      - find: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        expect: {count: 1}
      - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        expect: {completed: 3, unchanged: true}
      - get: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
        expect: {completed: 3, unchanged: true}
      - commit: {}
        expect: {delivery: new-association, committed: 3}
      - associate: {}
        expect: {tls: {version: TLSv1.3}}
"""
    ran = run(tmp_path, steps)
    assert ran.status == 0, ran.output
    associations = [association for step in ran.results["steps"] for association in step["associations"]]
    assert {association["role"] for association in associations} == {"requestor", "acceptor"}
    assert all(association["tls"]["version"] == "TLSv1.3" for association in associations)
    assert all(association["tls"]["peer_certificate_expires"].endswith("GMT") for association in associations)
    page = (ran.reports / "report.html").read_text()
    assert "TLSv1.3, <code>TLS_" in page
    assert "certificate of the peer until" in page


FAULTS = [
    # (certificate of the peer, our side, fault, who finds it)
    ("stranger", CLIENT, "untrusted", "us"),
    ("expired", CLIENT, "expired", "us"),
    ("future", CLIENT, "not-yet-valid", "us"),
    ("elsewhere", CLIENT, "name", "us"),
    ("server", "ca: ca.pem", "client-certificate", "peer"),
    ("server", "ca: ca.pem, certificate: stranger.pem, key: stranger.key", "untrusted", "peer"),
    ("server", "ca: ca.pem, certificate: expired.pem, key: expired.key", "expired", "peer"),
]


@pytest.mark.parametrize(("server", "client", "fault", "finder"), FAULTS)
def test_each_fault_is_told_apart(
    tmp_path: Path, pki: Certificates, server: str, client: str, fault: str, finder: str
) -> None:
    expect = f"{ECHO}\n        expect: {{tls_failed: {{fault: {fault}, found_by: {finder}}}}}"
    ran = run(tmp_path, expect, server, client)
    assert ran.status == 0, ran.output
    other = "plain" if fault != "plain" else "name"
    ran = run(tmp_path, f"{ECHO}\n        expect: {{tls_failed: {other}}}", server, client)
    assert ran.with_verdict("fail") == ["scenario/tls/1/tls_failed"]
    ran = run(tmp_path, ECHO, server, client)
    assert ran.with_verdict("fail") == ["scenario/tls/1/status"]


def test_tls_that_stands_is_no_failure(tmp_path: Path, pki: Certificates) -> None:
    ran = run(tmp_path, f"{ECHO}\n        expect: {{tls_failed: true}}")
    assert ran.with_verdict("fail") == ["scenario/tls/1/tls_failed"]
    assert ran.check("/tls_failed")["observed"] == "the association was accepted"


@pytest.mark.parametrize(
    ("expect", "observed"),
    [("{version: TLSv1.2}", "TLSv1.3, "), ("{cipher_suite: OTHER}", "TLSv1.3, ")],
)
def test_another_tls_than_expected(tmp_path: Path, pki: Certificates, expect: str, observed: str) -> None:
    ran = run(tmp_path, f"      - associate: {{}}\n        expect: {{tls: {expect}}}")
    assert ran.with_verdict("fail") == ["scenario/tls/1/tls"]
    assert ran.check("/tls")["observed"].startswith(observed)


def test_the_extended_profile_ends_at_tls_1_2(tmp_path: Path, pki: Certificates) -> None:
    steps = "      - associate: {}\n        expect: {tls: {version: TLSv1.2}}"
    assert run(tmp_path, steps, client=f"{CLIENT}, profile: bcp195-extended").status == 0


def test_names_and_certificates_may_go_unchecked(tmp_path: Path, pki: Certificates) -> None:
    assert run(tmp_path, server="elsewhere", client=f"{CLIENT}, verify_name: false").status == 0
    assert run(tmp_path, server="elsewhere", client=f"{CLIENT}, server_name: pacs.example.org").status == 0
    assert run(tmp_path, server="stranger", client=f"{CLIENT}, verify: false").status == 0


def test_a_destination_of_tls_needs_a_sender_with_tls(tmp_path: Path, pki: Certificates) -> None:
    ran = run(tmp_path, peer="plain")
    assert ran.with_verdict("error") == ["scenario/tls/1/-"] or ran.status == 3, ran.output
    assert "HARNESS takes TLS, for which the reference SCP needs a `tls` of its own" in ran.output


def test_a_mistake_in_the_files_stops_before_anything_runs(tmp_path: Path, pki: Certificates) -> None:
    ran = run(tmp_path, client="ca: ca.pem, certificate: client.pem, key: server.key")
    assert ran.status == 2
    assert "scenario.yaml:6:" in ran.output
    assert "the private key does not belong to the certificate" in ran.output
    assert not ran.reports.exists()


RECEIVER = """\
version: 1
peers:
  receiver:
    process: {{recipe: {recipe}, tls: {{certificate: rsa.pem, key: rsa.key, ca: ca.pem, profile: {profile}}}}}
    tls: {{ca: ca.pem, certificate: client.pem, key: client.key, profile: {profile}}}
scenarios:
  - id: tls
    peer: receiver
    steps:
      - echo: {{}}
      - store: {{generate: {{instances: 2}}}}
      - associate: {{}}
        expect: {{tls: {{version: {version}}}}}
"""


@pytest.mark.parametrize(("profile", "version"), [("bcp195-extended", "TLSv1.2"), ("bcp195-rfc8996", "TLSv1.3")])
@pytest.mark.parametrize(
    "recipe",
    [
        pytest.param("storescp", marks=pytest.mark.peer("storescp")),
        pytest.param("dcmrecv", marks=pytest.mark.peer("dcmrecv")),
    ],
)
def test_dcmtk_receives_over_tls(tmp_path: Path, pki: Certificates, recipe: str, profile: str, version: str) -> None:
    ran = run_text(tmp_path, RECEIVER.format(recipe=recipe, profile=profile, version=version))
    assert ran.status == 0, ran.output


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc_over_tls_both_ways(tmp_path: Path, pki: Certificates) -> None:
    """It receives over TLS, and moves to our Storage SCP over TLS."""
    text = """\
    version: 1
    local: {tls: {certificate: server.pem, key: server.key, ca: ca.pem}}
    peers:
      orthanc:
        process: {recipe: orthanc, tls: {certificate: rsa.pem, key: rsa.key, ca: ca.pem}}
        tls: {ca: ca.pem, certificate: client.pem, key: client.key}
    scenarios:
      - id: tls
        peer: orthanc
        steps:
          - store: {generate: {instances: 2}}
            save: {study: "stored.studies[0].StudyInstanceUID"}
          - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
            expect: {completed: 2, unchanged: true}
          - associate: {}
            expect: {tls: {}}
    """
    ran = run_text(tmp_path, text)
    assert ran.status == 0, ran.output
    move = ran.results["steps"][1]
    assert {association["role"] for association in move["associations"]} == {"requestor", "acceptor"}
    assert all(association["tls"] is not None for association in move["associations"])


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp")
def test_a_peer_of_plain_dicom_cannot_move_to_a_listener_of_tls(tmp_path: Path, pki: Certificates) -> None:
    text = """\
    version: 1
    local: {tls: {certificate: server.pem, key: server.key, ca: ca.pem}}
    peers:
      plain: {process: dcmqrscp}
    scenarios:
      - id: tls
        peer: plain
        steps:
          - store: {generate: {}}
            save: {study: "stored.studies[0].StudyInstanceUID"}
          - move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}
    """
    ran = run_text(tmp_path, text)
    assert ran.status == 1
    reason = ran.check("/2/status")["reason"]
    assert reason.startswith("somebody connected to our Storage SCP from 127.0.0.1:")
    assert reason.endswith("the peer began with plain DICOM, and this listener expects TLS")
