"""Configuration files of recipes: what they hold, and what they cannot hold is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from harness.errors import PeerStartError
from harness.peers.dcmtk import dcmqrscp_configuration, syntax_options
from harness.peers.orthanc import orthanc_configuration
from harness.standard.ae import AEAddress
from harness.standard.uids import EXPLICIT_VR_LE, JPEG_LOSSLESS_SV1
from tests.support.peers import recipe_input

KNOWN = (AEAddress("ACME1", "127.0.0.1", 5678), AEAddress("ACME2", "192.0.2.7", 104))


def test_dcmqrscp_checks_whom_it_knows(tmp_path: Path) -> None:
    given = recipe_input(tmp_path, "ACME_STORE", "OTHER", knows=KNOWN, check_ae_titles=True)
    lines = dcmqrscp_configuration(given, "/data").splitlines()
    assert f"NetworkTCPPort  = {given.port}" in lines
    assert lines[lines.index("HostTable BEGIN") + 1 : lines.index("HostTable END")] == [
        "known0 = (ACME1, 127.0.0.1, 5678)",
        "known1 = (ACME2, 192.0.2.7, 104)",
        "everyone = known0, known1",
    ]
    assert lines[lines.index("AETable BEGIN") + 1 : lines.index("AETable END")] == [
        '"ACME_STORE" "/data/0" RW (200, 1024mb) everyone',
        '"OTHER" "/data/1" RW (200, 1024mb) everyone',
    ]


def test_dcmqrscp_lets_in_anyone_unless_told_otherwise(tmp_path: Path) -> None:
    assert "1024mb) ANY" in dcmqrscp_configuration(recipe_input(tmp_path, knows=KNOWN), "/data")


def test_dcmqrscp_that_checks_and_knows_nobody_would_be_open_to_all(tmp_path: Path) -> None:
    with pytest.raises(PeerStartError, match="at least one AE"):
        dcmqrscp_configuration(recipe_input(tmp_path, check_ae_titles=True), "/data")


@pytest.mark.parametrize("title", ['A"B', "A(B", "A)B", "A'B"])
def test_dcmqrscp_cannot_quote(tmp_path: Path, title: str) -> None:
    with pytest.raises(PeerStartError, match="cannot hold"):
        dcmqrscp_configuration(recipe_input(tmp_path, title), "/data")


@pytest.mark.parametrize("ae", [AEAddress("TWO WORDS", "127.0.0.1", 104), AEAddress("A", "x, y) (B", 104)])
def test_dcmqrscp_cannot_quote_in_its_host_table(tmp_path: Path, ae: AEAddress) -> None:
    with pytest.raises(PeerStartError, match="as an AE that it knows"):
        dcmqrscp_configuration(recipe_input(tmp_path, knows=(ae,)), "/data")


def test_dcmqrscp_would_cut_a_long_line(tmp_path: Path) -> None:
    with pytest.raises(PeerStartError, match="at most 510 characters"):
        dcmqrscp_configuration(recipe_input(tmp_path), "/" + 500 * "x")


def test_orthanc_knows_its_modalities(tmp_path: Path) -> None:
    given = recipe_input(tmp_path, knows=KNOWN, check_ae_titles=True)
    configuration = json.loads(orthanc_configuration(given, "/data"))
    assert configuration["DicomAet"] == "PEER"
    assert configuration["DicomPort"] == given.port
    assert configuration["DicomCheckCalledAet"] is True
    assert configuration["HttpServerEnabled"] is False
    assert configuration["RemoteAccessAllowed"] is False
    assert list(configuration["DicomModalities"].values()) == [
        {"AET": "ACME1", "Host": "127.0.0.1", "Port": 5678},
        {"AET": "ACME2", "Host": "192.0.2.7", "Port": 104},
    ]


@pytest.mark.parametrize("checks", [True, False])
def test_orthanc_serves_strangers_unless_told_otherwise(tmp_path: Path, checks: bool) -> None:
    configuration = json.loads(orthanc_configuration(recipe_input(tmp_path, check_ae_titles=checks), "/data"))
    for service in ("Store", "Find", "Get", "Move"):
        assert configuration[f"DicomAlwaysAllow{service}"] is not checks
    assert configuration["DicomAlwaysAllowEcho"] is True


def test_preferred_transfer_syntaxes() -> None:
    assert syntax_options(None, proposes=True) == []
    assert syntax_options(JPEG_LOSSLESS_SV1, proposes=True) == ["+xs", "-xs"]
    assert syntax_options(JPEG_LOSSLESS_SV1, proposes=False) == ["+xs"]
    with pytest.raises(PeerStartError, match="no option for Explicit VR Little Endian"):
        syntax_options(EXPLICIT_VR_LE, proposes=True)
