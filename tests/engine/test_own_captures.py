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

LOOKED_AGAIN = ("closed-after-request", "reset-after-request", "silent-listener")
RUN_KNOWS_MORE = {
    # It has looked again, on other connections.
    "http-server": LOOKED_AGAIN,
    "closed-at-once": LOOKED_AGAIN,
    "tls-where-plain-expected": LOOKED_AGAIN,
    "too-many-contexts": ("closed-after-request",),
    "no-such-instance": ("moved-nowhere",),
    "accepted-beyond-policy": (NOTHING_WRONG,),
    "another-implementation": (NOTHING_WRONG,),
    # It knows what was wanted.
    "contexts-partly-refused": (NOTHING_WRONG,),
    "not-refused": (NOTHING_WRONG,),
}
"""By the code of the run: what a capture of the one association may say instead."""

STAGES = (Stage.PROTOCOL, Stage.ASSOCIATION, Stage.CONTEXTS, Stage.SERVICE)
"""Those of which a capture of one association tells. Before them nothing is said; of effects and times the run knows
what was expected, and what came on other associations. A capture of ours holds the DICOM within TLS, and no TLS."""

NO_DICOM_WAS_SAID = ("plain-where-tls-expected",)


def _first_of_each_code() -> list[Fault]:
    found: dict[str, Fault] = {}
    for fault in FAULTS:
        told = fault.code in CAUSES and CAUSES[fault.code].stage in STAGES and fault.code not in NO_DICOM_WAS_SAID
        if told and Way.RUN in fault.ways and not fault.container and not fault.programs:
            found.setdefault(fault.code, fault)
    return list(found.values())


@pytest.mark.parametrize("fault", _first_of_each_code(), ids=lambda fault: fault.code)
def test_a_capture_says_what_the_run_said(tmp_path: Path, fault: Fault) -> None:
    found = judge(replace(fault, ways=(Way.RUN,)), tmp_path)[Way.RUN]
    captures = sorted((tmp_path / "reports" / "wire").glob("*.pcapng"))
    explained = [one for path in captures for one in explain_all(read_capture(path).associations)]
    codes = {one.diagnosis.code if one.diagnosis is not None else NOTHING_WRONG for one in explained}
    assert codes & {found.code, *RUN_KNOWS_MORE.get(found.code, ())}
