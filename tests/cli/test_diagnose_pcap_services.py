"""Captures of retrieves between real products, with the associations on which they were carried out."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydicom import dcmread

from harness.diagnosis.captured.verdict import Explained, explain_all
from harness.observe.capture.associations import read_capture
from harness.peers.base import LOOPBACK
from harness.peers.dcmtk import dcmqrscp, storescp
from harness.peers.orthanc import orthanc
from harness.peers.ports import free_port
from harness.standard.ae import AEAddress
from harness.testdata.generator import generate
from harness.testdata.spec import GenerateSpec
from tests.support.captures import run_tool, running
from tests.support.sniffing import captured

pytestmark = [pytest.mark.slow, pytest.mark.peer("dumpcap", "storescp", "storescu", "movescu", "getscu")]

DESTINATIONS = ("GOOD", "REFUSING", "NOWHERE")


@dataclass(frozen=True)
class Study:
    """Generated files of one study."""

    files: tuple[Path, ...]
    uid: str


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    made = generate(GenerateSpec(instances=2, rows=32, columns=32), tmp_path_factory.mktemp("study"), "services")
    return Study(tuple(one.path for one in made), str(dcmread(made[0].path).StudyInstanceUID))


def _keys(uid: str) -> tuple[str, ...]:
    return "-k", "QueryRetrieveLevel=STUDY", "-k", f"StudyInstanceUID={uid}"


def _moves(folder: Path, study: Study, archive: str, recipe: object) -> dict[str, list[Explained]]:
    """A C-MOVE to each destination and to one that the archive does not know, and one of a study that it lacks."""
    path = folder / "moves.pcapng"
    with ExitStack() as stack:
        good = stack.enter_context(running(folder, "good", storescp))
        refusing = stack.enter_context(running(folder, "refusing", storescp, ["--refuse"]))
        ports = dict(zip(DESTINATIONS, (good, refusing, free_port()), strict=True))
        knows = [AEAddress(title, LOOPBACK, port) for title, port in ports.items()]
        port = stack.enter_context(running(folder, "archive", recipe, knows=knows))  # type: ignore[arg-type]
        here = ("-aet", "GOOD", "-aec", archive, LOOPBACK, port)
        run_tool("storescu", *here, *study.files)
        with captured(path, " or ".join(f"tcp port {one}" for one in (port, *ports.values()))):
            for destination in (*DESTINATIONS, "UNKNOWN"):
                run_tool("movescu", "-S", "-aem", destination, *here, *_keys(study.uid))
            run_tool("movescu", "-S", "-aem", "GOOD", *here, *_keys("1.2.3"))
            run_tool("getscu", "-S", "-od", folder, *here, *_keys(study.uid))
    found: dict[str, list[Explained]] = {}
    for one in explain_all(read_capture(path).associations):
        found.setdefault(_asked(one, ports), []).append(one)
    return found


def _asked(one: Explained, ports: dict[str, int]) -> str:
    """What a connection was for: the destination of a C-MOVE, or where its instances were sent."""
    to = {port: f"to {title}" for title, port in ports.items()}
    exchanges = one.association.exchanges.answered
    moved = [exchange.destination for exchange in exchanges if exchange.request == "C-MOVE-RQ"]
    return to.get(one.association.listener[1]) or (f"move {moved[0]}" if moved else "get")


def _codes(found: list[Explained]) -> list[str]:
    return [one.diagnosis.code if one.diagnosis is not None else one.state.value for one in found]


@pytest.fixture(scope="module")
def of_dcmqrscp(tmp_path_factory: pytest.TempPathFactory, study: Study) -> dict[str, list[Explained]]:
    return _moves(tmp_path_factory.mktemp("dcmqrscp"), study, "ARCHIVE", dcmqrscp)


@pytest.fixture(scope="module")
def of_orthanc(tmp_path_factory: pytest.TempPathFactory, study: Study) -> dict[str, list[Explained]]:
    return _moves(tmp_path_factory.mktemp("orthanc"), study, "ARCHIVE", orthanc)


@pytest.mark.peer("dcmqrscp")
@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("move GOOD", ["fine", "moved-nowhere"]),
        ("to GOOD", ["fine"]),
        ("move REFUSING", ["move-refused-by-us"]),
        ("to REFUSING", ["rejected-no-reason"]),
        ("move NOWHERE", ["move-cannot-reach-us"]),
        ("to NOWHERE", ["connection-refused"]),
        ("move UNKNOWN", ["move-destination-unknown"]),
        ("get", ["fine"]),
    ],
)
def test_dcmqrscp(of_dcmqrscp: dict[str, list[Explained]], what: str, codes: list[str]) -> None:
    assert _codes(of_dcmqrscp[what]) == codes


@pytest.mark.peer("Orthanc")
@pytest.mark.parametrize(
    ("what", "codes"),
    [
        ("move GOOD", ["fine", "cannot-understand"]),
        ("to GOOD", ["fine"]),
        ("move REFUSING", ["move-refused-by-us"]),
        ("to REFUSING", ["rejected-no-reason"]),
        ("move NOWHERE", ["move-cannot-reach-us"]),
        ("to NOWHERE", ["connection-refused"]),
        ("move UNKNOWN", ["cannot-understand"]),
        ("get", ["fine"]),
    ],
)
def test_orthanc(of_orthanc: dict[str, list[Explained]], what: str, codes: list[str]) -> None:
    assert _codes(of_orthanc[what]) == codes


@pytest.mark.peer("dcmqrscp")
def test_a_move_names_the_connection_on_which_it_failed(of_dcmqrscp: dict[str, list[Explained]]) -> None:
    (move,), (sent,) = of_dcmqrscp["move REFUSING"], of_dcmqrscp["to REFUSING"]
    assert move.diagnosis is not None
    assert f"connection {sent.association.number} of the peer to " in " ".join(move.diagnosis.evidence)
