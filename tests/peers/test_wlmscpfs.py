"""wlmscpfs serves DCMTK's sample items, or those it was given, each of its AE titles alike."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.base import Peer, RecipeInput
from harness.peers.container import ContainerPeer
from harness.peers.process import ProcessPeer
from harness.peers.wlmscpfs import build_database, sample_files, wlmscpfs, worklist_files, written_items
from harness.scenario.load import load_scenarios
from harness.services.find import find
from harness.standard.attributes import Attributes
from harness.standard.uids import IMPLICIT_VR_LE
from tests.support.peers import ending_for, recipe_input

WORKLIST = "1.2.840.10008.5.1.4.31"
DUMP = """
(0010,0010) PN [{name}]
(0010,0020) LO [ID]
(0020,000d) UI [1.2.3]
(0032,1060) LO [CHEST]
(0040,0100) SQ
(fffe,e000) na
(0008,0060) CS [CT]
(0040,0001) AE [ROOM1]
(0040,0002) DA [20240101]
(0040,0003) TM [1200]
(0040,0007) LO [CHEST]
(0040,0009) SH [STEP1]
(fffe,e00d) na
(fffe,e0dd) na
(0040,1001) SH [RP1]
"""

pytestmark = pytest.mark.peer("wlmscpfs", "dump2dcm")


def names(peer: Peer, title: str | None = None) -> list[str]:
    """The patients of the whole worklist of an AE title, sorted."""
    from pydicom.dataset import Dataset

    query = Dataset()
    query.PatientName = ""
    proposal = Proposal("HARNESS", title or peer.address.ae_title, ((WORKLIST, (IMPLICIT_VR_LE,)),))
    with request_association(peer.address, proposal, Timeouts()) as association:
        observation = find(association, WORKLIST, query)
    assert observation.status == 0, observation
    return sorted(str(match.dataset.PatientName) for match in observation.matches)


CONTAINER = [pytest.mark.container, pytest.mark.slow]
KINDS = [pytest.param("process"), pytest.param("container", marks=CONTAINER)]


def peer_of(kind: str, given: RecipeInput) -> Peer:
    return ContainerPeer("wlmscpfs", given) if kind == "container" else ProcessPeer("wlmscpfs", wlmscpfs, given)


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_items(tmp_path: Path, kind: str) -> None:
    with peer_of(kind, recipe_input(tmp_path, "RIS", "OTHER")) as peer:
        assert "$dcmtk: wlmscpfs" in peer.version
        found = names(peer)
        assert len(found) == 10
        assert found.count("HAYDN^FRANZ^JOSEPH") == 3
        assert names(peer, "OTHER") == found
        refused = ending_for(peer.address, "HARNESS", "THIRD")
        assert refused is not None
        assert refused.rejection is not None


@pytest.mark.parametrize("kind", KINDS)
def test_items_of_ones_own(tmp_path: Path, kind: str) -> None:
    given, folder = tmp_path / "given", tmp_path / "peer"
    for made in (given, folder, tmp_path / "built"):
        made.mkdir()
    (given / "first.dump").write_text(DUMP.format(name="FIRST"))
    (given / "notes.txt").write_text("no item")
    source = tmp_path / "second.dump"
    source.write_text(DUMP.format(name="SECOND"))
    build_database([source], tmp_path / "built")
    single = tmp_path / "built" / "00001.wl"
    with peer_of(kind, recipe_input(folder, "RIS", worklist=(given, single))) as peer:
        assert names(peer) == ["FIRST", "SECOND"]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("process", "dump2dcm makes no worklist item of .*bad.dump"),
        pytest.param("container", "ended before it answered a C-ECHO", marks=CONTAINER),
    ],
)
def test_an_item_that_is_no_dump(tmp_path: Path, kind: str, reason: str) -> None:
    (tmp_path / "bad.dump").write_text("this is no dump")
    with pytest.raises(PeerStartError, match=reason) as caught:
        peer_of(kind, recipe_input(tmp_path, worklist=(tmp_path / "bad.dump",))).start()
    assert "no Tag found" in caught.value.log_tail


def test_the_exit_status_of_dump2dcm_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "bad.dump").write_text("this is no dump")
    command = ["/usr/bin/dump2dcm", str(tmp_path / "bad.dump"), str(tmp_path / "item.wl")]
    assert subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0
    assert not (tmp_path / "item.wl").exists()


@pytest.mark.parametrize("title", ["../UP", ".."])
def test_a_title_that_is_no_folder(tmp_path: Path, title: str) -> None:
    with pytest.raises(PeerStartError, match="in a folder named like it"):
        ProcessPeer("wlmscpfs", wlmscpfs, recipe_input(tmp_path, title)).start()
    assert [entry.name for entry in tmp_path.iterdir()] == []


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(PeerStartError, match="has no worklist items"):
        worklist_files([tmp_path])
    with pytest.raises(PeerStartError, match="sample worklist is not installed"):
        sample_files(tmp_path)
    with pytest.raises(PeerStartError, match="cannot be read: No such file"):
        build_database([tmp_path / "none.wl"], tmp_path / "AE")


def test_items_are_found_beside_the_scenario_file(tmp_path: Path) -> None:
    folder = tmp_path / "items"
    folder.mkdir()
    path = tmp_path / "scenario.yaml"
    steps = "scenarios:\n  - id: echo\n    peer: ris\n    steps: [echo: {}]\n"
    path.write_text(f"version: 1\npeers:\n  ris: {{process: {{recipe: wlmscpfs, worklist: items}}}}\n{steps}")
    (file,) = load_scenarios([path])
    options = file.peers["ris"].process
    assert options is not None
    assert options.worklist == [str(folder)]


def test_items_written_out(tmp_path: Path) -> None:
    step: Attributes = {"Modality": "CT", "ScheduledStationAETitle": "ROOM1", "ScheduledProcedureStepDescription": "X"}
    item: Attributes = {"PatientName": "Müller^Jörg", "PatientID": "1", "RequestedProcedureDescription": "X"}
    files = written_items([{**item, "ScheduledProcedureStepSequence": [step]}], tmp_path)
    with ProcessPeer("wlmscpfs", wlmscpfs, recipe_input(tmp_path, worklist=files)) as peer:
        assert names(peer) == ["Müller^Jörg"]
    with pytest.raises(PeerStartError, match="worklist item 1 has no ScheduledProcedureStepSequence"):
        written_items([item], tmp_path)
