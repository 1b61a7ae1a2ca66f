"""Queries that gdcmscu makes can be made: held against the files that it stores its queries in."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from tests.support.runs import run_text

pytestmark = pytest.mark.peer("gdcmscu")

FILE = """\
version: 1
peers:
  archive: {{address: "{address}"}}
scenarios:
  - id: one
    peer: archive
    steps:
      - find: {{{find}, store_query: true}}
"""


@pytest.fixture(scope="module")
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as running:
        yield running


def values(path: Path) -> dict[str, str]:
    """gdcmscu pads UIDs with spaces."""
    data_set: Dataset = dcmread(path, force=True)
    return {element.keyword: str(element.value or "").strip() for element in data_set}


@pytest.mark.parametrize(
    ("options", "find"),
    [
        # The flags stand for (0008,0052); the unique keys of the levels above come by themselves.
        (
            ["--patientroot", "--patient", "--key", "10,20=*", "--key", "10,10"],
            "model: patient-root, keys: {PatientID: '*'}, return: PatientName",
        ),
        (
            ["--patientroot", "--image", "--key", "8,18=1.2.3.4.5.6", "--key", "20,13"],
            "model: patient-root, level: IMAGE, keys: {SOPInstanceUID: 1.2.3.4.5.6}, return: InstanceNumber",
        ),
        (["--patientroot", "--series", "--key", "8,60"], "model: patient-root, level: SERIES, return: Modality"),
        (["--studyroot", "--study", "--key", "10,10=*Jérôme*"], "keys: {PatientName: '*Jérôme*'}"),
        (["--studyroot", "--series", "--key", "8,60=CT"], "level: SERIES, keys: {Modality: CT}"),
    ],
)
@pytest.mark.parametrize("language", ["C.UTF-8"])
def test_the_same_query(
    tmp_path: Path, scp: ReferenceSCP, options: list[str], find: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = tmp_path / "theirs.dcm"
    command = ["/usr/bin/gdcmscu", "--find", "--call", "REFERENCE", *options, "--store-query", str(theirs)]
    subprocess.run(
        [*command, "127.0.0.1", str(scp.address.port)],
        env={**os.environ, "LC_ALL": language},
        capture_output=True,
        timeout=60,
        check=False,
    )
    monkeypatch.setattr("harness.scenario.params.identifiers.locale.getencoding", lambda: language.split(".")[1])
    ran = run_text(
        tmp_path, FILE.format(address=scp.address, find=f"{find}, unique_keys: above, character_set: locale")
    )
    ours = tmp_path / "reports" / "queries" / "scenario_one_1.dcm"
    assert ours.exists(), ran.output
    assert values(ours) == values(theirs)


def test_all_unique_keys(tmp_path: Path, scp: ReferenceSCP) -> None:
    run_text(tmp_path, FILE.format(address=scp.address, find="level: SERIES, unique_keys: all"))
    found = values(tmp_path / "reports" / "queries" / "scenario_one_1.dcm")
    assert [*found] == ["QueryRetrieveLevel", "StudyInstanceUID", "SeriesInstanceUID"]
