"""A step that is too slow says where the time went, and the pattern that explains it where one is seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.standard.ae import AEAddress
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


@pytest.mark.peer("storescp")
def test_a_plateau_is_told(tmp_path: Path) -> None:
    with running(tmp_path, "storescp") as address, Relay(address.port, lambda *_: False, lambda: None) as relay:
        diagnosis = too_slow(tmp_path, AEAddress("PEER", "127.0.0.1", relay.port))
    assert diagnosis["code"] == "delayed-acknowledgement-40ms"
    assert diagnosis["others"] == ["too-slow"]
    _, seen, went = diagnosis["evidence"]
    assert seen.startswith("5 answers took 4")
    assert went.startswith("where the time went: service 2")


def test_too_few_answers_make_no_plateau(tmp_path: Path) -> None:
    with serving(after(lambda _: 0.042)) as address:
        diagnosis = too_slow(tmp_path, address, repeat=2)
    assert (diagnosis["code"], diagnosis["others"]) == ("too-slow", [])


def test_a_peer_that_is_slow_in_itself(tmp_path: Path) -> None:
    with serving(after(lambda _: 0.1)) as address:
        diagnosis = too_slow(tmp_path, address)
    assert (diagnosis["code"], diagnosis["others"]) == ("too-slow", [])
    _, went = diagnosis["evidence"]
    assert went.startswith("where the time went: service 5")
    assert "association" in went
