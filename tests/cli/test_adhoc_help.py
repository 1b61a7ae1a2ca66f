"""The help of each ad-hoc command: it fits a terminal, and its examples are understood."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from harness.scenario.load import load_scenarios
from tests.support.adhoc import adhoc

COMMANDS = ("echo", "store", "find", "worklist", "move", "get")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_example_is_understood(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "image.dcm").write_bytes(b"")
    shown = adhoc(command, "--help").output
    examples = [line.strip() for line in shown.splitlines() if line.strip().startswith("dicom-harness ")]
    assert len(examples) >= 3
    for example in examples:
        _, *words = shlex.split(example)
        assert words[0] == command
        printed = adhoc(*words, "--as-yaml")
        assert printed.exit_code == 0, f"{example}\n{printed.output}"
        path = tmp_path / "printed.yaml"
        path.write_text(printed.stdout)
        (file,) = load_scenarios([path])
        assert [step.service.value for step in file.scenarios[0].steps] == [command]


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_fits_a_terminal(command: str) -> None:
    lines = adhoc(command, "--help").output.splitlines()
    assert max(len(line) for line in lines if not line.strip().startswith("dicom-harness ")) <= 80
    assert max(map(len, lines)) <= 110


def test_every_command_is_in_the_overview() -> None:
    overview = adhoc("--help").output
    for command in COMMANDS:
        assert f"\n  {command} " in overview
