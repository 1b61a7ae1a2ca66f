"""Captures of TLS: what the handshake shows in clear, and that nothing is claimed of what is encrypted."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from harness.diagnosis.captured.verdict import Explained, State, explain_all
from harness.observe.capture.associations import read_capture
from tests.lab import healthy, tls_faults
from tests.lab.fault import Fault
from tests.support.adhoc import adhoc
from tests.support.sniffing import captured

pytestmark = [pytest.mark.slow, pytest.mark.timed, pytest.mark.peer("dumpcap")]

WANTED = ("tls-client-certificate-wanted", "tls-client-certificate-refused")
SEEN = {
    "TLS 1.1 is the newest they have": ("tls-version", ()),
    "a suite that we do not have": ("tls-cipher-suite", ()),
    "a certificate of a CA that we do not trust": ("tls-chain-untrusted", ()),
    "the same with TLS 1.2": ("tls-chain-untrusted", ()),
    "a certificate for another host": ("tls-chain-untrusted", ("tls-name-mismatch",)),
    "a certificate that has expired": ("tls-certificate-expired", ()),
    "they want a certificate of ours": ("tls-failed", WANTED),
    "they want one with TLS 1.2": ("tls-client-certificate-wanted", ()),
    "they do not trust ours": ("tls-failed", WANTED),
    "they do not trust ours with TLS 1.2": ("tls-client-certificate-refused", ()),
    "ours has expired": ("tls-failed", WANTED),
    "plain DICOM where we speak TLS": ("plain-where-tls-expected", ()),
    "silence at the TLS port": ("tls-handshake-timeout", ()),
    "TLS that closes on what is no TLS": ("tls-where-plain-expected", ()),
    "mutual TLS": ("capture-encrypted", ()),
}
"""Faults of the lab, and what a capture shows: alerts of TLS 1.3 about clients are encrypted."""

FAULTS = [fault for fault in (*tls_faults.FAULTS, *healthy.FAULTS) if fault.name in SEEN]


@pytest.fixture(scope="module")
def explained(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Explained]:
    """The first connection to each, by the name of the fault."""
    path = tmp_path_factory.mktemp("tls") / "tls.pcapng"
    ports: dict[int, Fault] = {}
    with ExitStack() as stack:
        targets = [stack.enter_context(fault.start(tmp_path_factory.mktemp("fault"))) for fault in FAULTS]
        ports = {target.address.port: fault for fault, target in zip(FAULTS, targets, strict=True)}  # type: ignore[attr-defined]
        with captured(path, " or ".join(f"tcp port {port}" for port in ports)):
            for target in targets:
                adhoc("echo", target.address, "--timeout", "2 s", *target.options)
    found: dict[str, Explained] = {}
    for one in explain_all(read_capture(path).associations):
        found.setdefault(ports[one.association.listener[1]].name, one)
    return found


@pytest.mark.parametrize("name", SEEN)
def test_each_fault_of_tls(explained: dict[str, Explained], name: str) -> None:
    diagnosis = explained[name].diagnosis
    assert diagnosis is not None
    assert (diagnosis.code, tuple(cause.code for cause in diagnosis.others)) == SEEN[name]


def test_what_is_encrypted_is_unclear_and_no_fault(explained: dict[str, Explained]) -> None:
    one = explained["mutual TLS"]
    assert one.state is State.UNCLEAR
    assert one.diagnosis is not None
    assert "encrypted with TLS 1.3, TLS_AES_256_GCM_SHA384" in one.diagnosis.evidence[0]


def test_versions_and_suites_are_named(explained: dict[str, Explained]) -> None:
    old, stranger = (explained[name].diagnosis for name in (FAULTS[0].name, "the same with TLS 1.2"))
    assert old is not None
    assert stranger is not None
    assert "offered were TLS 1.3, TLS 1.2" in old.evidence[1]
    assert "chosen were TLS 1.2 and ECDHE-ECDSA-AES256-GCM-SHA384" in stranger.evidence[1]
