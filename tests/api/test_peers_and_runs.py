"""The Python API: what is public, what it costs, and what it gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import harness
from harness import ExitStatus, Peer, PeerStartError, ScenarioError, UsageError, load, loads, run
from harness.peers.local_reference import ReferencePeer
from harness.results.model import Verdict
from harness.scenario.model import ScenarioFile
from tests.support.certificates import make_certificates

TEXT = """\
version: 1
scenarios:
  - {id: answers, peer: archive, tags: [smoke], steps: [{echo: {}}]}
  - {id: holds, peer: archive, steps: [{find: {level: STUDY, keys: {PatientID: "*"}}, expect: {count: 3}}]}
"""


def test_importing_costs_nothing() -> None:
    code = (
        "import sys, harness\n"
        "heavy = {'pydantic', 'pydicom', 'yaml', 'click', 'socket'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert [name for name in sys.modules if name.startswith('harness')] == ['harness']\n"
        "from harness import *\n"
        "assert callable(load) and callable(run) and ExitStatus.OK == 0\n"
        "assert 'pydicom' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_what_is_public_has_a_docstring() -> None:
    assert all(getattr(harness, name).__doc__ for name in harness.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        harness.nothing  # noqa: B018 - it is not there


def test_a_subpackage_does_not_hide_what_is_public() -> None:
    """As the import of `harness.load` would, which sets the attribute of its package."""
    setattr(harness, "load", sys)  # noqa: B010 - as the import system does
    assert harness.load is load


@pytest.fixture
def archive() -> Peer:
    return Peer(reference={"ae_title": "ARCHIVE"})


def test_a_started_peer_keeps_what_it_is_sent(archive: Peer) -> None:
    with archive:
        assert repr(archive) == f"<Peer {archive.address}>" == f"<Peer ARCHIVE@127.0.0.1:{archive.address.port}>"
        stored = archive.step("store", {"generate": {"modality": "CT", "instances": 2}})
        assert (stored.passed, len(stored.left_behind)) == (True, 2)
        keys = {"StudyInstanceUID": stored.left_behind[0].study_instance_uid}
        move = archive.step("move", {"level": "STUDY", "keys": keys, "destination": "local"}, expect={"received": 2})
        assert move.passed, move.text
    with pytest.raises(UsageError, match="has no address before it is started"):
        archive.address  # noqa: B018 - asking is the point


@pytest.mark.parametrize(("title", "status"), [("ELSE", ExitStatus.OK), ("HARNESS", ExitStatus.FAILED)])
def test_a_peer_may_know_us_by_another_title(title: str, status: ExitStatus) -> None:
    local = {"ae_title": title}
    with Peer(reference={}, local_ae_title="ELSE") as archive:
        stored = archive.step("store", {"generate": {"modality": "CT"}}, local=local)
        keys = {"StudyInstanceUID": stored.left_behind[0].study_instance_uid}
        moved = archive.step("move", {"level": "STUDY", "keys": keys, "destination": "local"}, local=local)
    assert moved.exit_status is status, moved.text


def test_what_is_said_of_a_peer_holds_once_it_is_started(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    server = {"certificate": tmp_path / "server.pem", "key": tmp_path / "server.key", "client_certificate": "ignored"}
    with Peer(reference={"tls": server}, tls={"ca": tmp_path / "ca.pem"}, timeouts={"response": "5 s"}) as archive:
        assert archive.spec.timeouts.response == 5.0
        assert archive.echo().passed
        assert not Peer(archive.address).echo().passed


def test_a_peer_that_is_not_started_is_started_by_each_run(archive: Peer) -> None:
    assert archive.step("store", {"generate": {"modality": "CT"}}).passed
    found = archive.step("find", {"level": "STUDY", "keys": {"PatientID": "*"}}, expect={"count": 1})
    assert [check.observed for check in found.problems] == ["0 matches"]
    assert repr(archive) == "<Peer reference>"


def test_a_peer_that_cannot_start_leaves_nothing(monkeypatch: pytest.MonkeyPatch, archive: Peer) -> None:
    def fails(*_: object) -> None:
        raise PeerStartError("no room")

    monkeypatch.setattr(ReferencePeer, "start", fails)
    with pytest.raises(PeerStartError, match="no room"):
        archive.start()
    assert not archive.is_started


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"address": "ARCHIVE@host"}, "names no port"),
        ({"process": "dcmqrscpp"}, "did you mean `dcmqrscp`"),
        ({"address": "A@h:1", "enviroment": "test"}, "did you mean `environment`"),
        ({}, "address"),
    ],
)
def test_what_no_peer_can_be_is_refused(keys: dict[str, str], words: str) -> None:
    with pytest.raises(ScenarioError, match=words):
        Peer(**keys)


def test_steps_that_no_file_could_have_are_refused(archive: Peer) -> None:
    with pytest.raises(ScenarioError, match="did you mean `find`"):
        archive.step("fimd")
    with pytest.raises(ScenarioError, match="did you mean `status`"):
        archive.step("echo", expect={"statsu": "success"})


def test_peers_of_files_are_replaced(tmp_path: Path, archive: Peer) -> None:
    path = tmp_path / "site.yaml"
    path.write_text(TEXT, encoding="utf-8")
    with archive:
        result = run(path, peers={"archive": archive}, report_dir=tmp_path / "reports")
    assert result.exit_status is ExitStatus.FAILED
    assert result.counts[Verdict.FAIL] == 1
    assert "expected  3 matches" in result.text
    assert [view.verdict for view in result.scenarios] == [Verdict.PASS, Verdict.FAIL]
    assert result.peers["archive"].environment == "test"
    assert set(result.reports) == {"json", "junit", "html", "markdown", "left_behind"}
    assert all(report.is_file() for report in result.reports.values())
    assert run(load(path, peers={"archive": archive}), tags=["smoke"]).passed


def test_an_address_is_only_read_from() -> None:
    files = loads(
        TEXT.replace(
            'find: {level: STUDY, keys: {PatientID: "*"}}, expect: {count: 3}', "store: {generate: {modality: CT}}"
        ),
        peers={"archive": "A@127.0.0.1:1"},
    )
    result = run(files, only=["holds"])
    assert result.exit_status is ExitStatus.NOTHING_RUN
    assert "--allow-writes archive" in result.checks[0].reason


def test_what_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    files = loads(TEXT, peers={"archive": "A@127.0.0.1:1"})
    with pytest.raises(UsageError, match="no scenario fits --tag smok"):
        run(files, tags=["smok"])
    with pytest.raises(UsageError, match="files that are loaded already have their peers"):
        run(files, peers={"archive": "B@127.0.0.1:1"})
    with pytest.raises(UsageError, match="peer `archive`: address `B` has no `@`"):
        loads(TEXT, peers={"archive": "B"})
    with pytest.raises(UsageError, match="there is no file or folder"):
        run(tmp_path / "nothing.yaml")
    with pytest.raises(ScenarioError, match=r"here\.yaml:3:25: there is no peer `archive`"):
        loads(TEXT, name="here.yaml")
    with pytest.raises(ScenarioError, match="larger than 1 MiB"):
        loads("#" * (1 << 20) + "\n" + TEXT)


def test_events_are_told_and_an_interruption_passes(monkeypatch: pytest.MonkeyPatch, archive: Peer) -> None:
    told: list[str] = []
    files: list[ScenarioFile] = loads(TEXT, peers={"archive": archive})

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    run(files, on_event=lambda event: told.append(type(event).__name__))
    assert told[0] == "RunStarted"
    assert told[-1] == "RunFinished"
    monkeypatch.setattr("harness.engine.scenario_run.execute", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(files)
