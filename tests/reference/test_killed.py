"""`serve` is killed in the middle of stores, again and again: nothing that was answered with success is lost, and
nothing else is seen."""

from __future__ import annotations

import random
import re
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from harness.net.negotiation import Proposal
from harness.net.requestor import request_association
from harness.net.timeouts import Timeouts
from harness.reference.index import Index
from harness.services.compare import differences
from harness.services.find import find
from harness.services.identifier import build_identifier
from harness.services.part10 import FileMeta, read_file_meta
from harness.services.retrieve import get
from harness.services.store import needed_contexts, store
from harness.standard.ae import AEAddress
from harness.standard.models import QueryModel
from harness.standard.uids import EXPLICIT_VR_LE
from harness.testdata.generator import generate
from harness.testdata.spec import GeneratedInstance, GenerateSpec
from harness.ul.items import RoleSelection
from tests.support.archives import wait_until

SERVE = [sys.executable, "-c", "from harness.cli.start import main; main()", "serve", "--port", "0", "--folder"]
ROUNDS = 5
REQUESTORS = 3
SENDER = {"storescu": ["+sd"], "dcmsend": ["--scan-directories"]}


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], AEAddress]]:
    log = folder.with_suffix(".log")
    with log.open("a") as said:
        process = subprocess.Popen([*SERVE, str(folder), *options], stdout=subprocess.PIPE, stderr=said, text=True)
    try:
        assert process.stdout is not None
        ready = process.stdout.readline()
        assert ready, log.read_text()
        yield process, AEAddress.parse(ready.partition(" ")[0])
    finally:
        process.kill()
        process.communicate()


def store_until_the_end(address: AEAddress, files: list[FileMeta], answered: set[str]) -> None:
    """Store one after the other, and note each that is answered with success, until the server is gone."""
    proposal = Proposal("TEST", address.ae_title, needed_contexts(files))
    while True:
        with request_association(address, proposal, Timeouts()) as association:
            for file in files:
                (instance,) = store(association, [file]).instances
                if instance.status == 0:
                    answered.add(file.sop_instance_uid)
            if association.ending is not None:
                return


def found(address: AEAddress, file: GeneratedInstance) -> set[str]:
    model = QueryModel.STUDY_ROOT
    proposal = Proposal("TEST", address.ae_title, ((model.find_uid, (EXPLICIT_VR_LE,)),))
    keys = {"StudyInstanceUID": file.study_instance_uid, "SeriesInstanceUID": file.series_instance_uid}
    with request_association(address, proposal, Timeouts()) as association:
        result = find(association, model.find_uid, build_identifier("IMAGE", keys, ["SOPInstanceUID"]))
    assert result.status == 0
    return {str(match.dataset.SOPInstanceUID) for match in result.matches}


def retrieved(address: AEAddress, file: GeneratedInstance, folder: Path) -> dict[str, Path]:
    model = QueryModel.STUDY_ROOT
    contexts = ((model.get_uid, (EXPLICIT_VR_LE,)), (file.sop_class_uid, (EXPLICIT_VR_LE,)))
    proposal = Proposal("TEST", address.ae_title, contexts, roles=(RoleSelection(file.sop_class_uid, 0, 1),))
    folder.mkdir()
    with request_association(address, proposal, Timeouts()) as association:
        keys = {"StudyInstanceUID": file.study_instance_uid}
        result = get(association, model.get_uid, build_identifier("STUDY", keys), folder)
    assert result.status == 0
    return {instance.sop_instance_uid: instance.path for instance in result.received}


@pytest.mark.slow
def test_nothing_is_lost_and_nothing_half_seen(tmp_path: Path) -> None:
    chance = random.Random(20)
    archive = tmp_path / "archive"
    made = generate(GenerateSpec(series=REQUESTORS, instances=40, rows=128, columns=128), tmp_path / "source", "killed")
    by_series = [[file for file in made if file.series_instance_uid == uid] for uid in _series(made)]
    answered: set[str] = set()
    for _ in range(ROUNDS):
        with serving(archive) as (process, address):
            requestors = [
                threading.Thread(
                    target=store_until_the_end,
                    args=(address, [read_file_meta(file.path) for file in chance.sample(files, len(files))], answered),
                )
                for files in by_series
            ]
            for requestor in requestors:
                requestor.start()
            # Once something is answered any moment will do; what matters is that it is another one in each round.
            wait_until(lambda: bool(answered), 60)
            time.sleep(chance.uniform(0.05, 0.4))
            process.send_signal(signal.SIGKILL)
            for requestor in requestors:
                requestor.join(30)
                assert not requestor.is_alive()
        before = set(answered)
        with serving(archive) as (_, address):
            seen = set().union(*(found(address, files[0]) for files in by_series))
            assert before <= seen, "what was answered with success is found"
            back = retrieved(address, made[0], tmp_path / f"back{len(list(tmp_path.iterdir()))}")
            assert set(back) == seen, "what is found can be retrieved"
            for file in made:
                if file.sop_instance_uid in back:
                    assert differences(file.path, back[file.sop_instance_uid]) == []
            files_there = {path.name for path in (archive / "instances").iterdir()}
            assert len(files_there) == len(seen), "no file is there that nobody sees"


@pytest.mark.slow
@pytest.mark.peer("storescu", "dcmsend")
@pytest.mark.parametrize("tool", ["storescu", "dcmsend"])
def test_what_dcmtk_was_answered_is_there(tmp_path: Path, dcmtk: dict[str, str], tool: str) -> None:
    """DCMTK's senders say after each instance what it was answered; they are the witnesses here."""
    archive, source = tmp_path / "archive", tmp_path / "source"
    made = generate(GenerateSpec(instances=60, rows=128, columns=128), source, tool)
    chance = random.Random(7)
    answered = 0
    for round_ in range(ROUNDS):
        with serving(archive) as (process, address):
            where = ["-aec", address.ae_title, "127.0.0.1", str(address.port)]
            log = tmp_path / f"{round_}.log"
            with log.open("wb") as output:
                command = [dcmtk[tool], "-d", *SENDER[tool], *where, str(source)]
                with subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT) as sender:
                    _wait_for_answers(log, chance.randint(1, 30))
                    process.send_signal(signal.SIGKILL)
                    sender.wait(60)
        told = _told(log.read_text(errors="replace"), made)
        answered += len(told)
        with serving(archive) as (_, address):
            assert told <= found(address, made[0])
            back = retrieved(address, made[0], tmp_path / f"back{round_}")
            assert told <= set(back) == found(address, made[0])
            for file in made:
                if file.sop_instance_uid in back:
                    assert differences(file.path, back[file.sop_instance_uid]) == []
    assert answered >= ROUNDS


def _wait_for_answers(log: Path, count: int) -> None:
    """Until the sender says that so many instances were answered with success."""
    wait_until(lambda: log.read_bytes().count(b"DIMSE Status                  : 0x0000") >= count, 60)


def _told(log: str, made: list[GeneratedInstance]) -> set[str]:
    """The instances whose C-STORE-RSP with success a log of DCMTK's shows."""
    told = set()
    for message in log.split("OUTGOING DIMSE MESSAGE")[1:]:
        request, _, response = message.partition("INCOMING DIMSE MESSAGE")
        uid = re.search(r"Affected SOP Instance UID\s*: (\S+)", request)
        if uid is not None and "DIMSE Status                  : 0x0000" in response:
            told.add(uid[1])
    assert told <= {file.sop_instance_uid for file in made}
    return told


def _series(made: list[GeneratedInstance]) -> list[str]:
    return list(dict.fromkeys(file.series_instance_uid for file in made))


def test_files_that_the_index_does_not_know_are_removed(tmp_path: Path) -> None:
    """They are complete and were never answered: the process ended between the rename and the entry."""
    index = Index(tmp_path)
    index.open()
    index.close()
    (tmp_path / "instances" / "never-answered.dcm").write_bytes(b"x")
    (tmp_path / "instances" / "half.part").write_bytes(b"x")
    (tmp_path / "instances" / "notes.txt").write_text("somebody else's")
    index.open()
    index.close()
    assert [path.name for path in (tmp_path / "instances").iterdir()] == ["notes.txt"]


def test_instances_without_their_index_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "instances").mkdir()
    (tmp_path / "instances" / "somebody's.dcm").write_bytes(b"x")
    with pytest.raises(OSError, match="has instances, but their index is missing"):
        Index(tmp_path).open()
    assert [path.name for path in (tmp_path / "instances").iterdir()] == ["somebody's.dcm"]


def test_an_index_that_cannot_be_read_removes_nothing(tmp_path: Path) -> None:
    (tmp_path / "instances").mkdir()
    (tmp_path / "instances" / "one.dcm").write_bytes(b"x")
    (tmp_path / "index.sqlite").write_bytes(b"no database at all, and longer than a header of one would be" * 20)
    with pytest.raises((OSError, sqlite3.Error)):
        Index(tmp_path).open()
    assert (tmp_path / "instances" / "one.dcm").exists()


@pytest.mark.slow
def test_a_folder_belongs_to_one_process(tmp_path: Path) -> None:
    first = Index(tmp_path)
    first.open()
    try:
        (tmp_path / "instances" / "under-way.part").write_bytes(b"x")
        with pytest.raises(OSError, match="database is locked"):
            Index(tmp_path).open()
        assert (tmp_path / "instances" / "under-way.part").exists()
    finally:
        first.close()
