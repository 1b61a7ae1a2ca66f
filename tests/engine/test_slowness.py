"""A step that is too slow says where the time went, and the pattern that explains it where one is seen."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from harness.peers.dcmtk import BANNER as DCMTK
from harness.peers.programs import find_program
from harness.standard.ae import AEAddress
from tests.support.accepting import accepting
from tests.support.namespaces import in_world, late_name_server, until_open
from tests.support.paced import after, running, serving
from tests.support.relay import Relay
from tests.support.runs import run_text

SCENARIO = """
    version: 1
    name: Too slow
    peers:
      peer: {{address: {address}}}
    scenarios:
      - id: slow
        name: Too slow
        peer: peer
        steps:
          - {{echo: {{repeat: {repeat}}}, expect: {{within: {within}}}}}
"""


def too_slow(folder: Path, address: object, repeat: int = 5, within: str = "20 ms") -> dict[str, Any]:
    """The diagnosis of C-ECHOs that take longer than they may."""
    ran = run_text(folder, SCENARIO.format(address=address, repeat=repeat, within=within))
    (check,) = [check for check in ran.results["checks"] if check["verdict"] == "fail"]
    diagnosis = check["diagnosis"]
    assert isinstance(diagnosis, dict)
    for text in (ran.output, *((ran.reports / name).read_text() for name in ("junit.xml", "report.html"))):
        assert diagnosis["code"] in text
    return diagnosis


SLOW = {"slow-name-lookup", "slow-connect", "slow-accept", "too-slow"}
"""What a machine that stalls may make of any way."""


def of_answers(diagnosis: dict[str, Any]) -> list[str]:
    """The codes of a diagnosis, without what is said of the way to an association."""
    found = [diagnosis["code"], *diagnosis["others"]]
    return [code for code in found if code == "too-slow" or code not in SLOW]


@pytest.mark.timed
@pytest.mark.peer("storescp")
def test_a_plateau_is_told(tmp_path: Path) -> None:
    with running(tmp_path, "storescp") as address, Relay(address.port, lambda *_: False, lambda: None) as relay:
        for _ in range(3):
            diagnosis = too_slow(tmp_path, AEAddress("PEER", "127.0.0.1", relay.port), repeat=10)
            # A machine that is busy blurs milliseconds.
            if (diagnosis["code"], diagnosis["others"]) == ("delayed-acknowledgement-40ms", ["too-slow"]):
                break
    assert diagnosis["code"] == "delayed-acknowledgement-40ms"
    assert diagnosis["others"] == ["too-slow"]
    _, seen, went = diagnosis["evidence"]
    assert seen.startswith("10 answers took ")
    assert went.startswith("where the time went: service ")


def test_too_few_answers_make_no_plateau(tmp_path: Path) -> None:
    with accepting(after(lambda _: 0.042)) as address:
        diagnosis = too_slow(tmp_path, address, repeat=2)
    assert of_answers(diagnosis) == ["too-slow"]


def test_a_peer_that_is_slow_in_itself(tmp_path: Path) -> None:
    with accepting(after(lambda _: 0.1)) as address:
        diagnosis = too_slow(tmp_path, address)
    assert of_answers(diagnosis) == ["too-slow"]
    assert re.match(r"where the time went: .*service [\d.]+ m?s\b", diagnosis["evidence"][-1])


@pytest.mark.slow
def test_an_association_that_is_accepted_late(tmp_path: Path) -> None:
    """So late that it is what took longest even where the machine stalls."""
    with serving(after(lambda _: 0.0), before=lambda: time.sleep(3)) as address:
        diagnosis = too_slow(tmp_path, address, repeat=1)
    assert {"slow-accept", "too-slow"} <= {diagnosis["code"], *diagnosis["others"]} <= SLOW
    *_, seen, went = diagnosis["evidence"]
    assert re.fullmatch(r"the answer to the A-ASSOCIATE-RQ took \d+\.\d s", seen)
    assert re.match(r"where the time went: association \d", went)


@pytest.mark.slow
@pytest.mark.peer("storescp")
def test_a_name_server_that_is_late(tmp_path: Path) -> None:
    file = tmp_path / "slow.yaml"
    file.write_text(dedent(SCENARIO.format(address="PEER@pacs.example.org:104", repeat=1, within="1 ms")))
    path, _ = find_program("storescp", DCMTK)
    world = (*late_name_server(tmp_path, 3), f"{path} --disable-host-lookup 104 &", until_open(104))
    done = in_world(world, ["run", file, "--report-dir", tmp_path / "reports"])
    assert done.returncode == 1, done.stdout + done.stderr
    checks = json.loads((tmp_path / "reports" / "results.json").read_text())["checks"]
    (diagnosis,) = filter(None, (check["diagnosis"] for check in checks))
    assert (diagnosis["code"], diagnosis["others"][-1]) == ("slow-name-lookup", "too-slow")
    assert set(diagnosis["others"]) <= SLOW
    assert "where the time went: name " in diagnosis["evidence"][-1]
    assert "[slow-name-lookup]" in done.stdout


@pytest.mark.slow
def test_every_association_says_how_long_each_stage_took(tmp_path: Path) -> None:
    with accepting(after(lambda _: 1.5)) as address:
        ran = run_text(tmp_path, SCENARIO.format(address=address, repeat=2, within="1 min"))
    (association,) = ran.results["steps"][0]["associations"]
    assert list(association["stages"]) == ["name", "connect", "association", "service", "release"]
    assert association["stages"]["service"] >= 3
    assert max(association["stages"].values()) == association["stages"]["service"]
    assert "service " in (ran.reports / "report.html").read_text()
