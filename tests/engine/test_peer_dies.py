"""The peer is killed in the middle of a store, of a find and of a move: verdicts, complete reports, no hang, exit 1."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lxml import etree

from harness.peers.base import RecipeInput
from harness.peers.dcmtk import dcmqrscp
from harness.peers.ports import free_port
from harness.peers.process import ProcessPeer
from harness.standard.ae import AEAddress
from tests.support.relay import Relay
from tests.support.runs import Ran, run_text

pytestmark = [pytest.mark.peer("dcmqrscp"), pytest.mark.slow]

SILENCE = 60
"""Seconds after which a peer would be given up that says nothing; one that dies is noticed before."""

FILE = """\
version: 1
local: {{ae_title: HARNESS, listen: {listen}}}
peers:
  archive:
    address: ARCHIVE@127.0.0.1:{port}
    environment: test
    timeouts: {{response: {silence} s, association: {silence} s}}
scenarios:
  - id: dies
    peer: archive
    steps:
      - store: {{generate: {{instances: {instances}}}}}
        save: {{study: "stored.studies[0].StudyInstanceUID"}}
      - find:
          level: IMAGE
          keys: {{StudyInstanceUID: "${{study}}", SeriesInstanceUID: "${{series}}"}}
          return: [SOPInstanceUID, InstanceNumber]
        expect: {{count: {instances}}}
      - move: {{level: STUDY, keys: {{StudyInstanceUID: "${{study}}"}}}}
      - echo: {{}}
""".replace(
    'save: {{study: "stored.studies[0].StudyInstanceUID"}}',
    'save: {{study: "stored.studies[0].StudyInstanceUID", series: "stored.series[0].SeriesInstanceUID"}}',
)


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[tuple[ProcessPeer, int]]:
    listen = free_port()
    folder = tmp_path / "archive"
    folder.mkdir()
    knows = (AEAddress("HARNESS", "127.0.0.1", listen),)
    peer = ProcessPeer("dcmqrscp", dcmqrscp, RecipeInput(("ARCHIVE",), free_port(), folder, "HARNESS", knows))
    peer.start()
    yield peer, listen
    peer.stop()


def run_until_death(
    tmp_path: Path, archive: tuple[ProcessPeer, int], when: Callable[[bool, int, bytes], bool]
) -> tuple[Ran, float]:
    peer, listen = archive
    begun = time.monotonic()
    with Relay(peer.address.port, when, peer.kill) as relay:
        ran = run_text(tmp_path, FILE.format(listen=listen, port=relay.port, instances=20, silence=SILENCE))
    assert relay.acted.is_set(), "the peer was never killed"
    return ran, time.monotonic() - begun


def complete(ran: Ran) -> None:
    """All reports are there and whole."""
    assert ran.status == 1, ran.output
    assert ran.results["exit_status"] == 1
    cases = list(etree.parse(str(ran.reports / "junit.xml")).iter("testcase"))
    assert len(cases) == len(ran.results["checks"])
    assert "</html>" in (ran.reports / "report.html").read_text()
    assert (ran.reports / "summary.md").read_text().strip()
    assert list((ran.reports / "wire").glob("*.pcapng"))
    # Four steps were planned, and each has its verdict.
    assert {check["id"].split("/")[2] for check in ran.results["checks"]} == {"1", "2", "3", "4"}


def test_killed_in_the_middle_of_a_store(tmp_path: Path, archive: tuple[ProcessPeer, int]) -> None:
    ran, elapsed = run_until_death(tmp_path, archive, lambda from_server, total, _: not from_server and total > 60_000)
    complete(ran)
    status = ran.check("1/status")
    assert status["verdict"] == "fail"
    assert "of 20 instances as expected" in status["observed"]
    assert ran.check("4/echo")["verdict"] == "blocked"
    assert elapsed < SILENCE


def test_killed_in_the_middle_of_a_find(tmp_path: Path, archive: tuple[ProcessPeer, int]) -> None:
    def in_find(from_server: bool, _total: int, data: bytes) -> bool:
        return from_server and b"\x20\x80" in data and b"\x00\xff" in data

    ran, elapsed = run_until_death(tmp_path, archive, in_find)
    complete(ran)
    assert set(ran.with_verdict("fail")) <= {"scenario/dies/2/status", "scenario/dies/2/count"}
    assert ran.check("2/status")["verdict"] == "fail"
    assert elapsed < SILENCE


def test_killed_in_the_middle_of_a_move(tmp_path: Path, archive: tuple[ProcessPeer, int]) -> None:
    def in_move(from_server: bool, _total: int, data: bytes) -> bool:
        return from_server and b"\x21\x80" in data and b"\x00\xff" in data

    ran, elapsed = run_until_death(tmp_path, archive, in_move)
    complete(ran)
    assert ran.check("3/status")["verdict"] == "fail"
    assert "closed" in ran.check("3/status")["observed"] or "reset" in ran.check("3/status")["observed"]
    assert elapsed < SILENCE
