"""Captures as tshark sees them: DICOM, never malformed, and masked ones without a byte of a data set."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.observe.pcapng import write_pcapng
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.part10 import read_file_meta
from harness.services.store import needed_contexts, store
from harness.standard.models import QueryModel
from harness.standard.uids import EXPLICIT_VR_LE
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from harness.ul.items import UserIdentityRQ

MODEL = QueryModel.STUDY_ROOT
SECRET_NAME = "ZZ-SYNTHETIC^CANARY"
PASSWORD = b"open sesame"


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings(maximum_length=16384)) as running:
        yield running


def store_and_find(scp: ReferenceSCP, folder: Path, *, full: bool, rows: int = 300) -> Association:
    """Two instances of more than 64 KiB each, and a query, on one association."""
    spec = GenerateSpec(instances=2, rows=rows, columns=rows, attributes={"PatientName": SECRET_NAME})
    files = [read_file_meta(instance.path) for instance in generate(spec, folder, "wire")]
    contexts = (*needed_contexts(files), (MODEL.find_uid, (EXPLICIT_VR_LE,)))
    identity = UserIdentityRQ(2, 0, b"somebody", PASSWORD)
    proposal = Proposal("HARNESS", "REFERENCE", contexts, user_identity=identity)
    association = request_association(scp.address, proposal, Timeouts(), full_capture=full)
    with association:
        observation = store(association, files)
        assert [instance.status for instance in observation.instances] == [0, 0]
        found = find(association, MODEL.find_uid, build_identifier("STUDY", {}, ["PatientName"]))
        assert len(found.matches) == 1
    return association


def tshark(path: Path, port: int, *options: str) -> str:
    command = ["tshark", "-r", str(path), "-d", f"tcp.port=={port},dicom", *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    return done.stdout


@pytest.mark.slow
@pytest.mark.peer("tshark")
def test_a_full_capture_dissects_without_a_malformed_packet(scp: ReferenceSCP, tmp_path: Path) -> None:
    association = store_and_find(scp, tmp_path, full=True)
    path = tmp_path / "full.pcapng"
    write_pcapng(association.trace, path)
    port = scp.address.port
    assert tshark(path, port, "-Y", "_ws.malformed") == ""
    shown = tshark(path, port, "-Y", "dicom")
    for words in ("A-ASSOCIATE request HARNESS --> REFERENCE", "C-STORE-RQ", "C-STORE-RSP", "C-FIND-RQ", "A-RELEASE"):
        assert words in shown
    assert SECRET_NAME.encode() in path.read_bytes()


@pytest.mark.slow
@pytest.mark.peer("tshark")
def test_a_masked_capture_dissects_down_to_the_command_set(scp: ReferenceSCP, tmp_path: Path) -> None:
    association = store_and_find(scp, tmp_path, full=False, rows=64)
    path = tmp_path / "masked.pcapng"
    write_pcapng(association.trace, path)
    shown = tshark(path, scp.address.port, "-Y", "dicom")
    for words in ("A-ASSOCIATE request", "C-STORE-RQ", "C-STORE-RSP", "C-FIND-RQ", "A-RELEASE"):
        assert words in shown


def test_a_masked_capture_holds_no_value(scp: ReferenceSCP, tmp_path: Path) -> None:
    association = store_and_find(scp, tmp_path, full=False)
    path = tmp_path / "masked.pcapng"
    write_pcapng(association.trace, path)
    data = path.read_bytes()
    assert SECRET_NAME.encode() not in data
    assert PASSWORD not in data
    assert b"CANARY" not in data
    # What may be seen is there.
    assert b"HARNESS" in data
    assert b"1.2.840.10008.5.1.4.1.1.2" in data


def test_a_masked_record_stays_small(scp: ReferenceSCP, tmp_path: Path) -> None:
    association = store_and_find(scp, tmp_path, full=False)
    kept = sum(len(entry.head) for entry in association.trace.wire.entries)
    assert kept < 20_000
    written = [entry for entry in association.trace.wire.entries if entry.omitted]
    assert written, "beyond 64 KiB of a message, bytes are only counted"
