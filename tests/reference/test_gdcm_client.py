"""gdcmscu against the reference SCP, judged by what the reference SCP saw and what gdcmscu wrote.

gdcmscu 3.0.21 dies of an exception when it releases an association, whatever the server (DCMTK's, Orthanc's and
pynetdicom's see the same): what it moved is written by then, what it found is not printed, and its exit status says
nothing.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.compare import differences
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.archives import wait_until

pytestmark = pytest.mark.peer("gdcmscu")


class Lab:
    """A reference SCP that knows gdcmscu as move destination, and two studies of two instances to store."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.source = folder / "source"
        self.files = generate(GenerateSpec(studies=2, instances=2), self.source, "gdcm")
        self.port = free_port()
        destination = AEAddress("GDCMSCU", "127.0.0.1", self.port)
        self.scp = ReferenceSCP(ReferenceSettings(move_destinations={"GDCMSCU": destination}))

    def run(self, *options: str, called: str = "REFERENCE") -> str:
        where = ("-H", "127.0.0.1", "-p", str(self.scp.address.port), "--call", called, "--aetitle", "GDCMSCU")
        done = subprocess.run(
            ["/usr/bin/gdcmscu", *where, *options], capture_output=True, text=True, timeout=60, check=False
        )
        return done.stdout + done.stderr

    def store(self) -> None:
        self.run("--store", "-r", "-i", str(self.source))
        assert self.scp.index.count() == len(self.files)


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    with made.scp:
        yield made


def test_echo(lab: Lab) -> None:
    assert "rejected" not in lab.run("--echo")
    wait_until(lambda: bool(lab.scp.log_tail()))
    assert "called-AE-title-not-recognized" in lab.run("--echo", called="OTHER")
    ended, rejected = lab.scp.log_tail()
    assert ended.endswith("the peer released the association")
    assert "called AE title not recognized" in rejected


def test_store(lab: Lab) -> None:
    lab.store()


def matches(lab: Lab, *query: str) -> int:
    """How many matches gdcmscu received: with `-D` it prints each command set, twice, before it dies."""
    statuses = [int(status) for status in re.findall(r"\(0000,0900\) .*? (\d+) ", lab.run("--find", "-D", *query))]
    assert statuses[-1] == 0
    return statuses.count(0xFF00) // 2


def test_find_in_each_model(lab: Lab) -> None:
    lab.store()
    first = lab.files[0]
    patient = ("--key", f"10,20={first.patient_id}")
    study = ("--key", f"20,d={first.study_instance_uid}")
    assert matches(lab, "--patientroot", "--patient", *patient, "--key", "10,10=ZZ*") == 1
    assert matches(lab, "--patientroot", "--patient", *patient, "--key", "10,10=Nobody*") == 0
    assert matches(lab, "--patientroot", "--study", *patient, "--key", "20,d=") == 2
    assert matches(lab, "--studyroot", "--study", *study) == 1
    assert matches(lab, "--patientroot", "--series", *patient, *study, "--key", "20,e=") == 1


def test_the_query_that_it_sends(lab: Lab) -> None:
    """It adds the unique key of the level and the character set of its locale, here UTF-8."""
    query = lab.folder / "query.dcm"
    lab.run("--find", "--patientroot", "--patient", "--key", "10,10=ZZ*", "--store-query", str(query))
    sent = dcmread(query, force=True)
    assert sent.QueryRetrieveLevel == "PATIENT"
    assert sent.PatientName == "ZZ*"


def test_a_worklist_is_nothing_that_it_can_ask(lab: Lab) -> None:
    """It puts the query in the Study Root model, finds fault with it, and opens no association."""
    output = lab.run("--find", "--worklist", "-D", "--key", "10,10=*")
    assert "Affected SOP Class UID        :Study Root" in output
    assert output.rstrip().endswith("Find failed.")
    assert lab.scp.log_tail() == []


def test_move(lab: Lab) -> None:
    lab.store()
    first = lab.files[0]
    moved = lab.folder / "moved"
    moved.mkdir()
    keys = ("--key", f"10,20={first.patient_id}", "--key", f"20,d={first.study_instance_uid}")
    lab.run("--move", "--patientroot", "--study", *keys, "--port-scp", str(lab.port), "-o", str(moved))
    of_study = [file for file in lab.files if file.study_instance_uid == first.study_instance_uid]
    assert {path.stem for path in moved.iterdir()} == {file.sop_instance_uid for file in of_study}
    for file in of_study:
        assert differences(file.path, moved / f"{file.sop_instance_uid}.dcm") == []
