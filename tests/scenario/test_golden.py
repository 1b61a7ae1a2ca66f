"""Wrong scenario files, and to the letter what is said about them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from harness.errors import ScenarioError
from harness.scenario.load import load_scenarios
from harness.scenario.nodes import LARGEST_FILE
from tests.support.golden import check_golden

GOLDEN = Path(__file__).with_name("golden")
SECRET = "s3cr3t word"


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_TEST_SECRET", SECRET)
    monkeypatch.setenv("HARNESS_TEST_TITLE", "TITLE")
    monkeypatch.chdir(GOLDEN)


@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.yaml")))
def test_message(name: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenarios([Path(f"{name}.yaml")])
    text = str(caught.value)
    assert SECRET not in text
    assert re.match(rf"{name}\.yaml:\d+:\d+: ", text)
    check_golden(GOLDEN / f"{name}.txt", f"{text}\n")


def test_every_message_belongs_to_a_file() -> None:
    assert {path.stem for path in GOLDEN.glob("*.txt")} == {path.stem for path in GOLDEN.glob("*.yaml")}


def test_over_1_mib_is_refused_before_parsing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("large.yaml")
    path.write_bytes(b"[" * (LARGEST_FILE + 1))
    with pytest.raises(ScenarioError) as caught:
        load_scenarios([path])
    expected = "large.yaml:1:1: the file is larger than 1 MiB (1048576 bytes), the most that is read"
    assert str(caught.value).splitlines()[0] == expected
    path.write_bytes(b"[" * LARGEST_FILE)
    with pytest.raises(ScenarioError, match="nested more than 64 levels deep"):
        load_scenarios([path])


def test_mistakes_of_several_files_come_together() -> None:
    with pytest.raises(ScenarioError) as caught:
        load_scenarios([Path("counts.yaml"), Path("empty.yaml"), Path("durations.yaml")])
    text = str(caught.value)
    assert [name for name in ("counts.yaml:9:", "empty.yaml:1:", "durations.yaml:9:") if name in text] != []
    assert text.endswith("10 mistakes found; nothing was contacted.")


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.txt")), ids=lambda path: path.stem)
def test_carets_stand_under_what_is_wrong(path: Path) -> None:
    """The column of the caret is that of the message, in the part of the line that is shown."""
    blocks = path.read_text(encoding="utf-8").split("\n\n")[:-1]
    for block in blocks:
        lines = block.splitlines()
        if len(lines) == 1:
            continue  # nothing of the file can be shown
        message, source, caret = lines
        number = message.split(":")[1]
        assert source.startswith(f"{number:>5} | ")
        assert re.fullmatch(r" {8,}\^", caret)
