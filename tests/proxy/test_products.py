"""Products talk to products through the proxy: not a byte is another, and nothing fails that did not fail before."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pydicom.filereader import dcmread
from pynetdicom import AE

from harness.peers.base import LOOPBACK
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.proxy.recording import Recording
from harness.proxy.relay import Proxy
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.part10 import read_file_meta
from harness.standard.ae import AEAddress
from harness.standard.uids import CT_IMAGE_STORAGE, EXPLICIT_VR_LE, VERIFICATION
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec
from tests.support.archives import wait_until
from tests.support.captures import TOOL_SECONDS, Capture, Recorder, running
from tests.support.orthanc_rest import OrthancAsClient
from tests.support.pynetdicom_requestor import associated


@dataclass
class Between:
    """A proxy, with a recorder before it and one behind it. `port` is for the requestor."""

    port: int
    before: Recorder
    behind: Recorder
    recordings: list[Recording] = field(default_factory=list)

    def said(self) -> list[Capture]:
        """Every connection, when all are over: it went through the proxy as it came."""
        captures = self.before.captures("proxied")
        assert sorted(map(_octets, captures)) == sorted(map(_octets, self.behind.captures("proxied")))
        wait_until(lambda: len(self.recordings) == len(captures))
        return captures

    def answered(self) -> dict[tuple[str, int], int]:
        """How often which final status, as the proxy understood it."""
        return dict(
            sum((recording.answered for recording in self.recordings), start=type(self.recordings[0].answered)())
        )


def _octets(capture: Capture) -> tuple[bytes, bytes]:
    return capture.requestor, capture.acceptor


@contextmanager
def between(server: int) -> Iterator[Between]:
    recordings: list[Recording] = []
    with (
        Recorder(server) as behind,
        Proxy(LOOPBACK, behind.port, finished=lambda number, recording: recordings.append(recording)) as proxy,
        Recorder(proxy.port) as before,
    ):
        yield Between(before.port, before, behind, recordings)


def tool(program: str, *arguments: object) -> str:
    """Run a program to its good end; what it printed."""
    command = [program, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=TOOL_SECONDS, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def files(tmp_path: Path) -> list[GeneratedInstance]:
    return generate(GenerateSpec(series=2, instances=2, rows=256, columns=256), tmp_path / "source", "products")


@pytest.mark.peer("echoscu", "storescu", "storescp")
def test_dcmtk_stores(tmp_path: Path, dcmtk: dict[str, str], files: list[GeneratedInstance]) -> None:
    with running(tmp_path, "storescp", storescp) as server, between(server) as middle:
        tool(dcmtk["echoscu"], LOOPBACK, middle.port)
        tool(dcmtk["storescu"], LOOPBACK, middle.port, *[file.path for file in files])
        echoed, stored = middle.said()
        assert len(echoed.acceptor) > 200
        assert len(stored.requestor) > 4 * 131072
        assert middle.answered() == {("C-ECHO-RSP", 0): 1, ("C-STORE-RSP", 0): 4}


@pytest.mark.peer("storescu", "findscu", "movescu", "getscu", "dcmqrscp")
def test_dcmtk_queries_and_retrieves(tmp_path: Path, dcmtk: dict[str, str], files: list[GeneratedInstance]) -> None:
    """The C-STORE sub-operations of the C-MOVE go through a proxy of their own."""
    receiving, received = free_port(), tmp_path / "received"
    received.mkdir()
    to_archive = ("-aec", "ARCHIVE", LOOPBACK)
    study = ("-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={files[0].study_instance_uid}")
    with between(receiving) as back:
        knows = [AEAddress("MOVESCU", LOOPBACK, back.port)]
        with running(tmp_path, "dcmqrscp", dcmqrscp, knows=knows) as server, between(server) as middle:
            tool(dcmtk["storescu"], *to_archive, middle.port, *[file.path for file in files])
            assert tool(dcmtk["findscu"], "-S", *study, *to_archive, middle.port).count("Pending") == 1
            tool(dcmtk["getscu"], "-S", *study, "-od", received, *to_archive, middle.port)
            assert len(list(received.iterdir())) == 4
            options = ("-S", *study, "-aet", "MOVESCU", "-aem", "MOVESCU", "+P", receiving, "-od", received)
            tool(dcmtk["movescu"], *options, *to_archive, middle.port)
            assert len(middle.said()) == 4
            assert middle.answered() == {
                ("C-STORE-RSP", 0): 8,
                ("C-FIND-RSP", 0): 1,
                ("C-GET-RSP", 0): 1,
                ("C-MOVE-RSP", 0): 1,
            }
        assert len(back.said()) == 1
        assert back.answered() == {("C-STORE-RSP", 0): 4}


@pytest.mark.slow
@pytest.mark.peer("Orthanc", "storescu", "getscu")
def test_dcmtk_and_orthanc(tmp_path: Path, dcmtk: dict[str, str], files: list[GeneratedInstance]) -> None:
    received = tmp_path / "received"
    received.mkdir()
    study = ("-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={files[0].study_instance_uid}")
    caller = [AEAddress("GETSCU", LOOPBACK, free_port())]
    with running(tmp_path, "orthanc", orthanc, knows=caller) as server, between(server) as middle:
        to_orthanc = ("-aec", "ARCHIVE", LOOPBACK, middle.port)
        tool(dcmtk["storescu"], *to_orthanc, *[file.path for file in files])
        tool(dcmtk["getscu"], "-S", *study, "-od", received, *to_orthanc)
        assert len(list(received.iterdir())) == 4
        assert len(middle.said()) == 2


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc_asks(tmp_path: Path, files: list[GeneratedInstance]) -> None:
    destinations: dict[str, AEAddress] = {}
    with ReferenceSCP(ReferenceSettings(move_destinations=destinations)) as scp, between(scp.address.port) as middle:
        known = AEAddress("REFERENCE", LOOPBACK, middle.port)
        (tmp_path / "orthanc").mkdir()
        with OrthancAsClient(tmp_path / "orthanc", known) as client:
            destinations["ORTHANC"] = client.address
            instances = [client.post("/instances", file.path.read_bytes())["ID"] for file in files]
            client.post("/modalities/known0/echo", {})
            client.post("/modalities/known0/store", {"Resources": instances, "Synchronous": True})
            assert scp.index.count() == 4
            query = {"Level": "Study", "Query": {"StudyInstanceUID": files[0].study_instance_uid}, "Normalize": False}
            found = client.post("/modalities/known0/query", query)["ID"]
            assert len(client.get(f"/queries/{found}/answers")) == 1
        assert len(middle.said()) >= 2
        assert middle.answered()["C-STORE-RSP", 0] == 4


@pytest.mark.peer("gdcmscu")
def test_gdcm_stores(tmp_path: Path, files: list[GeneratedInstance]) -> None:
    """It dies of its own release, through the proxy as without it (see test_gdcm_client.py)."""
    with ReferenceSCP(ReferenceSettings()) as scp, between(scp.address.port) as middle:
        where = ("-H", LOOPBACK, "-p", middle.port, "--call", "REFERENCE")
        command = ["/usr/bin/gdcmscu", *map(str, where), "--store", "-r", "-i", str(tmp_path / "source")]
        subprocess.run(command, capture_output=True, timeout=TOOL_SECONDS, check=False)
        assert scp.index.count() == 4
        (stored,) = middle.said()
        assert len(stored.requestor) > 4 * 131072


def test_pynetdicom_stores(files: list[GeneratedInstance]) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp, between(scp.address.port) as middle:
        entity = AE("PYNETDICOM")
        entity.add_requested_context(VERIFICATION)
        entity.add_requested_context(CT_IMAGE_STORAGE, EXPLICIT_VR_LE)
        association = associated(entity, AEAddress("REFERENCE", LOOPBACK, middle.port))
        assert association.send_c_echo().Status == 0
        assert [association.send_c_store(dcmread(file.path)).Status for file in files] == [0] * 4
        association.release()
        assert {each.sop_instance_uid for each in scp.index.files({})} == {
            read_file_meta(file.path).sop_instance_uid for file in files
        }
        (said,) = middle.said()
        assert len(said.requestor) > 4 * 131072
