"""DCMTK's tools against the reference SCP, judged by what really happened."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings, Refusals
from harness.services.compare import differences
from harness.standard.ae import AEAddress
from harness.standard.uids import JPEG_LOSSLESS_SV1
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec

pytestmark = pytest.mark.peer("echoscu", "storescu", "dcmsend", "findscu", "movescu", "getscu")


class Lab:
    """A reference SCP, files for it, and a move destination whose port movescu listens on."""

    def __init__(self, folder: Path, dcmtk: dict[str, str], refusals: Refusals | None = None) -> None:
        self.tools = dcmtk
        self.folder = folder
        self.destination_port = free_port()
        destination = AEAddress("MOVESCU", "127.0.0.1", self.destination_port)
        settings = ReferenceSettings(move_destinations={"MOVESCU": destination}, refusals=refusals or Refusals())
        self.scp = ReferenceSCP(settings)
        source = folder / "source"
        source.mkdir()
        self.files = generate(GenerateSpec(studies=2, series=2, instances=2), source, "dcmtk")
        self.source = source

    def run(self, tool: str, *options: str, called: str = "REFERENCE", status: int = 0) -> str:
        command = [self.tools[tool], "-aec", called, "127.0.0.1", str(self.scp.address.port), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout + done.stderr

    def store(self) -> None:
        self.run("dcmsend", "--scan-directories", str(self.source))
        assert self.scp.index.count() == len(self.files)

    def received(self, folder: Path) -> dict[str, Path]:
        from harness.services.part10 import read_file_meta

        return {read_file_meta(path).sop_instance_uid: path for path in folder.iterdir()}


@pytest.fixture
def lab(tmp_path: Path, dcmtk: dict[str, str]) -> Iterator[Lab]:
    made = Lab(tmp_path, dcmtk)
    with made.scp:
        yield made


def unchanged(files: list[GeneratedInstance], received: dict[str, Path]) -> None:
    for file in files:
        assert differences(file.path, received[file.sop_instance_uid]) == []


def test_echoscu(lab: Lab) -> None:
    lab.run("echoscu")
    assert "Called AE Title Not Recognized" in lab.run("echoscu", called="OTHER", status=1)


@pytest.mark.peer("termscu")
def test_termscu_ends_nothing(lab: Lab) -> None:
    """It asks DCMTK's servers to end, by a SOP class of its own, which nobody else has to know."""
    assert "No Acceptable Presentation Contexts" in lab.run("termscu", status=1)
    lab.run("echoscu")


def test_storescu(lab: Lab) -> None:
    lab.run("storescu", "+sd", str(lab.source))
    assert lab.scp.index.count() == 8
    lab.run("storescu", "+sd", str(lab.source))
    assert lab.scp.index.count() == 8, "the same instances again are kept once"


def test_storescu_in_jpeg_lossless(lab: Lab, tmp_path: Path) -> None:
    folder = tmp_path / "compressed"
    folder.mkdir()
    generate(GenerateSpec(transfer_syntax_uid=JPEG_LOSSLESS_SV1), folder, "lossless")
    lab.run("storescu", "--required", "--propose-lossless", "+sd", str(folder))
    (file,) = lab.scp.index.files({})
    assert file.transfer_syntax_uid == JPEG_LOSSLESS_SV1


def answers(output: str) -> int:
    return len(re.findall(r"Find Response: \d+ \(Pending", output))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (["-P", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID"], 1),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID"], 2),
        (["-O", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientName=zz-synth*"], 1),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyDate=20200101-20200131"], 1),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=ZZ-SYN?HETIC*"], 2),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "PatientName=nobody"], 0),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "ModalitiesInStudy=CT"], 2),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "ModalitiesInStudy=MR"], 0),
        (["-S", "-k", "QueryRetrieveLevel=SERIES", "-k", "StudyInstanceUID={study}"], 2),
        (
            [
                "-S",
                "-k",
                "QueryRetrieveLevel=IMAGE",
                "-k",
                "StudyInstanceUID={study}",
                "-k",
                "SeriesInstanceUID={series}",
            ],
            2,
        ),
        (["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID={study}\\{other}"], 2),
    ],
)
def test_findscu(lab: Lab, options: list[str], expected: int) -> None:
    lab.store()
    first, last = lab.files[0], lab.files[-1]
    filled = [
        option.format(study=first.study_instance_uid, series=first.series_instance_uid, other=last.study_instance_uid)
        for option in options
    ]
    output = lab.run("findscu", "-v", *filled)
    assert answers(output) == expected, output
    assert "Received Final Find Response (Success)" in output


@pytest.mark.parametrize(
    ("model", "level", "expected"),
    [
        ("-P", "PATIENT", 1), ("-P", "STUDY", 2), ("-P", "SERIES", 2), ("-P", "IMAGE", 2),
        ("-S", "STUDY", 2), ("-S", "SERIES", 2), ("-S", "IMAGE", 2),
        ("-O", "PATIENT", 1), ("-O", "STUDY", 2),
    ],
)  # fmt: skip
def test_findscu_in_every_model_at_every_level(lab: Lab, model: str, level: str, expected: int) -> None:
    lab.store()
    first = lab.files[0]
    keys = {
        "STUDY": f"StudyInstanceUID={first.study_instance_uid}",
        "SERIES": f"SeriesInstanceUID={first.series_instance_uid}",
    }
    keys = keys if model == "-S" else {"PATIENT": f"PatientID={first.patient_id}", **keys}
    levels = [*keys, "IMAGE"]
    above = [keys[name] for name in levels[: levels.index(level)]]
    options = [model]
    for key in (f"QueryRetrieveLevel={level}", *above):
        options += ["-k", key]
    output = lab.run("findscu", "-v", *options)
    assert answers(output) == expected, output
    assert "Received Final Find Response (Success)" in output


@pytest.mark.parametrize(
    "options",
    [
        ["-S", "-k", "StudyInstanceUID"],
        ["-S", "-k", "QueryRetrieveLevel=PATIENT", "-k", "PatientID"],
        ["-S", "-k", "QueryRetrieveLevel=SERIES", "-k", "SeriesInstanceUID"],
        ["-S", "-k", "QueryRetrieveLevel=SERIES", "-k", "StudyInstanceUID=*"],
    ],
)
def test_a_query_against_the_rules_fails(lab: Lab, options: list[str]) -> None:
    lab.store()
    output = lab.run("findscu", "-v", *options)
    assert answers(output) == 0
    assert re.search(r"DataSetDoesNotMatchSOPClass|IdentifierDoesNotMatchSOPClass|0xa900", output, re.IGNORECASE), (
        output
    )


def test_movescu(lab: Lab, tmp_path: Path) -> None:
    lab.store()
    out = tmp_path / "moved"
    out.mkdir()
    study = lab.files[0].study_instance_uid
    options = ["-S", "+P", str(lab.destination_port), "-od", str(out), "-k", "QueryRetrieveLevel=STUDY"]
    lab.run("movescu", *options, "-k", f"StudyInstanceUID={study}")
    wanted = [file for file in lab.files if file.study_instance_uid == study]
    received = lab.received(out)
    assert len(received) == len(wanted) == 4
    unchanged(wanted, received)


def test_movescu_to_nowhere(lab: Lab) -> None:
    lab.store()
    study = lab.files[0].study_instance_uid
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={study}"]
    output = lab.run("movescu", "-v", "-S", "-aem", "NOBODY", *keys, status=69)
    assert "MoveDestinationUnknown" in output
    # The destination is known, and nobody listens there.
    output = lab.run("movescu", "-v", "-S", *keys, status=69)
    assert re.search("UnableToPerformSubOperations|SubOperations", output)


def test_getscu(lab: Lab, tmp_path: Path) -> None:
    lab.store()
    out = tmp_path / "got"
    out.mkdir()
    first = lab.files[0]
    lab.run(
        "getscu", "-S", "-od", str(out), "-k", "QueryRetrieveLevel=SERIES",
        "-k", f"StudyInstanceUID={first.study_instance_uid}", "-k", f"SeriesInstanceUID={first.series_instance_uid}",
    )  # fmt: skip
    wanted = [file for file in lab.files if file.series_instance_uid == first.series_instance_uid]
    received = lab.received(out)
    assert len(received) == len(wanted) == 2
    unchanged(wanted, received)


def test_an_empty_unique_key_moves_nothing(lab: Lab) -> None:
    lab.store()
    output = lab.run("movescu", "-v", "-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID", status=69)
    assert "IdentifierDoesNotMatchSOPClass" in output or "DataSetDoesNotMatchSOPClass" in output, output


@pytest.mark.parametrize(
    ("tool", "status"), [("storescu", 167), ("dcmsend", 0), ("findscu", 0), ("movescu", 69), ("getscu", 0)]
)
def test_what_the_exit_status_says_of_a_failure(tmp_path: Path, dcmtk: dict[str, str], tool: str, status: int) -> None:
    """Out of resources, A700H, for every request: of three tools only the output tells."""
    lab = Lab(tmp_path, dcmtk, Refusals(store=0xA700, find=0xA700, move=0xA700, get=0xA700))
    request = ["-S", "-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID=1.2.3"]
    if tool in ("storescu", "dcmsend"):
        request = [str(lab.files[0].path)]
    with lab.scp:
        output = lab.run(tool, "-v", *request, status=status)
    assert re.search("0xa700|OutOfResources", output), output


def fill(lab: Lab, tmp_path: Path, instances: int) -> GeneratedInstance:
    """Store a series of so many small instances; one of them."""
    folder = tmp_path / "many"
    files = generate(GenerateSpec(instances=instances, rows=8, columns=8), folder, "many")
    lab.run("dcmsend", "--scan-directories", str(folder))
    return files[0]


@pytest.mark.slow
def test_findscu_cancels(lab: Lab, tmp_path: Path) -> None:
    file = fill(lab, tmp_path, 500)
    keys = [f"StudyInstanceUID={file.study_instance_uid}", f"SeriesInstanceUID={file.series_instance_uid}"]
    options = ["-k", "QueryRetrieveLevel=IMAGE", "-k", keys[0], "-k", keys[1], "-k", "SOPInstanceUID"]
    # On a busy machine all may have been sent before the cancel comes.
    tries = (lab.run("findscu", "-v", "-S", "--cancel", "3", *options) for _ in range(20))
    output = next((one for one in tries if re.search(r"Final Find Response \(Cancel", one)), "")
    assert "Sending Cancel Request" in output
    assert 3 <= answers(output) < 500


@pytest.mark.slow
def test_movescu_cancels(lab: Lab, tmp_path: Path) -> None:
    file = fill(lab, tmp_path, 200)
    out = tmp_path / "moved"
    out.mkdir()
    keys = ["-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={file.study_instance_uid}"]
    options = ["-S", "+P", str(lab.destination_port), "-od", str(out), "--cancel", "5", *keys]
    output = lab.run("movescu", "-d", *options)
    assert "Cancel" in output
    numbers = [int(number) for number in re.findall(r"Completed Suboperations\s*: (\d+)", output)]
    remaining = [int(number) for number in re.findall(r"Remaining Suboperations\s*: (\d+)", output)]
    assert 5 <= numbers[-1] < 200
    assert numbers[-1] + remaining[-1] == 200, "the final response to a canceled request says what remains"
    assert len(list(out.iterdir())) == numbers[-1]


@pytest.mark.parametrize("after", [1, 2])
def test_a_cancel_at_the_end_is_no_error(lab: Lab, after: int) -> None:
    """findscu cancels at its last match but one, or the last: whichever end comes first, the association stays good."""
    lab.store()
    options = ["-k", "QueryRetrieveLevel=STUDY", "-k", "StudyInstanceUID"]
    output = lab.run("findscu", "-v", "-S", "--cancel", str(after), "--repeat", "3", *options)
    finals = re.findall(r"Final Find Response \((\w+)", output)
    assert len(finals) == 3, output
    assert all(final in ("Success", "Cancel") for final in finals)
    assert "Releasing Association" in output
