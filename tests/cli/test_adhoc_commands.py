"""Store, find, move and get from the terminal, against the reference SCP and against peers that misbehave."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from pydicom import dcmread
from pydicom.dataset import Dataset

from harness.net.association import Association
from harness.peers.ports import free_port
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.services.compare import differences
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec
from tests.support.accepting import accepting
from tests.support.adhoc import adhoc
from tests.support.misbehaving import PEERS, peer_that
from tests.support.runs import run_files

NAME = "ZZ-SYNTHETIC^ADHOC"


class Archive:
    """A reference SCP with two studies of two instances; it knows a move destination that listens on `port`."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        destination = AEAddress("HARNESS", "127.0.0.1", self.port)
        self.scp = ReferenceSCP(ReferenceSettings(move_destinations={"HARNESS": destination}))
        self.folder = folder / "source"
        self.folder.mkdir()
        self.files: list[GeneratedInstance] = generate(
            GenerateSpec(studies=2, instances=2, attributes={"PatientName": NAME}), self.folder, "adhoc"
        )

    @property
    def address(self) -> AEAddress:
        return self.scp.address

    @property
    def study(self) -> list[GeneratedInstance]:
        """The instances of one study."""
        return [file for file in self.files if file.study_instance_uid == self.files[0].study_instance_uid]

    @property
    def key(self) -> str:
        return f"StudyInstanceUID={self.study[0].study_instance_uid}"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path)
    with made.scp:
        assert adhoc("store", made.address, made.folder, "--environment", "test").exit_code == 0
        yield made


def test_find_shows_what_was_asked_for(archive: Archive) -> None:
    done = adhoc("find", archive.address, "-k", "PatientName=ZZ*", "-k", "0008,1030", "-r", "Patient ID")
    assert done.exit_code == 0, done.output
    heads, rule, *rows, verdict, status = done.stdout.splitlines()
    assert heads.split() == ["PatientName", "StudyDescription", "PatientID"]
    assert set(rule) == {"-", " "}
    assert [row.startswith(NAME) for row in rows] == [True, True]
    assert verdict.startswith(f"pass     find {archive.address}: 2 matches")
    assert status.strip() == "status: 0000H (success)"
    assert done.stderr == ""


def test_json_is_the_dicom_json_model_and_nothing_else_is_on_the_standard_output(archive: Archive) -> None:
    done = adhoc("find", archive.address, "-k", archive.key, "--output", "json")
    (match,) = json.loads(done.stdout)
    data_set = Dataset.from_json(match)
    assert data_set.PatientName == NAME
    assert data_set.StudyInstanceUID == archive.study[0].study_instance_uid
    assert done.stderr.startswith("pass ")
    done = adhoc("find", archive.address, "-k", "PatientID=NOBODY", "--output", "json")
    assert json.loads(done.stdout) == []


def test_matches_as_dicom_files(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    done = adhoc("find", archive.address, "-r", "StudyInstanceUID", "--output", "dicom", "--out", out)
    names = done.stdout.splitlines()
    assert names == [str(out / f"match-000{number}.dcm") for number in (1, 2)]
    found = {dcmread(name).StudyInstanceUID for name in names}
    assert found == {file.study_instance_uid for file in archive.files}


def test_the_number_of_matches_can_be_demanded(archive: Archive) -> None:
    assert adhoc("find", archive.address, "-k", "PatientID=NOBODY").exit_code == 0
    done = adhoc("find", archive.address, "-k", "PatientID=NOBODY", "--count", ">= 1")
    assert done.exit_code == 1
    assert "expected  >= 1 matches" in done.stdout


def test_keys_in_sequences(archive: Archive) -> None:
    for typed in ("RequestAttributesSequence[0].ScheduledProcedureStepID=1", "(0040,0275)[0].0040,0009=1"):
        text = adhoc("find", archive.address, "-k", typed, "-k", "RequestAttributesSequence", "--as-yaml").stdout
        lines = [line.strip() for line in text.splitlines()]
        sequence = lines.index("RequestAttributesSequence:")
        assert lines[sequence + 1] == "ScheduledProcedureStepID: 1"
        assert lines[sequence + 2] == "return:", text


def test_get_keeps_what_arrives(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = adhoc("get", archive.address, "-k", archive.key, "--out", out)
    assert done.exit_code == 0, done.output
    assert "2 completed, 2 received" in done.stdout
    arrived_unchanged(archive, out)


def test_move_to_us(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = adhoc("move", archive.address, "-k", archive.key, "--listen", archive.port, "--out", out, "--output", "json")
    assert done.exit_code == 0, done.output
    arrived_unchanged(archive, out)
    data_sets = [Dataset.from_json(one, bulk_data_uri_handler=lambda uri: uri) for one in json.loads(done.stdout)]
    assert {data_set.SOPInstanceUID for data_set in data_sets} == {file.sop_instance_uid for file in archive.study}
    assert {data_set.PixelData for data_set in data_sets} == {path.as_uri() for path in out.iterdir()}


def arrived_unchanged(archive: Archive, out: Path) -> None:
    assert {path.name for path in out.iterdir()} == {f"{file.sop_instance_uid}.dcm" for file in archive.study}
    for file in archive.study:
        assert differences(file.path, out / f"{file.sop_instance_uid}.dcm") == []


def test_a_single_instance_by_its_unique_key(archive: Archive) -> None:
    file = archive.study[0]
    done = adhoc(
        "get", archive.address, *(("-k", archive.key)), "-k", f"SeriesInstanceUID={file.series_instance_uid}",
        "-k", f"SOPInstanceUID={file.sop_instance_uid}",
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert "1 completed, 1 received" in done.stdout


@pytest.mark.parametrize("command", ["move", "get"])
def test_nothing_moved_is_a_failure(archive: Archive, command: str) -> None:
    done = adhoc(command, archive.address, "-k", "StudyInstanceUID=1.2.3")
    assert done.exit_code == 1
    assert "expected  >= 1 sub-operations completed" in done.stdout


def test_what_several_checks_fail_for_is_explained_once(archive: Archive) -> None:
    done = adhoc("move", archive.address, "-k", archive.key, "--listen", free_port())
    assert done.exit_code == 1
    first_words = [line.split()[0] for line in done.stdout.splitlines() if line.strip()]
    assert first_words.count("diagnosis") == first_words.count("expected") > 1
    assert first_words.count("why") == 1


@pytest.mark.parametrize("command", ["move", "get"])
def test_the_interlock(archive: Archive, command: str) -> None:
    for key in ("PatientID=*", "StudyInstanceUID=", "StudyInstanceUID=*"):
        done = adhoc(command, archive.address, "--level", "STUDY", "-k", key)
        assert done.exit_code == 5, done.output
        assert "needs one value, or a list of UIDs, for StudyInstanceUID, without wildcards" in done.stdout


def test_writing_needs_to_be_allowed(archive: Archive, tmp_path: Path) -> None:
    done = adhoc("store", archive.address, archive.folder)
    assert done.exit_code == 5
    remedy = f"writing to it needs `--environment test`, or `--allow-writes {archive.address}`"
    assert remedy in done.stdout
    assert adhoc("store", archive.address, archive.folder, "--allow-writes", archive.address).exit_code == 0
    done = adhoc("store", archive.address, archive.folder, "--allow-writes", "OTHER@127.0.0.1:104")
    assert done.exit_code == 2
    assert "is not the peer of this command" in done.stderr
    moving = ("move", archive.address, "-k", archive.key, "--destination", "OTHER")
    done = adhoc(*moving)
    assert done.exit_code == 5
    assert remedy in done.stdout
    done = adhoc(*moving, "--allow-writes", archive.address)
    assert done.exit_code == 1
    assert "A801H" in done.stdout


def test_store_says_what_became_of_each_file(archive: Archive, tmp_path: Path) -> None:
    (archive.folder / "notes.txt").write_text("no instance at all" * 20)
    done = adhoc("store", archive.address, archive.folder, "--environment", "test", "--output", "json")
    assert done.exit_code == 3
    files = {Path(entry["file"]).name: entry for entry in json.loads(done.stdout)}
    assert len(files) == 5
    assert files["notes.txt"]["stored"] is False
    assert "not a DICOM file" in files["notes.txt"]["reason"]
    assert sum(entry["stored"] for entry in files.values()) == 4
    assert "4 of 5 files stored" in done.stderr
    skipping = ("--skip", "not-dicom")
    done = adhoc("store", archive.address, archive.folder, "--environment", "test", *skipping)
    assert done.exit_code == 0
    assert "4 of 4 files stored, 1 passed over" in done.stdout


def test_without_a_report_directory_nothing_is_written(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    adhoc("find", archive.address, "--trace")
    adhoc("get", archive.address, "-k", "StudyInstanceUID=1.2.3")
    assert list(folder.iterdir()) == []


def test_reports_hold_no_values_of_the_peer(archive: Archive, tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    done = adhoc("find", archive.address, "--report-dir", reports, "--trace")
    assert NAME in done.stdout
    written = {path.name: path.read_bytes() for path in reports.rglob("*") if path.is_file()}
    assert {"results.json", "junit.xml", "report.html", "summary.md", "adhoc_find_1-1.pcapng"} <= written.keys()
    assert [name for name, data in written.items() if NAME.encode() in data] == []
    adhoc("find", archive.address, "--report-dir", reports, "--trace", "--show-values")
    assert NAME.encode() in (reports / "wire" / "adhoc_find_1-1.pcapng").read_bytes()


COMMANDS = {
    "echo": ("echo",),
    "store": ("store", "--environment", "test", "--generate", "CT", "--instances", "2"),
    "find": ("find", "-k", "PatientName=ZZ*", "-k", "RequestAttributesSequence[0].ScheduledProcedureStepID="),
    "count": ("find", "--count", "17", "--calling", "SOMEBODY"),
    "get": ("get", "-k", "PatientID=NOBODY", "--model", "patient-root", "--level", "PATIENT"),
    "move": ("move", "-k", "StudyInstanceUID=1.2.3", "--environment", "production"),
    "refused": ("store", "--generate", "MR"),
}


def checks_of(reports: Path) -> list[tuple[str, str, str]]:
    results = json.loads((reports / "results.json").read_text())
    # The name of the file is a part of every id.
    return [(check["id"].partition("/")[2], check["verdict"], check["observed"]) for check in results["checks"]]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_scenario_does_the_same(archive: Archive, tmp_path: Path, name: str) -> None:
    command, *options = COMMANDS[name]
    printed = adhoc(command, archive.address, *options, "--as-yaml")
    assert printed.exit_code == 0, printed.output
    path = tmp_path / "printed.yaml"
    path.write_text(printed.stdout)
    done = adhoc(command, archive.address, *options, "--report-dir", tmp_path / "one")
    ran = run_files(tmp_path, path)
    assert done.exit_code == ran.status
    assert checks_of(tmp_path / "one") == checks_of(ran.reports)


def test_the_printed_scenario_says_how_to_run_it(archive: Archive, tmp_path: Path) -> None:
    options = ("--generate", "CT", "--allow-writes", archive.address)
    printed = adhoc("store", archive.address, *options, "--as-yaml").stdout
    first, rest = printed.split("\n", 1)
    assert first == "# dicom-harness run FILE --allow-writes peer"
    path = tmp_path / "printed.yaml"
    path.write_text(printed)
    assert run_files(tmp_path, path, "--allow-writes", "peer").status == 0
    assert "${" not in rest


REQUESTS = {
    "store": ("--environment", "test", "--generate", "CT"),
    "find": ("-k", "PatientID=1"),
    "move": ("-k", "StudyInstanceUID=1.2.3"),
    "get": ("-k", "StudyInstanceUID=1.2.3"),
}


@pytest.mark.parametrize("command", REQUESTS)
@pytest.mark.parametrize("peer", sorted(PEERS))
def test_peers_that_misbehave(command: str, peer: str) -> None:
    with peer_that(peer) as address:
        seconds = 0.5 if peer in ("silence", "no context") else 30
        done = adhoc(command, address, *REQUESTS[command], "--timeout", seconds)
    succeeds = peer == "success" and command in ("store", "find")
    assert done.exit_code == (0 if succeeds else 1), done.output


_STUDY = ("-S", "-k", "QueryRetrieveLevel=STUDY", "-k")
THEIRS = {
    "find": ("findscu", *_STUDY, "PatientID=1"),
    "move": ("movescu", *_STUDY, "StudyInstanceUID=1.2.3"),
    "get": ("getscu", *_STUDY, "StudyInstanceUID=1.2.3"),
    "store": ("dcmsend",),
}


@pytest.mark.peer("findscu", "movescu", "getscu", "dcmsend")
@pytest.mark.parametrize(
    ("command", "peer"),
    [
        ("find", "failure"),
        ("find", "abort"),
        ("find", "close"),
        ("move", "success"),
        ("move", "abort"),
        ("get", "success"),
        ("get", "failure"),
        ("store", "failure"),
        ("store", "no context"),
    ],
)
def test_right_where_dcmtk_says_0(dcmtk: dict[str, str], tmp_path: Path, command: str, peer: str) -> None:
    """A failure status, an abort, a retrieve that brought nothing, a file not sent: all the same to DCMTK's tools."""
    (made,) = generate(GenerateSpec(), tmp_path, "theirs")
    tool, *options = THEIRS[command]
    files = [str(made.path)] if command == "store" else []
    with peer_that(peer) as address:
        where = ["-aec", address.ae_title, *options, address.host, str(address.port)]
        theirs = subprocess.run(
            [dcmtk[tool], *where, *files], capture_output=True, timeout=60, check=False, cwd=tmp_path
        )
        assert theirs.returncode == 0, theirs.stderr
        assert adhoc(command, address, *REQUESTS[command]).exit_code == 1


def mistake(*words: object) -> Result:
    done = adhoc(*words)
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    return done


@pytest.mark.parametrize(
    ("words", "messages"),
    [
        (["-k", "PatienID=1"], ["1:40: `PatienID` is no attribute", "did you mean `PatientID`"]),
        (["-kPatientID=1", "-k", "0010,0020=2"], ["1:54: `PatientID` is given twice"]),
        (["--key=PatientID=1", "-r", "PatientID=2"], ["1:58: an attribute to return has no value"]),
        (["-k", "0010,002=1"], ["1:40: `0010,002` is no attribute of the data dictionary"]),
        (["-k", "RequestAttributesSequence[1].Modality=CT"], ["the sequence of a key has one item"]),
        (["-k", "RequestAttributesSequence=CT"], ["RequestAttributesSequence is a sequence"]),
        (["-k", "PatientID[0].Modality=CT"], ["1:63: expected a value"]),
        (["-k", "=1"], ["is no attribute"]),
        (["-k", "StudyDate=2024-01-31"], ["1:50: `2024-01-31` is no value of StudyDate (DA): a date is written `2024"]),
        (["-k", "Modality=ct"], ["1:49: `ct` is no value of Modality (CS): a code has upper-case letters"]),
        (["--level", "STUDYS"], ["1:45: `STUDYS` is no level of the study-root model", "did you mean `STUDY`"]),
        (["--model", "study"], ["`study` is not allowed here", "`study-root`"]),
        (["--count", "many"], ["`many` is not a count"]),
        (
            ["-k", "NumberOfStudyRelatedInstances=x"],
            ["1:70: `x` is no value of NumberOfStudyRelatedInstances (IS): it is a whole number"],
        ),
    ],
)
def test_mistakes_in_queries(words: list[str], messages: list[str]) -> None:
    done = mistake("find", "ARCHIVE@host:104", *words)
    for message in messages:
        assert message in done.stderr
    assert "nothing was contacted" in done.stderr


def test_mistakes_beside_the_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "`--output dicom` needs `--out DIR`" in mistake("find", "A@h:1", "--output", "dicom").stderr
    assert "there are none without `--report-dir" in mistake("find", "A@h:1", "--show-values").stderr
    assert "name files or folders" in mistake("store", "A@h:1").stderr
    Path("file").write_text("")
    assert "File exists" in mistake("get", "A@h:1", "-k", "PatientID=1", "--out", "file").stderr
    assert "there is no file or folder `gone.dcm`" in mistake("store", "A@h:1", "gone.dcm").stderr
    assert "`XY` is no modality that can be generated" in mistake("store", "A@h:1", "--generate", "XY").stderr


def test_a_peer_that_calls_by_another_title(tmp_path: Path) -> None:
    port = free_port()
    destinations = {"HARNESS": AEAddress("HARNESS", "127.0.0.1", port)}
    with ReferenceSCP(ReferenceSettings(check_called_ae_title=False, move_destinations=destinations)) as scp:
        assert adhoc("store", scp.address, "--environment", "test", "--generate", "CT").exit_code == 0
        study = adhoc("find", scp.address, "-r", "StudyInstanceUID").stdout.splitlines()[2].strip()
        other = AEAddress("OTHER", scp.address.host, scp.address.port)
        words = ("move", other, "-k", f"StudyInstanceUID={study}", "--listen", port)
        done = adhoc(*words)
        assert done.exit_code == 1
        assert "`REFERENCE` called our Storage SCP `HARNESS`, and we rejected it: rejected-permanent" in done.stdout
        assert "say `calls_as: [REFERENCE]` at it, or --calls-as" in done.stdout
        assert adhoc(*words, "--calls-as", "REFERENCE").exit_code == 0


def test_what_cannot_be_kept_is_an_error(archive: Archive, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "match-0001.dcm" / "taken").mkdir(parents=True)
    done = adhoc("find", archive.address, "--out", out)
    assert done.exit_code == 3, done.output
    assert f"what came cannot be kept: {out}" in done.stdout
    assert [path.name for path in out.iterdir()] == ["match-0001.dcm"], "nothing half written is left"


@pytest.mark.parametrize("words", [["echo"], ["find", "-k", "PatientID=1"], ["get", "-k", "StudyInstanceUID=1.2.3"]])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_says_so(words: list[str], number: signal.Signals) -> None:
    arrived = threading.Event()

    def serve(association: Association) -> None:
        association.receive(30)
        arrived.set()
        association.receive(30)

    with accepting(serve) as address:
        command = [sys.executable, "-c", "from harness.cli.start import main; main()"]
        command += [words[0], str(address), *words[1:]]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert arrived.wait(60)
        process.send_signal(number)
        output, errors = process.communicate(timeout=60)
    assert process.returncode == 130, errors
    assert "interrupted" in output
    assert "Traceback" not in errors


def test_a_get_that_leaves_no_way_for_an_instance_says_so() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        test = ("--environment", "test")
        compressed = ("--generate", "CT", "--transfer-syntax", "JPEG Lossless SV1")
        assert adhoc("store", scp.address, *test, *compressed).exit_code == 0
        study = adhoc("find", scp.address, "-r", "StudyInstanceUID").stdout.splitlines()[2].strip()
        words = ("get", scp.address, "-k", f"StudyInstanceUID={study}")
        done = adhoc(*words)
        assert done.exit_code == 1
        assert "SOP classes in Explicit VR Little Endian, Implicit VR Little Endian; `sop_classes`" in done.stdout
        assert adhoc(*words, "--accept", "JPEG Lossless SV1").exit_code == 0
