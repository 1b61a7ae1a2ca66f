"""dcm4che's findscu and getscu against the reference SCP. They exit 0 whatever the answers are: output counts."""

from __future__ import annotations

import importlib.util
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.compare import differences
from harness.services.part10 import read_file_meta
from harness.services.store import needed_contexts, store
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec

pytestmark = [pytest.mark.peer("java"), pytest.mark.slow]


def jars() -> Path:
    """The folder of the two programs, which are runnable jars."""
    spec = importlib.util.find_spec("dcmfetch")
    assert spec is not None, "dcmfetch brings dcm4che's tools"
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "ext"


class Lab:
    """A reference SCP with two studies of six instances each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scp = ReferenceSCP(ReferenceSettings())
        self.files: list[GeneratedInstance] = []

    def fill(self) -> None:
        self.files = generate(GenerateSpec(studies=2, series=2, instances=3), self.folder / "source", "dcm4che")
        metas = [read_file_meta(file.path) for file in self.files]
        proposal = Proposal("TEST", "REFERENCE", needed_contexts(metas))
        with request_association(self.scp.address, proposal, Timeouts()) as association:
            assert {instance.status for instance in store(association, metas).instances} == {0}

    def run(self, tool: str, *options: str, called: str = "REFERENCE", status: int = 0) -> str:
        address = f"{called}@127.0.0.1:{self.scp.address.port}"
        command = ["java", "-jar", str(jars() / tool), "-c", address, *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def statuses(self, tool: str, *options: str) -> list[str]:
        """The statuses of the responses, in hexadecimal."""
        return re.findall(r"C-(?:FIND|GET)-RSP\[.*status=(\w+)H", self.run(tool, *options))


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    made = Lab(tmp_path)
    with made.scp:
        made.fill()
        yield made


def test_findscu(lab: Lab) -> None:
    study = lab.files[0].study_instance_uid
    found = lab.folder / "found"
    keys = ("-m", f"StudyInstanceUID={study}", "-r", "PatientName", "-r", "NumberOfStudyRelatedInstances")
    assert lab.statuses("findscu", "-L", "STUDY", *keys, "--out-dir", str(found)) == ["ff00", "0"]
    # It writes the final response too, as a file without an identifier.
    (match,) = [data for file in found.iterdir() if "PatientName" in (data := dcmread(file, force=True))]
    assert match.StudyInstanceUID == study
    assert match.NumberOfStudyRelatedInstances == 6


def test_findscu_without_the_keys_above_its_level_is_refused(lab: Lab) -> None:
    study = lab.files[0].study_instance_uid
    assert lab.statuses("findscu", "-L", "IMAGE", "-m", f"StudyInstanceUID={study}", "-r", "SOPInstanceUID") == ["a900"]


def test_findscu_with_relational_queries(lab: Lab) -> None:
    keys = ("-m", f"SeriesInstanceUID={lab.files[0].series_instance_uid}", "-r", "SOPInstanceUID")
    assert lab.statuses("findscu", "-L", "IMAGE", "--relational", *keys) == ["ff00"] * 3 + ["0"]
    assert lab.statuses("findscu", "-L", "IMAGE", *keys) == ["a900"]


def test_findscu_with_dates_and_times_together(lab: Lab) -> None:
    keys = ("-m", "StudyDate=20000101-20991231", "-m", "StudyTime=235958-235959", "-r", "StudyInstanceUID")
    assert lab.statuses("findscu", "-L", "STUDY", "--datetime", *keys) == ["ff00", "ff00", "0"]
    assert lab.statuses("findscu", "-L", "STUDY", *keys) == ["0"]


def test_findscu_calling_another_title(lab: Lab) -> None:
    output = lab.run("findscu", "-L", "STUDY", "-r", "StudyInstanceUID", called="OTHER", status=2)
    assert "A-ASSOCIATE-RJ[result: 1 - rejected-permanent, source: 1 - service-user, reason: 7" in output


def test_getscu(lab: Lab) -> None:
    study = lab.files[0].study_instance_uid
    received = lab.folder / "received"
    syntaxes = ("--store-tcs", str(jars() / "store-tcs.properties"))
    output = lab.run(
        "getscu", "-L", "STUDY", "-m", f"StudyInstanceUID={study}", "--directory", str(received), *syntaxes
    )
    assert "completed=6, failed=0, warning=0, status=0H" in output
    of_study = [file for file in lab.files if file.study_instance_uid == study]
    assert {file.sop_instance_uid for file in of_study} == {path.name for path in received.iterdir()}
    for file in of_study:
        assert differences(file.path, received / file.sop_instance_uid) == []


def test_getscu_of_what_is_not_there(lab: Lab) -> None:
    output = lab.run("getscu", "-L", "STUDY", "-m", "StudyInstanceUID=1.2.3", "--directory", str(lab.folder / "none"))
    assert "completed=0, failed=0, warning=0, status=0H" in output
    assert not list((lab.folder / "none").glob("*"))
