"""What clients and the reference SCP say to each other is linted: our side is clean, and theirs is as is known."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.checks.lint.linter import lint
from harness.observe.trace import Trace
from harness.reference.scp import ReferenceSCP

KNOWN: dict[str, set[str]] = {
    "test_ctn_clients": {"pdv-empty", "default-transfer-syntax"},
    "test_dcm4che_clients": set(),
    "test_dcmtk_clients": {"reserved"},
    "test_gdcm_client": {"default-transfer-syntax"},
    "test_orthanc_client": {"reserved"},
    "test_orthanc_commitment": {"reserved"},
    "test_pynetdicom_clients": {"default-transfer-syntax"},
    "test_worklist_clients": {"default-transfer-syntax", "reserved"},
}
"""Rules that these clients break, by themselves or as their tests tell them, by module; see `docs/interop.md`."""
TOLD = {"status-service"}
"""What the reference SCP does only when it is told to: refuse with a status that is not of the service."""


@pytest.fixture(autouse=True, scope="module")
def ended() -> Iterator[list[Trace]]:
    """The associations of reference SCPs that have ended, of those that serve a whole module, too."""
    traces: list[Trace] = []
    finished = ReferenceSCP._finished

    def collect(scp: ReferenceSCP, trace: Trace) -> None:
        traces.append(trace)
        finished(scp, trace)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ReferenceSCP, "_finished", collect)
        yield traces


@pytest.fixture(autouse=True)
def linted(request: pytest.FixtureRequest, ended: list[Trace]) -> Iterator[None]:
    """Lint the associations that clients had with the reference SCP."""
    known = KNOWN.get(Path(request.path).stem)
    if known is None:
        yield
        return
    ended.clear()
    yield
    traces = list(ended)
    found = [finding for trace in traces for finding in lint(trace.wire, trace.role)]
    ours = {f"{finding.rule.id}: {finding}" for finding in found if finding.by_us}
    theirs = {finding.rule.id.removeprefix("lint/") for finding in found if not finding.by_us}
    assert not {text for text in ours if text.partition(":")[0].removeprefix("lint/") not in TOLD}
    assert theirs <= known
