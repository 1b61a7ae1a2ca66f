"""The runs that were before: a former one to compare with, and those of a folder for the trend."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from harness.errors import UsageError
from harness.results.model import RunResult
from harness.results.store import RESULTS_NAME, load_results

LONGEST = 30
"""Runs of a folder that are looked at; the newest."""


@dataclass(frozen=True, slots=True)
class History:
    """Former runs, the oldest first. `unreadable` folders hold results that are none of today."""

    runs: tuple[RunResult, ...] = ()
    unreadable: int = 0

    def like(self, run: RunResult) -> tuple[RunResult, ...]:
        """The former runs that have a scenario in common with a run."""
        scenarios = {scenario.id for scenario in run.scenarios}
        return tuple(
            former
            for former in self.runs
            if former.started < run.started and any(scenario.id in scenarios for scenario in former.scenarios)
        )


def load_history(path: Path) -> History:
    """A former run by its folder or `results.json`, or all that lie in the folders of a folder.

    A folder without any run is a beginning and no mistake. Raises `UsageError` for what is not there, and for a single
    run that cannot be read.
    """
    if not path.exists():
        raise UsageError(f"there is no former run at {path}")
    if path.is_file() or (path / RESULTS_NAME).exists():
        return History((load_results(path),))
    files = sorted(path.glob(f"*/{RESULTS_NAME}"), key=lambda file: file.stat().st_mtime, reverse=True)[:LONGEST]
    runs, unreadable = [], 0
    for file in files:
        try:
            runs.append(load_results(file))
        except UsageError:
            unreadable += 1
    return History(tuple(sorted(runs, key=lambda run: run.started)), unreadable)
