"""The captures that `run` writes are explained by `diagnose --pcap` as the run itself explains its failed step."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from harness.diagnosis.captured.verdict import explain_all
from harness.diagnosis.catalogue import CAUSES
from harness.diagnosis.model import Stage
from harness.observe.capture.associations import read_capture
from tests.lab.catalogue import FAULTS
from tests.lab.fault import NOTHING_WRONG, Fault, Way
from tests.lab.judge import judge

pytestmark = pytest.mark.slow

RUN_KNOWS_MORE = {
    # It has looked again, on other connections.
    "connection-reset-at-once": "closed-after-request",
    "closed-at-once": "closed-after-request",
    "http-server": "silent-listener",
    "tls-where-plain-expected": "closed-after-request",
    # A capture of ours holds the DICOM within TLS, and no TLS.
    "tls-client-certificate-wanted": "closed-after-request",
    "tls-client-certificate-refused": "closed-after-request",
    # It was the destination, and saw who came to it.
    "move-cannot-reach-us": "sub-operations-failed",
    "move-refused-by-us": "sub-operations-failed",
    "moved-elsewhere": NOTHING_WRONG,
    # It knows what was expected, and what was there before.
    **dict.fromkeys(
        (
            "stored-not-found",
            "found-not-retrievable",
            "counts-disagree",
            "contexts-partly-refused",
            "commitment-never-came",
            "commitment-refused-by-us",
        ),
        NOTHING_WRONG,
    ),
    "too-many-contexts": "closed-after-request",
}
"""By the code of the run: what a capture of the one association tells."""

NOTHING_CAPTURED = {
    NOTHING_WRONG,
    "plain-where-tls-expected",
    *(
        code
        for code, cause in CAUSES.items()
        if cause.stage in (Stage.CONFIGURATION, Stage.NAME, Stage.ROUTE, Stage.TLS)
    ),
}
"""No DICOM was said, or none failed."""


def _first_of_each_code() -> list[Fault]:
    found: dict[str, Fault] = {}
    for fault in FAULTS:
        if Way.RUN in fault.ways and not fault.container and not fault.programs:
            found.setdefault(fault.code, fault)
    return list(found.values())


@pytest.mark.parametrize("fault", _first_of_each_code(), ids=lambda fault: fault.code)
def test_a_capture_says_what_the_run_said(tmp_path: Path, fault: Fault) -> None:
    found = judge(replace(fault, ways=(Way.RUN,)), tmp_path)[Way.RUN]
    captures = sorted((tmp_path / "reports" / "wire").glob("*.pcapng"))
    if not captures:
        assert found.code in NOTHING_CAPTURED
        return
    explained = [one for path in captures for one in explain_all(read_capture(path).associations)]
    codes = {one.diagnosis.code if one.diagnosis is not None else NOTHING_WRONG for one in explained}
    assert RUN_KNOWS_MORE.get(found.code, found.code) in codes
