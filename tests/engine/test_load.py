"""The step `load`: its expectations can fail, its bounds hold, and what is left behind and was refused is told."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from harness.checks.load import check_load
from harness.dimse.messages import response_to
from harness.net.acceptor import Acceptor
from harness.net.association import Association
from harness.observe.load import LoadModel, LoadObservation, OwnShare
from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.scenario.expect import Expectation
from tests.support.accepting import accepting, all_accepted
from tests.support.adhoc import adhoc
from tests.support.paced import after, running, serving
from tests.support.runs import Ran, run_text

COMMAND = [sys.executable, "-c", "from harness.cli.start import main; main()"]

FILE = """\
version: 1
peers:
  peer: {{address: '{address}', environment: test}}
scenarios:
  - id: load
    peer: peer
    steps:
      - load:
          stages: [{{duration: {duration}, associations: 2}}]
          most_operations: {most}
          patience: {patience}
        expect: {expect}
"""


def ran(folder: Path, address: object, expect: str, *, patience: str = "30 s", most: int = 40) -> Ran:
    text = FILE.format(address=address, expect=expect, duration="1 min", patience=patience, most=most)
    return run_text(folder, text)


MET = "{errors: 0, throughput: '>= 1', p50: < 9 s, p95: < 9 s, p99: < 9 s, operations: {echo: {p95: 9 s, errors: 0}}}"


def test_expectations_that_are_met(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        found = ran(tmp_path, scp.address, MET)
    assert found.status == 0, found.output
    names = {name.partition("/load/1/")[2] for name in found.verdicts()} - {"own-share"}
    assert names == {"errors", "throughput", "p50", "p95", "p99", "operations/echo/p95", "operations/echo/errors"}
    assert "40 operations were begun, as many as are allowed" in found.results["steps"][0]["details"][-2]


@pytest.mark.parametrize(
    ("check", "expect"),
    [
        ("errors", "{errors: '>= 1'}"),
        ("throughput", "{throughput: '>= 1000000'}"),
        ("p50", "{p50: < 1 ms}"),
        ("p95", "{p95: 1 ms}"),
        ("p99", "{p99: < 1 ms}"),
        ("operations/echo/p95", "{operations: {echo: {p95: < 1 ms}}}"),
        ("operations", "{operations: {store: {errors: 0}}}"),
    ],
)
def test_each_expectation_can_fail(tmp_path: Path, check: str, expect: str) -> None:
    with accepting(after(lambda _: 0.005)) as address:
        found = ran(tmp_path, address, expect)
    assert found.status == 1, found.output
    (failed,) = found.with_verdict("fail")
    assert failed.startswith(f"scenario/load/1/{check}")
    assert found.check(failed)["diagnosis"]["code"] in (
        "too-slow",
        "result-differs",
        "slow-answers",
        "slow-accept",
        "slow-connect",
    )


@pytest.mark.slow
def test_a_peer_that_dies_is_told_with_the_moment_and_the_cause(tmp_path: Path) -> None:
    served = threading.Semaphore(0)

    def serve(association: Association) -> None:
        while True:
            message = association.receive(30)
            association.send(message.context_id, response_to(message.command, 0))
            served.release()

    def die() -> None:
        assert all(served.acquire(timeout=60) for _ in range(20))
        acceptor.stop()

    acceptor = Acceptor(all_accepted, serve)
    acceptor.start()
    death = threading.Thread(target=die)
    death.start()
    found = ran(tmp_path, f"PEER@127.0.0.1:{acceptor.port}", "{errors: 0}", patience="5 s", most=1_000_000)
    death.join()
    check = found.check("/errors")
    assert check["verdict"] == "fail"
    assert check["diagnosis"]["code"] == "connection-refused"
    assert "the last success after" in check["reason"]
    assert "nothing succeeded for 5 s" in check["reason"]


def test_load_is_for_test_peers_only() -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        done = adhoc("load", scp.address, "--duration", "1 s")
    assert done.exit_code == 5
    assert "load is for peers with `environment: test`, and nothing overrides that" in done.output


def test_the_quota_ends_it_and_what_is_left_is_told(tmp_path: Path) -> None:
    with ReferenceSCP(ReferenceSettings()) as scp:
        options = ("--mix", "store=1", "--size", "64 KB", "--quota", "1 MB", "--duration", "1 min", "--errors", "0")
        done = adhoc("load", scp.address, "--environment", "test", *options, "--report-dir", tmp_path / "r")
        stored = adhoc("find", scp.address, "-r", "NumberOfStudyRelatedInstances").stdout.split()
    assert done.exit_code == 0, done.output
    assert "the quota of 1048576 bytes of objects is used up" in done.output
    assert "15" in stored
    _, line = (tmp_path / "r" / "left-behind.csv").read_text().splitlines()
    assert line.endswith(",15")
    for page in ("summary.md", "report.html"):
        assert "15 objects" in (tmp_path / "r" / page).read_text()


def test_what_was_moved_arrives(tmp_path: Path) -> None:
    text = """\
version: 1
peers:
  bundled: {reference: {}}
scenarios:
  - id: load
    peer: bundled
    steps:
      - store: {generate: {modality: CT, instances: 2}}
        save: {study: "stored.studies[0].StudyInstanceUID"}
      - load:
          mix: {move: {level: STUDY, keys: {StudyInstanceUID: "${study}"}}}
          stages: [{duration: 1 min, associations: 2}]
          most_operations: 4
"""
    found = run_text(tmp_path, text)
    assert found.verdicts()["scenario/load/2/received"] == "pass"
    assert found.check("/2/received")["observed"] == "8 completed, 8 received"


def test_what_was_moved_must_arrive() -> None:
    seen = LoadObservation(moved=(8, 7))
    (outcome,) = [one for one in check_load(Expectation(), seen) if one.name == "received"]
    assert not outcome.met


@pytest.mark.parametrize(
    ("own", "is_told"),
    [(OwnShare(cores=0.5), False), (OwnShare(cores=0.95), True), (OwnShare(cores=0.1, late=0.2), True)],
)
def test_the_tool_says_when_it_is_the_limit(own: OwnShare, is_told: bool) -> None:
    seen = LoadObservation(model=LoadModel.OPEN, own=own)
    told = [one for one in check_load(Expectation(), seen) if one.name == "own-share"]
    assert [one.aside for one in told] == [True] * is_told


@pytest.mark.parametrize(
    ("load", "message"),
    [
        ("{stages: []}", "stages"),
        ("{stages: [{duration: 1 s}]}", "either `associations` (closed model) or `rate` (open model)"),
        ("{stages: [{duration: 1 s, rate: 1}, {duration: 1 s, associations: 1}]}", "mix `associations` and `rate`"),
        ("{mix: {}, stages: [{duration: 1 s, rate: 1}]}", "the mix is empty"),
        ("{mix: {echo: 0}, stages: [{duration: 1 s, rate: 1}]}", "`0` is no weight"),
        ("{mix: {store: {sizes: {1 PB: 1}}}, stages: [{duration: 1 s, rate: 1}]}", "`1 PB` is not a size"),
        ("{mix: {store: {sizes: {1 GB: 1}}}, stages: [{duration: 1 s, rate: 1}]}", "at most 32 MB"),
        ("{mix: {find: {weight: 1, level: PATIENT}}, stages: [{duration: 1 s, rate: 1}]}", "`PATIENT` is no level"),
    ],
)
def test_mistakes_are_located(tmp_path: Path, load: str, message: str) -> None:
    path = tmp_path / "load.yaml"
    path.write_text(
        f"version: 1\npeers: {{p: {{reference: {{}}}}}}\nscenarios: [{{id: a, peer: p, steps: [{{load: {load}}}]}}]\n"
    )
    done = adhoc("validate", path)
    assert done.exit_code == 2
    assert message in done.output, done.output


def test_an_interrupted_load_has_complete_reports(tmp_path: Path) -> None:
    asked = threading.Semaphore(0)
    with serving(after(lambda _: 0.02), asked.release) as address:
        process = subprocess.Popen(
            [*COMMAND, "load", str(address), "--environment", "test", "--duration", "1 min"]
            + ["--associations", "3", "--report-dir", str(tmp_path / "r")],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert all(asked.acquire(timeout=60) for _ in range(3))
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=50)
    assert process.returncode == 130, out
    (step,) = json.loads((tmp_path / "r" / "results.json").read_text())["steps"]
    assert any("it was interrupted" in line for line in step["details"])
    assert step["checks"] is not None


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "associations"),
    [
        # Of several associations that store at once dcmqrscp of DCMTK 3.6.7 answers one now and then with C000H.
        pytest.param("dcmqrscp", 1, marks=pytest.mark.peer("dcmqrscp")),
        pytest.param("Orthanc", 4, marks=pytest.mark.peer("Orthanc")),
    ],
)
def test_a_mix_on_real_products(tmp_path: Path, program: str, associations: int) -> None:
    with running(tmp_path, program) as address:
        mix = ("--mix", "echo=3,store=2,find=1", "--size", "8 KB=9", "--size", "256 KB=1", "-k", "PatientName=ZZ*")
        bounds = ("--associations", associations, "--duration", "1 min", "--most-operations", "200")
        done = adhoc("load", address, "--environment", "test", *bounds, *mix)
    assert done.exit_code == 0, done.output
    for name in ("echo", "store", "find"):
        assert f"\n{name}: " in f"\n{done.output}", done.output
