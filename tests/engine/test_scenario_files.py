"""The scenario files that ship pass on the real products they are written for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.runs import run_files

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def test_quickstart(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "quickstart.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
    services = {step["service"] for step in ran.results["steps"]}
    assert services == {"echo", "associate", "negotiate", "store", "find", "move", "get"}
    (move,) = [step for step in ran.results["steps"] if step["service"] == "move"]
    assert [association["role"] for association in move["associations"]] == ["requestor", "acceptor"]


@pytest.mark.peer("dcmqrscp")
def test_offis_howto(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "offis-howto.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc_as_process(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "orthanc.yaml", "--tag", "process")
    assert ran.status == 0, ran.output


@pytest.mark.slow
@pytest.mark.container
def test_orthanc_in_containers(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "orthanc.yaml", "--tag", "container")
    assert ran.status == 0, ran.output


@pytest.mark.slow
@pytest.mark.container
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_all_together(tmp_path: Path) -> None:
    names = ("quickstart.yaml", "offis-howto.yaml", "orthanc.yaml")
    ran = run_files(tmp_path, *(SCENARIOS / name for name in names))
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


@pytest.mark.slow
@pytest.mark.peer("dcmqrscp", "Orthanc")
def test_cancel(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "cancel.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


@pytest.mark.slow
@pytest.mark.peer("storescp", "dcmrecv", "simple_storage")
def test_receivers(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "receivers.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}


@pytest.mark.peer("dcmqrscp")
def test_stores(tmp_path: Path) -> None:
    ran = run_files(tmp_path, SCENARIOS / "stores.yaml")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}
