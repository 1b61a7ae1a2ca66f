"""All reports of a run, whatever becomes of one of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from lxml import etree

from harness.reporting.write import RENDERERS, Renderer, write_reports
from harness.results.model import RunResult
from harness.results.rollup import ExitStatus, exit_status
from tests.reporting.sample import sample
from tests.support.random_results import run_results

NAMES = {"results.json", "junit.xml", "report.html", "summary.md", "left-behind.csv"}


def test_all_are_written_into_a_folder_that_need_not_be_there(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    paths = write_reports(sample(), folder)
    assert set(paths) == {"json", "junit", "html", "markdown", "left_behind"}
    assert {path.name for path in folder.iterdir()} == NAMES == {path.name for path in paths.values()}


@settings(deadline=None, max_examples=60)
@given(run=run_results())
def test_any_run_can_be_written(tmp_path_factory: pytest.TempPathFactory, run: RunResult) -> None:
    before = run.internal_error
    folder = tmp_path_factory.mktemp("reports")
    assert len(write_reports(run, folder)) == len(RENDERERS)
    assert run.internal_error == before
    for path in folder.iterdir():
        path.read_text(encoding="utf-8")


def _failing(_run: RunResult) -> str:
    raise ValueError('<broken & "quoted">\x00')


@pytest.mark.parametrize("broken", sorted(RENDERERS))
def test_one_that_cannot_be_made_takes_no_other_with_it(tmp_path: Path, broken: str) -> None:
    run = sample()
    renderers: dict[str, tuple[str, Renderer]] = {**RENDERERS, broken: (RENDERERS[broken][0], _failing)}
    paths = write_reports(run, tmp_path, renderers)
    assert {path.name for path in tmp_path.iterdir()} == NAMES
    assert exit_status(run) is ExitStatus.INTERNAL
    for name, path in paths.items():
        if name != "left_behind" or name == broken:
            assert "could not be made" in path.read_text(encoding="utf-8"), name
    assert json.loads(paths["json"].read_text(encoding="utf-8"))["exit_status"] == 4
    junit = etree.parse(paths["junit"]).getroot()
    assert "internal error" in junit.xpath("//testcase[error]/@name")
    assert int(junit.get("errors")) >= 1


def test_one_that_cannot_be_written_is_an_internal_error(tmp_path: Path) -> None:
    run = sample()
    (tmp_path / "summary.md").mkdir()
    paths = write_reports(run, tmp_path)
    assert set(paths) == {"json", "junit", "html", "left_behind"}
    assert "summary.md could not be written" in run.internal_error
    assert exit_status(run) is ExitStatus.INTERNAL


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    run = sample()
    (tmp_path / "file").write_text("")
    assert write_reports(run, tmp_path / "file") == {}
    assert exit_status(run) is ExitStatus.INTERNAL


def test_a_second_run_into_the_same_folder_leaves_nothing_of_the_first(tmp_path: Path) -> None:
    write_reports(sample(), tmp_path)
    run = sample()
    run.left_behind = []
    write_reports(run, tmp_path)
    assert len((tmp_path / "left-behind.csv").read_text().splitlines()) == 1
    assert {path.name for path in tmp_path.iterdir()} == NAMES
