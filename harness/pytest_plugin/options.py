"""Options and markers of the plugin, and what it keeps in pytest's configuration; imports nothing of the harness."""

from __future__ import annotations

import pytest

INI_PATTERNS = "dicom_scenarios"
PATTERNS = ["*.yaml", "*.yml"]
MARKERS = (
    "dicom_scenario: a DICOM scenario; every one has this marker, and each of its tags as a marker besides",
    "dicom_peer(name): which peer of --dicom-peer the fixture dicom_peer is",
)
CONCERNED = pytest.StashKey[bool]()
"""Whether this session has scenario files."""


def add_options(group: pytest.OptionGroup) -> None:
    """Options of the command line; they mean what those of `dicom-harness run` mean."""
    group.addoption(
        "--dicom-peer",
        action="append",
        default=[],
        metavar="NAME=AE@HOST:PORT",
        help="Put this address in a peer's place, in scenario files and for the fixture dicom_peer (repeatable).",
    )
    group.addoption("--dicom-peers", metavar="FILE", help="Take peers from this file.")
    group.addoption(
        "--dicom-allow-writes", action="append", default=[], metavar="PEER", help="Allow writing to this peer."
    )
    group.addoption(
        "--dicom-allow-commands",
        action="store_true",
        help="Allow images and command line options that a scenario file brings itself.",
    )
    group.addoption("--dicom-strict", action="store_true", help="Warnings of scenarios fail.")
    group.addoption(
        "--dicom-report-dir", metavar="DIR", help="Write the reports of the harness and captures of failures here."
    )
    group.addoption("--dicom-trace", action="store_true", help="Capture every association, not only failed ones.")
    group.addoption(
        "--dicom-show-values",
        action="store_true",
        help="Show attribute values of peers; they may be patient data.",
    )
