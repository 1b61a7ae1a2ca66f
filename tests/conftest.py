"""What every test may use: markers that skip with the reason, or fail in CI where nothing may be missing."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from harness.errors import PeerStartError
from harness.peers import ports
from harness.peers.programs import find_program
from tests.support.engine import absence_of_engine

# Nothing is judged by how long an example took, or was thought out: the machine is shared with other tests.
settings.register_profile("exploring", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# The same code has the same examples; `--hypothesis-profile exploring` looks for new ones.
settings.register_profile("steady", settings.get_profile("exploring"), derandomize=True)
settings.load_profile("steady")

collect_ignore_glob = ["*.yaml"]
"""Scenario files below here are input of tests, and no tests of their own for the plugin that we come with."""

IN_CI = bool(os.environ.get("DICOM_HARNESS_CI"))
BANNERS = {
    "Orthanc": "Orthanc",
    "tshark": "TShark",
    "simple_storage": "Usage: simple_storage",
    "dicom_echo": "dicom_echo [",
    "send_image": "send_image [",
    "mwlQuery": "mwlQuery [",
    "gdcmconv": "gdcm 3",
    "gdcmscu": "gdcmscu: gdcm",
    "java": "openjdk",
    "dumpcap": "Dumpcap",
}
DCMTK = "$dcmtk:"
CHROMIUM = Path("/usr/bin/chromium")

PORTS = range(12_000, 20_000)

_missing: dict[str, str] = {}


@cache
def _absence_of(program: str) -> str:
    """Why a program cannot be used; empty when it can."""
    try:
        find_program(program, BANNERS.get(program, DCMTK))
    except PeerStartError as error:
        return error.reason
    return ""


def pytest_configure() -> None:
    """Workers that run at once choose different ports: a port is free until its server binds it, some seconds later.

    They are none of those among which the commands choose that tests start.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    assert not set(PORTS) & set(ports._PORTS)
    ports._PORTS = PORTS[worker :: int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))]


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what cannot run here; in CI only containers may be skipped."""
    reasons = [_absence_of(program) for marker in item.iter_markers("peer") for program in marker.args]
    if item.get_closest_marker("browser") is not None and not os.access(CHROMIUM, os.X_OK):
        reasons.append("Chromium is not installed")
    for reason in filter(None, reasons):
        if IN_CI:
            pytest.fail(f"in CI no peer may be missing: {reason}")
        _missing[reason] = "peer"
        pytest.skip(reason)
    if item.get_closest_marker("container") is not None and absence_of_engine():
        _missing[absence_of_engine()] = "container"
        pytest.skip(absence_of_engine())


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what could not be tested."""
    for reason, kind in _missing.items():
        terminalreporter.write_line(f"NOT TESTED ({kind}): {reason}", yellow=True, bold=True)


@pytest.fixture
def dcmtk() -> dict[str, str]:
    """DCMTK's tools by name, as absolute paths (pynetdicom installs scripts of the same names)."""
    names = ("echoscu", "storescu", "dcmsend", "findscu", "movescu", "getscu", "termscu", "dcmdump", "dcmdjpeg")
    return {name: str(find_program(name, DCMTK)[0]) for name in names}
