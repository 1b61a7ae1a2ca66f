"""Worklist SCUs of others against the reference SCP, and DCMTK's sample queries answered as wlmscpfs does."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.process import ProcessPeer
from harness.peers.wlmscpfs import build_database, sample_files, wlmscpfs
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.reference.worklist_items import worklist_items
from harness.services.find import find
from harness.standard.ae import AEAddress
from harness.standard.uids import EXPLICIT_VR_LE
from harness.standard.worklist import MODALITY_WORKLIST_FIND
from tests.support.orthanc import orthanc_scu
from tests.support.peers import recipe_input
from tests.support.pynetdicom_requestor import associated

pytestmark = pytest.mark.peer("findscu", "wlmscpfs", "dump2dcm")

QUERIES = range(13)


@pytest.fixture(scope="module")
def scp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReferenceSCP]:
    """The reference SCP with DCMTK's sample items."""
    folder = tmp_path_factory.mktemp("items")
    build_database(sample_files(Path("/usr")), folder)
    with ReferenceSCP(ReferenceSettings(worklist=worklist_items([folder]))) as running:
        yield running


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """DCMTK's sample queries."""
    folder = tmp_path_factory.mktemp("queries")
    dumps = sample_files(Path("/usr"))[0].parents[2] / "wlistqry"
    for number in QUERIES:
        command = ["/usr/bin/dump2dcm", "-q", str(dumps / f"wlistqry{number}.dump"), str(folder / f"{number}.dcm")]
        subprocess.run(command, check=True)
    return [folder / f"{number}.dcm" for number in QUERIES]


def answers(address: AEAddress, query: Path) -> list[Dataset]:
    proposal = Proposal("HARNESS", address.ae_title, ((MODALITY_WORKLIST_FIND, (EXPLICIT_VR_LE,)),))
    with request_association(address, proposal, Timeouts()) as association:
        observation = find(association, MODALITY_WORKLIST_FIND, Dataset(dcmread(query)))
    assert observation.status == 0
    return [match.dataset for match in observation.matches]


def in_both(one: Dataset, other: Dataset) -> Dataset:
    """What the first data set has of the attributes that the other has too; empty ones and codes apart."""
    common = Dataset()
    for element in one:
        if element.tag not in other or not element.value or "CodeSequence" in element.keyword:
            continue
        if element.VR == "SQ":
            inner = [in_both(a, b) for a, b in zip(element.value, other[element.tag].value, strict=True)]
            common.add_new(element.tag, "SQ", inner)
        elif element.keyword != "SpecificCharacterSet":
            common[element.tag] = element
    return common


def test_the_sample_queries_are_answered_as_by_wlmscpfs(tmp_path: Path, scp: ReferenceSCP, queries: list[Path]) -> None:
    with ProcessPeer("wlmscpfs", wlmscpfs, recipe_input(tmp_path)) as peer:
        for query in queries:
            ours = sorted(answers(scp.address, query), key=str)
            theirs = sorted(answers(peer.address, query), key=str)
            assert len(ours) == len(theirs), query
            left = list(theirs)
            for answer in ours:
                same = next(other for other in left if in_both(answer, other) == in_both(other, answer))
                left.remove(same)


def findscu(scp: ReferenceSCP, *options: str) -> str:
    command = ["/usr/bin/findscu", "-v", "-W", "-aec", "REFERENCE", "127.0.0.1", str(scp.address.port), *options]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=60, check=False)
    return done.stdout + done.stderr


@pytest.mark.parametrize(("number", "matches"), [(0, 10), (1, 10), (2, 0), (4, 0), (5, 6), (11, 10), (12, 0)])
def test_findscu_with_the_sample_queries(scp: ReferenceSCP, queries: list[Path], number: int, matches: int) -> None:
    output = findscu(scp, str(queries[number]))
    assert len(re.findall(r"Find Response: \d+ \(Pending\)", output)) == matches
    assert "Received Final Find Response (Success)" in output


def test_findscu_with_keys(scp: ReferenceSCP) -> None:
    sequence = "ScheduledProcedureStepSequence[0]."
    keys = ("-k", "PatientName=*HAYDN*", "-k", f"{sequence}Modality=CT", "-k", f"{sequence}ScheduledProcedureStepID")
    output = findscu(scp, *keys)
    assert len(re.findall(r"Find Response: \d+ \(Pending\)", output)) == 1
    assert "[SPD9478 ]" in output
    assert "Pending: Warning" in findscu(scp, "-k", "PatientID=HF", "-k", "PatientBirthName")
    assert "Error: DataSetDoesNotMatchSOPClass" in findscu(
        scp, "-k", f"{sequence}ScheduledProcedureStepStartDate=never"
    )


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc(tmp_path: Path, scp: ReferenceSCP) -> None:
    with orthanc_scu(tmp_path, scp.address) as scu:
        step = {"Modality": "CT", "ScheduledProcedureStepID": ""}
        found = scu.post("find-worklist", {"PatientID": "HF", "ScheduledProcedureStepSequence": [step]})
    assert found == [
        {
            "PatientID": "HF",
            "ScheduledProcedureStepSequence": [{"Modality": "CT", "ScheduledProcedureStepID": "SPD9478"}],
        }
    ]


@pytest.mark.slow
def test_pynetdicom(scp: ReferenceSCP) -> None:
    from pynetdicom import AE

    requestor = AE("HARNESS")
    requestor.add_requested_context(MODALITY_WORKLIST_FIND)
    association = associated(requestor, scp.address)
    query, step = Dataset(), Dataset()
    query.PatientName, step.Modality, step.ScheduledProcedureStepID = "", "NM", ""
    query.ScheduledProcedureStepSequence = [step]
    responses = list(association.send_c_find(query, MODALITY_WORKLIST_FIND))
    association.release()
    assert [status.Status for status, _ in responses] == [0xFF00, 0]
    found = responses[0][1]
    assert found is not None
    assert found.PatientName == "BEETHOVEN^LUDWIG^VAN"
    assert found.ScheduledProcedureStepSequence[0].ScheduledProcedureStepID == "SPD43645"
