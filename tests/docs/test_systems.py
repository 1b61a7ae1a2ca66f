"""The page of systems is true: what it names exists and runs in CI, and the versions are those that are installed."""

from __future__ import annotations

import re
import warnings
from importlib.metadata import version
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers.programs import find_program

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "systems.md").read_text(encoding="utf-8")
ROWS = [
    tuple(cell.strip() for cell in line.strip("|").split("|"))
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| System ")
]
RUNS_SCENARIOS = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests" / "engine").glob("test_*.py"))
NEEDED = (
    *(f"DCMTK {tool}" for tool in ("echoscu", "storescu", "dcmsend", "findscu", "movescu", "getscu")),
    *(f"DCMTK {tool}" for tool in ("dcmqrscp", "storescp", "wlmscpfs", "dump2dcm")),
    "GDCM gdcmscu",
    "Orthanc",
    "CTN simple_storage",
    "dcm4che findscu",
    "dcm4che getscu",
)
BANNERS = {"GDCM": "gdcm ", "CTN": "CTN Version", "Orthanc": "Orthanc", "DCMTK": "$dcmtk:"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} as {row[1]}")
def test_every_row_names_what_runs(row: tuple[str, ...]) -> None:
    places = re.findall(r"`([^`]+)`", row[3])
    assert places, "a row without a place is a claim"
    for place in places:
        assert (ROOT / place).is_file(), place
        if place.startswith("scenarios/"):
            assert f'"{Path(place).name}"' in RUNS_SCENARIOS, f"no test runs {place}"


def test_no_system_is_left_out() -> None:
    assert set(NEEDED) <= {row[0] for row in ROWS}


def test_every_scenario_file_that_ships_is_run() -> None:
    for path in (ROOT / "scenarios").glob("*.yaml"):
        assert f'"{path.name}"' in RUNS_SCENARIOS, f"no test runs {path.name}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row[0]} as {row[1]}")
def test_the_version_is_the_one_that_is_installed(row: tuple[str, ...]) -> None:
    """Another version is no mistake of the page, but whoever runs the tests should know."""
    try:
        installed = _installed(row[0])
    except PeerStartError as error:
        pytest.skip(error.reason)
    if row[4] not in installed:
        warnings.warn(f"{row[0]} was seen working with {row[4]}; here is {installed}", stacklevel=1)


def _installed(system: str) -> str:
    maker, _, tool = system.partition(" ")
    if maker == "pynetdicom":
        return version("pynetdicom")
    if maker == "dcm4che":
        return "3"  # The tools say no version.
    program = {"Orthanc": "Orthanc", "CTN": "ctn_version"}.get(maker, tool)
    return find_program(program, BANNERS[maker])[1]
