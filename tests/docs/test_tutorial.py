"""The tutorial, as somebody follows it who has never seen the harness. Its commands are run in `test_commands.py`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.scenario.load import load_scenarios
from tests.support.adhoc import adhoc

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
(FIRST,) = [block for block in BLOCKS if block.startswith("# archive.yaml\n")]
(MORE,) = [block for block in BLOCKS if not block.startswith("# ")]


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_more_steps_fit_below_the_first() -> None:
    Path("archive.yaml").write_text(FIRST + MORE, encoding="utf-8")
    (file,) = load_scenarios([Path("archive.yaml")])
    assert [step.service.value for step in file.scenarios[0].steps] == ["echo", "find", "move"]


def test_the_mistake_is_told_as_the_page_shows_it() -> None:
    Path("archive.yaml").write_text(FIRST.replace("echo: {}", "ecko: {}"), encoding="utf-8")
    shown = PAGE.partition("```\narchive.yaml:")[2].partition("```")[0].splitlines()
    told = adhoc("validate", "archive.yaml").stderr.removeprefix("archive.yaml:").splitlines()
    assert told[0].startswith(shown[0].removesuffix("…"))
    assert told[1:3] == shown[1:3]


def test_every_file_has_a_name_and_all_that_a_file_needs() -> None:
    named = [block for block in BLOCKS if block.startswith("# ")]
    assert [block.splitlines()[0] for block in named] == ["# archive.yaml", "# test-archive.yaml", "# modality.yaml"]
    for block in named:
        path = Path(block.splitlines()[0].removeprefix("# "))
        path.write_text(block, encoding="utf-8")
        assert load_scenarios([path])


def test_the_scenario_of_the_readme_has_ten_lines() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert len(block.splitlines()) == 10
