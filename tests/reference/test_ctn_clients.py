"""The requestors of the Central Test Node (CTN) against the reference SCP, judged by what the reference SCP has.

They are from 2003 and know no extended negotiation; what they do is what the standard was then, and still is.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from harness.peers.wlmscpfs import build_database, sample_files
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.reference.worklist_items import worklist_items
from harness.services.compare import differences
from harness.standard.uids import EXPLICIT_VR_BE, EXPLICIT_VR_LE, IMPLICIT_VR_LE, JPEG_LOSSLESS_SV1
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec
from tests.support.archives import wait_until

pytestmark = pytest.mark.peer("dicom_echo", "send_image", "mwlQuery")

OUT_OF_RESOURCES = 0xA700


def run(
    scp: ReferenceSCP, tool: str, *options: str, files: Sequence[Path] = (), called: str = "REFERENCE", status: int = 0
) -> str:
    """What a tool says."""
    address = ("127.0.0.1", str(scp.address.port))
    command = [f"/usr/bin/{tool}", "-a", "CTN", "-c", called, *options, *address, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def statuses(output: str) -> list[str]:
    """The statuses of the responses, in hexadecimal."""
    return re.findall(r"^\s*Status:\s+(\w{4})", output, re.MULTILINE)


@pytest.fixture
def scp() -> Iterator[ReferenceSCP]:
    with ReferenceSCP(ReferenceSettings()) as running:
        yield running


def test_dicom_echo(scp: ReferenceSCP) -> None:
    output = run(scp, "dicom_echo", "-r", "3")
    assert statuses(output) == ["0000"] * 3
    assert re.findall(r"Message ID Responded To: (\d)", output) == ["1", "2", "3"]
    wait_until(lambda: len(scp.log_tail()) == 1)
    assert scp.log_tail()[0].endswith("the peer released the association")


def test_dicom_echo_calling_another_title(scp: ReferenceSCP) -> None:
    assert "Result:  1 Source  1 Reason  7" in run(scp, "dicom_echo", called="OTHER", status=1)


@pytest.mark.parametrize("leaving", ["-d", "-x"])
def test_dicom_echo_that_leaves_without_a_release(scp: ReferenceSCP, leaving: str) -> None:
    """It then closes the connection with neither A-RELEASE-RQ nor A-ABORT; the next one is served all the same."""
    assert statuses(run(scp, "dicom_echo", leaving)) == ["0000"]
    wait_until(lambda: len(scp.log_tail()) == 1)
    assert "the peer closed the connection without A-ABORT" in scp.log_tail()[0]
    assert statuses(run(scp, "dicom_echo")) == ["0000"]


def made(folder: Path, syntax: str, modality: str = "CT") -> list[GeneratedInstance]:
    return generate(GenerateSpec(instances=2, modality=modality, transfer_syntax_uid=syntax), folder, "ctn")


@pytest.mark.parametrize(
    ("modality", "syntax"),
    [("CT", IMPLICIT_VR_LE), ("MR", EXPLICIT_VR_LE), ("US", EXPLICIT_VR_BE), ("CT", JPEG_LOSSLESS_SV1)],
)
def test_send_image(scp: ReferenceSCP, tmp_path: Path, modality: str, syntax: str) -> None:
    files = made(tmp_path, syntax, modality)
    output = run(scp, "send_image", "-q", "-X", syntax, files=[file.path for file in files])
    assert statuses(output) == ["0000", "0000"]
    stored = {file.sop_instance_uid: file for file in scp.index.files({})}
    assert {file.transfer_syntax_uid for file in stored.values()} == {syntax}
    for file in files:
        assert differences(file.path, stored[file.sop_instance_uid].path) == []


def test_send_image_in_another_transfer_syntax(scp: ReferenceSCP, tmp_path: Path) -> None:
    """Without `-X` it proposes little endian only, and converts what it has in big endian."""
    files = made(tmp_path, EXPLICIT_VR_BE)
    run(scp, "send_image", "-q", files=[file.path for file in files])
    for stored in scp.index.files({}):
        (source,) = [file for file in files if file.sop_instance_uid == stored.sop_instance_uid]
        (change,) = differences(source.path, stored.path)
        assert change.startswith("transfer syntax changed from Explicit VR Big Endian")


def test_send_image_is_refused(tmp_path: Path) -> None:
    """Its exit status tells of a refusal only with `-r`, which also ends it at the first."""
    files = [file.path for file in made(tmp_path, IMPLICIT_VR_LE)]
    with ReferenceSCP(ReferenceSettings(refusals=Refusals(store=OUT_OF_RESOURCES))) as full:
        assert statuses(run(full, "send_image", "-q", files=files)) == ["a700", "a700"]
        assert statuses(run(full, "send_image", "-q", "-r", files=files, status=1)) == ["a700"]
        assert full.index.count() == 0


NAMES = ["VIVALDI^ANTONIO"] * 2 + ["HAYDN^FRANZ^JOSEPH"] * 2 + ["BEETHOVEN^LUDWIG^VAN", "MOZART^WOLFGANG^AMADEUS"]
"""Whose steps in DCMTK's sample worklist start at noon or later."""


@pytest.mark.peer("dump2dcm")
@pytest.mark.parametrize(("number", "names"), [(2, []), (5, NAMES)])
def test_mwl_query(tmp_path: Path, number: int, names: list[str]) -> None:
    """DCMTK's sample queries. It reads a data set without File Meta Information, in Implicit VR Little Endian."""
    items = sample_files(Path("/usr"))
    build_database(items, tmp_path)
    query, dump = tmp_path / "query", items[0].parents[2] / "wlistqry" / f"wlistqry{number}.dump"
    subprocess.run(["/usr/bin/dump2dcm", "-q", "-F", "+ti", str(dump), str(query)], check=True)
    with ReferenceSCP(ReferenceSettings(worklist=worklist_items([tmp_path]))) as ris:
        output = run(ris, "mwlQuery", "-f", str(query))
    assert statuses(output) == ["ff00"] * len(names) + ["0000"]
    assert sorted(re.findall(r"PAT Patient Name//(\S+)", output)) == sorted(names)
