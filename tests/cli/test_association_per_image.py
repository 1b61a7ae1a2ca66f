"""A peer that opens an association for every image is seen: in `diagnose --move`, in `run`, and in captures."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.diagnosis.per_image import association_per_image
from harness.observe.capture.associations import read_capture
from harness.peers.ports import free_port
from harness.services.part10 import FileMeta
from tests.cli.test_diagnose import diagnose
from tests.cli.test_diagnose_services import study_of
from tests.support.archives import make
from tests.support.movers import moving
from tests.support.runs import run_text
from tests.support.sniffing import captured

SCENARIO = """
    version: 1
    name: A move that is too slow
    local: {{listen: {port}}}
    peers:
      peer: {{address: "{address}"}}
    scenarios:
      - id: move
        name: A move that is too slow
        peer: peer
        steps:
          - move: {{level: STUDY, keys: {{StudyInstanceUID: {study}}}, destination: local}}
            expect: {{status: success, received: {count}, within: 1 ms}}
"""
CODE = "association-per-image"
pytestmark = pytest.mark.peer("storescu")


def paths(files: list[FileMeta]) -> list[Path]:
    return [file.path for file in files]


@pytest.mark.parametrize(("count", "at_once", "seen"), [(4, 1, True), (4, 4, False), (4, 2, False), (2, 1, False)])
def test_a_move_to_us(tmp_path: Path, count: int, at_once: int, seen: bool) -> None:
    files = make(tmp_path, instances=count)
    port = free_port()
    with moving(paths(files), port, at_once=at_once) as address:
        found = diagnose(address, "--move", study_of(files[0]), "--listen", port)
    assert found["code"] == "nothing-wrong"
    # Where the machine stalls, other times are remarkable as well.
    told = [hint for hint in found["hints"] if hint["code"] == CODE]
    assert len(told) == seen
    service = found["rungs"][-2]
    assert service["text"].startswith("C-MOVE was answered")
    assert service["seconds"] > 0.01, "storescu takes that long to start"
    if seen:
        (evidence,) = told[0]["evidence"]
        assert evidence.startswith("4 instances came from `PEER` on 4 associations, in ")


@pytest.mark.parametrize(("at_once", "seen"), [(1, True), (3, False)])
def test_a_move_that_is_too_slow(tmp_path: Path, at_once: int, seen: bool) -> None:
    files = make(tmp_path, instances=3)
    port = free_port()
    with moving(paths(files), port, at_once=at_once) as address:
        ran = run_text(tmp_path, SCENARIO.format(address=address, port=port, study=study_of(files[0]), count=3))
    (check,) = [check for check in ran.results["checks"] if check["verdict"] == "fail"]
    codes = [check["diagnosis"]["code"], *check["diagnosis"]["others"]]
    assert (codes[0] == CODE, CODE in codes, codes[-1]) == (seen, seen, "too-slow")
    assert codes[0] in ran.output


@pytest.mark.peer("dumpcap")
@pytest.mark.slow
@pytest.mark.parametrize(("at_once", "seen"), [(1, True), (3, False)])
def test_a_capture_of_it(tmp_path: Path, at_once: int, seen: bool) -> None:
    files = make(tmp_path, instances=3)
    port = free_port()
    capture = tmp_path / "capture.pcapng"
    with moving(paths(files), port, at_once=at_once) as address, captured(capture, f"tcp port {port}"):
        diagnose(address, "--move", study_of(files[0]), "--listen", port)
    hint = association_per_image(found.trace for found in read_capture(capture).associations)
    assert (hint is not None) == seen
    if hint is not None:
        code, text = hint
        assert code == CODE
        assert text.startswith("3 instances came from `PEER` on 3 associations, in ")
