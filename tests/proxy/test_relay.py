"""Without faults the proxy is not noticed, by any product; with a schedule it does what the schedule says."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest

from harness.observe.capture.associations import read_capture
from harness.observe.ending import EndingKind
from harness.observe.pcapng import write_pcapng
from harness.proxy import relay
from harness.proxy.recording import Recording
from harness.proxy.relay import Proxy
from harness.proxy.schedule import arming, read_schedule
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.uids import CT_IMAGE_STORAGE
from tests.lab.products import dcmqrscp
from tests.support.archives import make, wait_until
from tests.support.servers import listener

LOOPBACK = "127.0.0.1"


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, timeout=60, check=False)


def test_any_bytes_pass_unchanged_both_ways() -> None:
    """As those of TLS do, or of what is no DICOM at all."""
    sent, answered = os.urandom(300_000), os.urandom(500_000)
    got = bytearray()

    def serve(connection: socket.socket) -> None:
        while len(got) < len(sent):
            got.extend(connection.recv(65536))
        connection.sendall(answered)
        connection.shutdown(socket.SHUT_WR)
        connection.recv(1)

    back = bytearray()
    with (
        listener(serve) as port,
        Proxy(LOOPBACK, port) as proxy,
        socket.create_connection((LOOPBACK, proxy.port), 30) as connection,
    ):
        threading.Thread(target=connection.sendall, args=(sent,)).start()
        while piece := connection.recv(65536):
            back += piece
    assert bytes(got) == sent
    assert bytes(back) == answered


def test_who_cannot_be_reached_is_told_by_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    # A name server may be slow.
    monkeypatch.setattr(relay, "CONNECT_SECONDS", 90)
    found: list[Recording] = []
    with Proxy("nobody.invalid", 104, finished=lambda number, recording: found.append(recording)) as proxy:
        with socket.create_connection((LOOPBACK, proxy.port), 90) as connection:
            assert connection.recv(1) == b""
        wait_until(lambda: bool(found))
    assert found[0].trace.ending is not None
    assert found[0].trace.ending.kind is EndingKind.NAME_NOT_FOUND


@pytest.mark.peer("dcmqrscp", "echoscu", "storescu", "findscu", "getscu")
@pytest.mark.slow
def test_dcmtk_talks_through_it_as_without_it(tmp_path: Path, dcmtk: dict[str, str]) -> None:
    files = [file.path for file in make(tmp_path, instances=3)]
    (tmp_path / "archive").mkdir()
    (tmp_path / "got").mkdir()
    found: list[Recording] = []
    with (
        dcmqrscp(tmp_path / "archive") as address,
        Proxy(LOOPBACK, address.port, finished=lambda number, recording: found.append(recording)) as proxy,
    ):
        to = ("-aec", "ARCHIVE", LOOPBACK, proxy.port)
        assert run(dcmtk["echoscu"], *to).returncode == 0
        assert run(dcmtk["storescu"], *to, *files).returncode == 0
        queried = run(dcmtk["findscu"], "-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", *to)
        assert queried.stderr.count("Pending") >= 1 or queried.stdout.count("Pending") >= 1
        get = ("-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID=*")
        assert run(dcmtk["getscu"], "-od", tmp_path / "got", *get, *to).returncode == 0
        wait_until(lambda: len(found) == 4)
    answered = [dict(recording.answered) for recording in sorted(found, key=lambda one: one.trace.started)]
    assert answered[0] == {("C-ECHO-RSP", 0): 1}
    assert answered[1] == {("C-STORE-RSP", 0): 3}
    assert answered[2] == {("C-FIND-RSP", 0): 1}
    assert all(recording.trace.ending is not None for recording in found)
    assert {recording.trace.ending.kind for recording in found if recording.trace.ending} == {EndingKind.RELEASED}


@pytest.mark.peer("storescu")
def test_the_third_store_fails_as_the_schedule_says(tmp_path: Path, dcmtk: dict[str, str]) -> None:
    """What does a modality do when the third store fails with A700? storescu stops, and says so."""
    schedule = tmp_path / "third-store-fails.yaml"
    schedule.write_text("faults:\n  - {status: A700, message: C-STORE-RSP, occasion: 3, association: 1}\n")
    files = [file.path for file in make(tmp_path, instances=5)]
    with (
        ReferenceSCP(ReferenceSettings(check_called_ae_title=False)) as scp,
        Proxy(LOOPBACK, scp.address.port, arm=arming(read_schedule(schedule))) as proxy,
    ):
        first = run(dcmtk["storescu"], "-v", "-xs", LOOPBACK, proxy.port, *files)
        second = run(dcmtk["storescu"], "-v", "-xs", LOOPBACK, proxy.port, *files)
    assert first.stderr.count("Success") + first.stdout.count("Success") == 2
    assert "OutOfResources" in first.stdout + first.stderr
    assert (second.stdout + second.stderr).count("Success") == 5


@pytest.mark.peer("storescu")
def test_what_is_recorded_can_be_read_and_holds_no_patient(tmp_path: Path, dcmtk: dict[str, str]) -> None:
    files = [file.path for file in make(tmp_path, attributes={"PatientName": "ZZ-SYNTHETIC^CANARY"})]
    found: list[Recording] = []
    with (
        ReferenceSCP(ReferenceSettings(check_called_ae_title=False)) as scp,
        Proxy(LOOPBACK, scp.address.port, finished=lambda number, recording: found.append(recording)) as proxy,
    ):
        assert run(dcmtk["storescu"], LOOPBACK, proxy.port, *files).returncode == 0
        wait_until(lambda: bool(found))
    capture = tmp_path / "association.pcapng"
    write_pcapng(found[0].trace, capture)
    assert b"CANARY" not in capture.read_bytes()
    (association,) = read_capture(capture).associations
    assert [(one.request, one.status) for one in association.exchanges.answered] == [("C-STORE-RQ", 0)]
    assert any(context.abstract_syntax == CT_IMAGE_STORAGE for context in association.trace.contexts)
