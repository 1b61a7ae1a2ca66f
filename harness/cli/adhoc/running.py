"""A step runs, what it brought is shown, and the command ends with the status of the run."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NoReturn

import click

from harness.cli.adhoc.options import Common
from harness.cli.lines import print_lines
from harness.cli.result import interrupt, new_result
from harness.reporting.adhoc_text import verdict_lines
from harness.results.model import Check, StepResult, Verdict
from harness.results.rollup import ExitStatus, exit_status

if TYPE_CHECKING:
    from harness.engine.events import Event
    from harness.engine.policy import Permissions
    from harness.observe.outcomes import Observation
    from harness.results.model import RunResult
    from harness.scenario.one_step import OneStep

Show = Callable[["Observation"], str]
"""Prints what a step brought, and says it in a few words."""


class _Shown:
    """A listener that has what a step brought shown at once: files that arrived are gone when the run ends.

    `problem` is why that could not be done, which is nothing that the peer did.
    """

    def __init__(self, show: Show) -> None:
        self.summary = ""
        self.problem = ""
        self._show = show

    def __call__(self, event: Event) -> None:
        from harness.engine.events import StepObserved

        if isinstance(event, StepObserved):
            try:
                self.summary = self._show(event.observation)
            except OSError as error:
                self.problem = f"what came cannot be kept: {error.filename or 'standard output'}: {error.strerror}"


def _tell_progress(event: Event) -> None:
    """How far a step has come that takes long, on one line of a terminal that the next one takes the place of."""
    from harness.engine.events import StepFinished, StepProgressed

    if isinstance(event, StepProgressed):
        click.echo(f"\r{event.title:<78}", nl=False, err=True)
    elif isinstance(event, StepFinished):
        click.echo(f"\r{'':<78}\r", nl=False, err=True)


def run_step(
    ctx: click.Context, step: OneStep, common: Common, show: Show, permissions: Permissions, *, pure: bool = False
) -> NoReturn:
    """Run a step and exit. With `pure` the standard output holds nothing but what `show` prints."""
    from harness.errors import ScenarioError

    try:
        file = step.load()
    except ScenarioError as error:
        refuse(ctx, str(error))
    if common.as_yaml:
        click.echo(_yaml(step, permissions), nl=False)
        ctx.exit(ExitStatus.OK)
    from harness.engine.options import RunOptions
    from harness.engine.runner import Runner

    run = new_result()
    shown = _Shown(show)
    options = RunOptions(common.report_dir, permissions=permissions, trace=common.trace, show_values=common.show_values)
    signal.signal(signal.SIGTERM, interrupt)
    listeners: list[Callable[[Event], None]] = [shown]
    if sys.stderr.isatty():
        listeners.append(_tell_progress)
    Runner(run, options, listeners).execute([file])
    if shown.problem:
        run.steps = [replace(step, checks=(*step.checks, _not_kept(step, shown.problem))) for step in run.steps]
    finish(ctx, run, common, shown.summary, pure=pure)


def _not_kept(step: StepResult, problem: str) -> Check:
    first = step.checks[0]
    expected = "what comes is shown and kept"
    return Check(
        f"{step.id}/kept",
        first.scenario,
        step.id,
        step.peer,
        first.level,
        Verdict.ERROR,
        expected,
        problem,
        source=step.source,
    )


def finish(ctx: click.Context, run: RunResult, common: Common, summary: str, *, pure: bool = False) -> NoReturn:
    """Write the reports if there is a place for them, say the verdict, and exit with the status of the run."""
    run.ended = datetime.now(UTC).astimezone()
    if common.report_dir is not None:
        from harness.reporting.write import write_reports

        reports = write_reports(run, common.report_dir)
        click.echo(f"Report: {reports.get('html', common.report_dir)}", err=True)
    if common.trace:
        from harness.reporting.trace_text import trace_lines

        print_lines(trace_lines(run), err=True)
    print_lines(verdict_lines(run, common.address, summary), err=pure)
    if run.traceback:
        click.echo(run.traceback, err=True)
    ctx.exit(exit_status(run))


def refuse(ctx: click.Context, text: str) -> NoReturn:
    """Say what is wrong with the command line, and exit."""
    click.echo(text, err=True)
    ctx.exit(ExitStatus.USAGE)


def _yaml(step: OneStep, permissions: Permissions) -> str:
    writes = "".join(f" --allow-writes {name}" for name in sorted(permissions.writes))
    return f"# dicom-harness run FILE{writes}\n{step.to_yaml()}"
