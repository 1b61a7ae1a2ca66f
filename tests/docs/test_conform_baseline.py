"""The baseline in the documentation can be read."""

from __future__ import annotations

import re
from pathlib import Path

from harness.engine.conform.cases.catalogue import CASES
from harness.scenario.baseline import read_baseline

PAGE = Path(__file__).parents[2] / "docs" / "conform.md"


def test_the_example_can_be_read(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Known deviations")[2]
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "baseline.yaml"
    path.write_text(block, encoding="utf-8")
    (check,) = read_baseline(path)
    assert any(check.startswith(f"conform/{case.id}/") for case in CASES)
