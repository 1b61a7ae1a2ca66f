"""Orthanc as SCU of storage commitment: it asks our SCP, which reports on an association of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.reference.scp import ReferenceSCP
from harness.reference.settings import ReferenceSettings
from harness.standard.ae import AEAddress
from tests.support.archives import make, put, wait_until
from tests.support.orthanc import OrthancSCU, orthanc_scu

pytestmark = [pytest.mark.slow, pytest.mark.peer("Orthanc")]


def outcome(orthanc: OrthancSCU, instances: list[tuple[str, str]]) -> dict[str, Any]:
    """What Orthanc knows of a request when its report has come."""
    asked = orthanc.post("storage-commitment", {"DicomInstances": instances})
    told: dict[str, Any] = {}

    def reported() -> bool:
        told.update(orthanc.get(f"storage-commitment/{asked['ID']}"))
        return bool(told["Status"] != "Pending")

    wait_until(reported, 60)
    return told


def test_orthanc_asks_for_commitment(tmp_path: Path) -> None:
    files = make(tmp_path / "files", instances=2)
    destinations: dict[str, AEAddress] = {}
    with (
        ReferenceSCP(ReferenceSettings(move_destinations=destinations)) as scp,
        orthanc_scu(tmp_path, scp.address) as orthanc,
    ):
        destinations["ORTHANC"] = orthanc.address
        put(scp, files)
        stored = [(file.sop_class_uid, file.sop_instance_uid) for file in files]
        told = outcome(orthanc, stored)
        assert told["Status"] == "Success"
        assert len(told["Success"]) == 2
        told = outcome(orthanc, [*stored, (files[0].sop_class_uid, "1.2.3")])
        assert told["Status"] == "Failure"
        (failed,) = told["Failures"]
        assert (failed["SOPInstanceUID"], failed["FailureReason"]) == ("1.2.3", 0x0112)
