"""The ad-hoc commands on servers of other makers: a worklist on wlmscpfs, everything else on dcmqrscp and Orthanc."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.peers.base import RecipeInput
from harness.peers.dcmtk import dcmqrscp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.peers.process import Command, ProcessPeer
from harness.peers.wlmscpfs import wlmscpfs
from harness.standard.ae import AEAddress
from tests.support.adhoc import adhoc


class Server:
    """A server that knows us as HARNESS, listening on `our_port`."""

    def __init__(self, name: str, recipe: Command, folder: Path) -> None:
        self.our_port = free_port()
        us = AEAddress("HARNESS", "127.0.0.1", self.our_port)
        self.peer = ProcessPeer(name, recipe, RecipeInput(("PEER",), free_port(), folder, "HARNESS", knows=(us,)))

    @property
    def address(self) -> AEAddress:
        return self.peer.address


@pytest.fixture
def ris(tmp_path: Path) -> Iterator[AEAddress]:
    server = Server("wlmscpfs", wlmscpfs, tmp_path / "ris")
    (tmp_path / "ris").mkdir()
    server.peer.start()
    yield server.address
    server.peer.stop()


@pytest.mark.peer("wlmscpfs", "dump2dcm")
def test_worklist(ris: AEAddress) -> None:
    everything = adhoc("worklist", ris, "--count", ">= 10")
    assert everything.exit_code == 0, everything.output
    assert "Modality" in everything.stdout.splitlines()[0]
    one = adhoc(
        "worklist", ris, "-k", "PatientID=HF", "-k", "AccessionNumber=00004", "--count", "1", "--output", "json"
    )
    assert one.exit_code == 0, one.output
    (item,) = json.loads(one.stdout)
    modality = item["00400100"]["Value"][0]["00080060"]["Value"][0]
    for options in (
        ("--modality", modality),
        ("-k", f"ScheduledProcedureStepSequence[0].Modality={modality}"),
        (
            "-k",
            f"(0040,0100)[0].0008,0060={modality}",
            "-r",
            "ScheduledProcedureStepSequence[0].ScheduledStationAETitle",
        ),
    ):
        found = adhoc("worklist", ris, "-k", "AccessionNumber=00004", *options, "--count", "1")
        assert found.exit_code == 0, found.output
        other = adhoc("worklist", ris, "-k", "PatientID=HF", "--modality", "XX", "--count", "1")
        assert other.exit_code == 1, "another modality is not scheduled for this patient"


@pytest.mark.peer("wlmscpfs", "dump2dcm")
def test_what_is_to_be_returned_of_a_worklist(ris: AEAddress) -> None:
    step = "ScheduledProcedureStepSequence"
    done = adhoc("worklist", ris, "-k", "PatientID=HF", "-r", "PatientName", "-r", f"{step}[0].Modality")
    heads, _, row, *_ = done.stdout.splitlines()
    assert heads.split() == ["PatientID", "PatientName", "Modality"]
    assert row.split()[0] == "HF"
    printed = adhoc("worklist", ris, "-r", f"{step}.Modality", "-r", f"{step}.ScheduledProcedureStepID", "--as-yaml")
    assert f"return:\n            - {step}:\n                - Modality\n                - Sched" in printed.stdout


SERVERS = {
    "dcmqrscp": pytest.param("dcmqrscp", dcmqrscp, marks=pytest.mark.peer("dcmqrscp")),
    "orthanc": pytest.param("orthanc", orthanc, marks=[pytest.mark.peer("Orthanc"), pytest.mark.slow]),
}


@pytest.mark.parametrize(("name", "recipe"), SERVERS.values(), ids=SERVERS)
def test_store_find_move_get(tmp_path: Path, name: str, recipe: Command) -> None:
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(name, recipe, folder)
    server.peer.start()
    try:
        address = server.address
        test = ("--environment", "test")
        assert adhoc("echo", address, "--repeat", 3).exit_code == 0
        stored = adhoc("store", address, *test, "--generate", "CT", "--instances", 3, "--output", "json")
        assert stored.exit_code == 0, stored.output
        assert [entry["stored"] for entry in json.loads(stored.stdout)] == [True] * 3
        (study,) = json.loads(adhoc("find", address, "-r", "StudyInstanceUID", "--output", "json").stdout)
        key = f"StudyInstanceUID={study['0020000D']['Value'][0]}"
        series = adhoc("find", address, "--level", "SERIES", "-k", key, "--count", "1")
        assert series.exit_code == 0, series.output
        moved = adhoc("move", address, "-k", key, "--listen", server.our_port, "--out", tmp_path / "moved")
        assert moved.exit_code == 0, moved.output
        got = adhoc("get", address, "-k", key, "--sop-class", "CT Image Storage", "--out", tmp_path / "got")
        assert got.exit_code == 0, got.output
        assert {path.name for path in (tmp_path / "moved").iterdir()} == {
            path.name for path in (tmp_path / "got").iterdir()
        }
        assert len(list((tmp_path / "got").iterdir())) == 3
        elsewhere = adhoc("move", address, *test, "-k", key, "--destination", "NOWHERE")
        assert elsewhere.exit_code == 1, "nobody knows the destination"
    finally:
        server.peer.stop()
