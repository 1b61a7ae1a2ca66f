"""Former runs: one, or those of a folder."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from harness.errors import UsageError
from harness.results.history import LONGEST, History, load_history
from harness.results.model import RunResult
from harness.results.store import write_results
from tests.reporting.sample import sample


def former(days: int) -> RunResult:
    run = sample()
    return replace(run, run_id=f"{days} days ago", started=run.started - timedelta(days=days))


def written(folder: Path, run: RunResult) -> Path:
    folder.mkdir(parents=True)
    write_results(run, folder)
    return folder


def test_one_run_by_its_folder_or_its_file(tmp_path: Path) -> None:
    folder = written(tmp_path / "one", former(1))
    for path in (folder, folder / "results.json"):
        assert [run.run_id for run in load_history(path).runs] == ["1 days ago"]


def test_the_runs_of_a_folder_are_in_order_and_bounded(tmp_path: Path) -> None:
    for days in (2, 3, 1):
        written(tmp_path / str(days), former(days))
    (tmp_path / "README.md").write_text("no run")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "results.json").write_text("{")
    history = load_history(tmp_path)
    assert [run.run_id for run in history.runs] == ["3 days ago", "2 days ago", "1 days ago"]
    assert history.unreadable == 1
    for days in range(4, LONGEST + 10):
        written(tmp_path / str(days), former(days))
    assert len(load_history(tmp_path).runs) <= LONGEST


def test_a_folder_without_runs_is_a_beginning(tmp_path: Path) -> None:
    assert load_history(tmp_path) == History()


def test_what_is_not_there_or_cannot_be_read_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no former run at"):
        load_history(tmp_path / "nowhere")
    (tmp_path / "results.json").write_text("{")
    with pytest.raises(UsageError, match="cannot be read"):
        load_history(tmp_path)


def test_only_runs_before_and_with_a_scenario_in_common_are_alike() -> None:
    run = sample()
    other = replace(former(2), scenarios=[replace(run.scenarios[0], id="other/scenario")])
    history = History((former(3), other, former(1), former(-1)))
    assert [one.run_id for one in history.like(run)] == ["3 days ago", "1 days ago"]
