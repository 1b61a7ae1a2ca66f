"""Relations on live archives: each holds on good ones, and is broken by its defect of the reference SCP."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.scenario.defects import DEFECTS, Defect
from harness.scenario.params.relation import RelationName
from tests.support.runs import Ran, run_text

CONSISTENCY = Path(__file__).parents[2] / "scenarios" / "archive-consistency.yaml"
STORES = """
  - id: before
    name: What the archive holds
    peer: archive
    steps:
      - store: {generate: {seed: one, studies: 4, series: 2, instances: 2}}
      - store: {generate: {seed: two, studies: 3, attributes: {AccessionNumber: ""}}}
"""
BROKEN_BY = {
    RelationName.DATE_RANGES: Defect.EXCLUSIVE_RANGE_END,
    RelationName.UID_LIST: Defect.FIRST_UID_ONLY,
    RelationName.ZERO_LENGTH: Defect.EMPTY_VALUES_HIDDEN,
}


def run_on(folder: Path, archive: str, *options: str) -> Ran:
    """The scenario file against an archive that was filled before."""
    before, _, after = CONSISTENCY.read_text().partition("peers:\n")
    _, _, scenarios = after.partition("scenarios:\n")
    return run_text(folder, f"{before}peers:\n  archive: {archive}\nscenarios:\n{STORES}{scenarios}", *options)


def test_the_reference_scp_agrees_with_itself(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{reference: {}}")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}, ran.output


@pytest.mark.slow
@pytest.mark.peer("Orthanc")
def test_orthanc(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{process: orthanc}")
    assert ran.status == 0, ran.output
    assert set(ran.verdicts().values()) == {"pass"}, ran.output


@pytest.mark.parametrize("relation", RelationName)
def test_a_relation_is_broken_by_its_defect(tmp_path: Path, relation: RelationName) -> None:
    ran = run_on(
        tmp_path, f"{{reference: {{defects: {BROKEN_BY[relation]}}}}}", "--only", "before", "--only", relation.value
    )
    failed = [*ran.with_verdict("fail"), *ran.with_verdict("warning")]
    assert failed == [f"scenario/{relation}/1/holds"], ran.output


def test_each_defect_breaks_a_relation() -> None:
    assert set(BROKEN_BY.values()) == set(DEFECTS)


def test_an_empty_archive_tells_nothing(tmp_path: Path) -> None:
    ran = run_on(tmp_path, "{reference: {}}", "--exclude", "before")
    assert set(ran.verdicts().values()) == {"skipped"}, ran.output
    assert ran.status == 5
    assert "the archive has no studies" in ran.results["checks"][0]["reason"]
