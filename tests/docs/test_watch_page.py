"""The page on watching has every option of the command that others have not, and every metric."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from harness.cli.run import command as run
from harness.cli.watch import command as watch
from harness.reporting.metrics import metrics_text
from harness.results.rollup import ExitStatus

PAGE = (Path(__file__).parents[2] / "docs" / "watch.md").read_text(encoding="utf-8")


def options(*commands: object) -> set[str]:
    return {name for command in commands for parameter in command.params for name in parameter.opts if "-" in name}  # type: ignore[attr-defined]


def test_options_and_metrics_are_those_of_the_code() -> None:
    assert set(re.findall(r"--[a-z][a-z-]+", PAGE)) - {"--tag"} == options(watch) - options(run)
    text = metrics_text([], datetime.now(UTC), ExitStatus.OK, 1, "x")
    assert set(re.findall(r"dicom_harness_\w+", PAGE)) == set(re.findall(r"^# TYPE (\w+)", text, re.MULTILINE))
