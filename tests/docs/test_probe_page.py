"""The policies on the page about `probe` can be read, and say what the page says of them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.scenario.acceptance import Standing
from harness.scenario.acceptance_file import read_acceptance

PAGE = Path(__file__).parents[2] / "docs" / "probe.md"


@pytest.mark.parametrize(("language", "required"), [("yaml", 6), ("csv", 4)])
def test_the_examples_can_be_read(tmp_path: Path, language: str, required: int) -> None:
    text = PAGE.read_text(encoding="utf-8").partition("## Has it changed?")[2]
    block = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)[0]
    path = tmp_path / f"policy.{language}"
    path.write_text(block, encoding="utf-8")
    assert len(read_acceptance(path).cells(Standing.REQUIRED)) == required
