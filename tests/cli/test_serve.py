"""`dicom-harness serve` as a process: what it says, what it refuses, and that it ends."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.net.association import Association
from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.peers.dcmtk import BANNER
from harness.peers.programs import find_program
from harness.services.echo import echo
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.part10 import FileMeta
from harness.services.retrieve import move
from harness.services.storage_scp import StorageSCP
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.negotiation import Rejection
from harness.standard.uids import EXPLICIT_VR_LE, IMPLICIT_VR_LE, VERIFICATION
from harness.standard.worklist import MODALITY_WORKLIST_FIND
from harness.tls.contexts import tls_client, tls_server
from tests.support.archives import make
from tests.support.certificates import make_certificates

COMMAND = [sys.executable, "-c", "from harness.cli.start import main; main()", "serve"]
MOVE = QueryModel.STUDY_ROOT.move_uid
Contexts = tuple[tuple[str, tuple[str, ...]], ...]
WORKLIST: Contexts = ((MODALITY_WORKLIST_FIND, (IMPLICIT_VR_LE,)),)
ECHO: Contexts = ((VERIFICATION, (IMPLICIT_VR_LE,)),)


class Serving:
    """A running `serve`, and what it has said when it has ended."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        assert process.stdout is not None
        self.ready = process.stdout.readline()
        self.address = AEAddress.parse(self.ready.split()[0])
        self.log: list[str] = []

    def associate(self, contexts: Contexts = ECHO, calling: str = "HARNESS", called: str = "") -> Association:
        proposal = Proposal(calling, called or self.address.ae_title, contexts)
        return request_association(self.address, proposal, Timeouts())


@contextmanager
def serving(*options: str, number: signal.Signals = signal.SIGTERM) -> Iterator[Serving]:
    command = [*COMMAND, "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            started = Serving(process)
            yield started
        finally:
            process.send_signal(number)
            rest, log = process.communicate(timeout=60)
    assert process.returncode == 0, log
    assert rest == ""
    started.log = log.splitlines()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_says_when_it_is_ready_and_logs_each_association(number: signal.Signals) -> None:
    with serving("--ae-title", "MINE", number=number) as scp:
        assert scp.ready == f"MINE@127.0.0.1:{scp.address.port} is ready; Ctrl-C ends it\n"
        with scp.associate() as association:
            assert echo(association).statuses == [0]
        ending = scp.associate(called="OTHER").ending
        assert ending is not None
        assert ending.rejection == Rejection(1, 1, 7)
    assert len(scp.log) == 2
    assert any(line.endswith("the peer released the association") for line in scp.log)
    assert any("rejected HARNESS from 127.0.0.1" in line for line in scp.log)


def test_who_may_call() -> None:
    with serving("--allow-calling", "FRIEND", "--any-called") as scp:
        assert scp.associate(calling="STRANGER").ending is not None
        with scp.associate(calling="FRIEND", called="ANYTHING") as association:
            assert association.established


@pytest.mark.parametrize(("option", "asked"), [("DEST@{}", "DEST"), ("ALIAS=DEST@{}", "ALIAS")])
def test_move_destinations_and_a_folder(tmp_path: Path, option: str, asked: str) -> None:
    (tmp_path / "in").mkdir()
    files: list[FileMeta] = make(tmp_path / "files")
    destination = StorageSCP("DEST", tmp_path / "in")
    destination.start()
    where = option.format(f"127.0.0.1:{destination.port}")
    options = ("--folder", str(tmp_path / "archive"), "--move-destination", where)
    try:
        with serving(*options) as scp, scp.associate(needed_contexts(files)) as association:
            assert store(association, files).instances[0].status == 0
        with serving(*options) as scp, scp.associate(((MOVE, (EXPLICIT_VR_LE,)),)) as association:
            found = build_identifier("STUDY", {"StudyInstanceUID": study_of(files[0])})
            assert move(association, MOVE, found, asked).status == 0
            assert move(association, MOVE, found, "OTHER").status == 0xA801
    finally:
        destination.stop()
    assert [instance.sop_instance_uid for instance in destination.take_received()] == [files[0].sop_instance_uid]


def study_of(file: FileMeta) -> str:
    from pydicom import dcmread

    return str(dcmread(file.path).StudyInstanceUID)


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (["--ae-title", "MUCH-TOO-LONG-A-TITLE"], 2, "at most 16"),
        (["--port", "65536"], 2, "65536"),
        (["--move-destination", "DEST"], 2, "TITLE@host:port"),
        (["--move-destination", "=DEST@h:104"], 2, "AE title"),
        (["--allow-calling", "A\\B"], 2, "may not have"),
        (["--port", "{taken}"], 3, "cannot start on 127.0.0.1:{taken}: Address already in use: another program"),
        (["--port", "0", "--folder", "{file}"], 3, "cannot start"),
        (
            ["--port", "0", "--host", "192.0.2.1"],
            3,
            "cannot start on 192.0.2.1:0: Cannot assign requested address: no ",
        ),
    ],
)
def test_what_cannot_be_served(tmp_path: Path, options: list[str], status: int, said: str) -> None:
    (tmp_path / "file").write_bytes(b"")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        names = {"taken": str(taken.getsockname()[1]), "file": str(tmp_path / "file")}
        filled = [option.format(**names) for option in options]
        done = subprocess.run([*COMMAND, *filled], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == status, done.stderr
    assert said.format(**names) in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_a_worklist(tmp_path: Path) -> None:
    items = tmp_path / "items.yaml"
    step = "{Modality: CT, ScheduledStationAETitle: ROOM1}"
    items.write_text(f"- {{PatientName: A, PatientID: 1, ScheduledProcedureStepSequence: {step}}}\n")
    with serving("--worklist", str(items)) as served, served.associate(WORKLIST) as association:
        found = find(association, MODALITY_WORKLIST_FIND, build_identifier("", {}, {"PatientID": ""}))
    assert [match.dataset.PatientID for match in found.matches] == ["1"]


def test_a_worklist_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "items.yaml").write_text("- {PatientName: A}\n")
    for path, reason in ((tmp_path / "items.yaml", "has no ScheduledProcedureStepSequence"), (tmp_path / "no", "no")):
        done = subprocess.run(
            [*COMMAND, "--worklist", str(path)], capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 2
        assert reason in done.stderr


CONFIG = """\
ae_title: MAIN
access: read-write
quota: {studies: 1}
stores:
  - {ae_title: READERS, access: read, calling_ae_titles: [FRIEND]}
knows: ["ELSEWHERE@127.0.0.1:104"]
worklist: [items.yaml]
"""


def test_a_configuration_file(tmp_path: Path) -> None:
    config = tmp_path / "serve.yaml"
    config.write_text(CONFIG)
    step = "{Modality: CT, ScheduledStationAETitle: ROOM1}"
    (tmp_path / "items.yaml").write_text(f"- {{PatientName: A, PatientID: 1, ScheduledProcedureStepSequence: {step}}}")
    first, second = make(tmp_path, studies=2)
    with serving("--config", str(config), "--folder", str(tmp_path / "archive")) as running:
        assert running.address.ae_title == "MAIN"
        with running.associate(needed_contexts([first])) as association:
            assert [instance.status for instance in store(association, [first, second]).instances] == [0, 0xA700]
        refused = running.associate(called="READERS")
        assert refused.ending is not None
        assert refused.ending.rejection == Rejection(1, 1, 3)
        with running.associate(needed_contexts([first]), calling="FRIEND", called="READERS") as association:
            assert [instance.status for instance in store(association, [first]).instances] == [0x0124]


@pytest.mark.parametrize(
    ("config", "options", "said"),
    [
        ("ae_title: MUCH TOO LONG FOR A TITLE\n", (), "serve.yaml:1:11: "),
        ("stores: [{ae_title: A}, {ae_title: A}]\n", (), "the AE title `A` has a store already"),
        ("knows: [local]\n", (), "serve.yaml:1:9: "),
        ("stores: [{ae_title: A, knows: [local]}]\n", (), "nobody is known; say `knows` for the server"),
        ("nonsense: 1\n", (), "unknown key `nonsense`"),
        ("worklist: no.yaml\n", (), "serve.yaml:1:11: there is no file or folder `no.yaml` beside this file"),
        ("worklist: [{PatientName: A}]\n", (), "has no ScheduledProcedureStepSequence"),
        ("- a\n", (), "the file is a mapping of what can stand below `reference`"),
        ("ae_title: A\n", ("--ae-title", "B"), "--ae-title does not go with --config: say it in the file"),
        (None, (), "there is no file"),
    ],
)
def test_a_configuration_file_that_is_wrong(
    tmp_path: Path, config: str | None, options: tuple[str, ...], said: str
) -> None:
    path = tmp_path / "serve.yaml"
    if config is not None:
        path.write_text(config)
    done = subprocess.run([*COMMAND, "--config", str(path), *options], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert said in done.stderr


@pytest.mark.peer("echoscu")
def test_a_configuration_with_tls(tmp_path: Path) -> None:
    """Files of the configuration lie beside it, wherever `serve` is started."""
    made = make_certificates(tmp_path)
    config = tmp_path / "serve.yaml"
    config.write_text("tls: {certificate: rsa.pem, key: rsa.key, ca: ca.pem}\nuser_identities: []\n")
    echoscu, _ = find_program("echoscu", BANNER)
    with serving("--config", str(config)) as running:
        where = ["-aec", "REFERENCE", "127.0.0.1", str(running.address.port)]
        secure = ["+tls", str(made.folder / "client.key"), str(made.folder / "client.pem"), "+cf", str(made.ca)]
        for options, status in ((secure, 0), ([], 1)):
            done = subprocess.run([str(echoscu), *options, *where], capture_output=True, timeout=60, check=False)
            assert (done.returncode != 0) is bool(status)
    assert any("the peer began with plain DICOM, and this listener expects TLS" in line for line in running.log)


def test_a_configuration_with_a_wrong_key(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    config = tmp_path / "serve.yaml"
    config.write_text("tls: {certificate: rsa.pem, key: client.key, ca: ca.pem}\n")
    done = subprocess.run([*COMMAND, "--config", str(config)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert f"{config}:1:" in done.stderr
    assert "the private key does not belong to the certificate" in done.stderr


def test_moves_over_tls(tmp_path: Path) -> None:
    """From a server that runs alone to a destination that takes nothing else."""
    made = make_certificates(tmp_path)
    (tmp_path / "received").mkdir()
    destination = StorageSCP("SECURE", tmp_path / "received", tls=tls_server(made.settings("server")))
    destination.start()
    config = tmp_path / "serve.yaml"
    known = f"SECURE@127.0.0.1:{destination.port}"
    config.write_text(
        f"tls: {{certificate: rsa.pem, key: rsa.key, ca: ca.pem}}\nknows: ['{known}']\nover_tls: ['{known}']\n"
    )
    (file,) = make(tmp_path / "files")
    contexts = ((MOVE, (IMPLICIT_VR_LE,)), *needed_contexts([file]))
    try:
        with serving("--config", str(config)) as running:
            proposal = Proposal("HARNESS", "REFERENCE", contexts)
            tls = tls_client(made.settings("client"))
            with request_association(running.address, proposal, Timeouts(), tls=tls) as association:
                assert [instance.status for instance in store(association, [file]).instances] == [0]
                identifier = build_identifier("IMAGE", unique_keys_of(file), [])
                assert move(association, MOVE, identifier, "SECURE").counters.completed == 1
    finally:
        destination.stop()
    assert [instance.sop_instance_uid for instance in destination.take_received()] == [file.sop_instance_uid]


def unique_keys_of(file: FileMeta) -> dict[str, str]:
    from pydicom import dcmread

    found = dcmread(file.path, stop_before_pixels=True)
    return {name: str(found[name].value) for name in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID")}
