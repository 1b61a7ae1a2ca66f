"""`--baseline` and `--record-baseline`, of all commands that test."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.engine.baseline import Baseline
    from harness.results.model import RunResult

F = TypeVar("F", bound=Callable[..., Any])


def baseline_options(function: F) -> F:
    """What is known to fail, and where to write what failed."""
    known = click.option(
        "--baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Known deviations: they pass while they fail as the file says, and fail when they do not.",
    )
    record = click.option(
        "--record-baseline",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Write what failed to this new file, for a person to complete.",
    )
    return known(record(function))


def take_baseline(known: Path | None, record: Path | None, beginnings: Iterable[str]) -> Baseline:
    """What is known to fail; `beginnings` are those of the ids that can come. Raises `UsageError`, `ScenarioError`."""
    from harness.engine.baseline import Baseline

    if record is not None and record.exists():
        raise UsageError(f"--record-baseline: {record} is there already, and may hold what somebody wrote")
    if known is None:
        return Baseline()
    from harness.scenario.baseline import read_baseline

    baseline = Baseline(read_baseline(known))
    if strangers := baseline.strangers(beginnings):
        raise UsageError(f"{known}: no check can have the id {', '.join(strangers)}; reports have the ids of checks")
    return baseline


def record_baseline(run: RunResult, record: Path | None) -> None:
    """Write what failed, if that was asked for. Raises OSError."""
    if record is None:
        return
    from harness.engine.baseline import recorded

    record.write_text(recorded(run), encoding="utf-8")
    click.echo(f"Baseline: {record}")
