"""`dicom-harness watch`: scenarios again and again; changes are told, metrics and a bounded history are kept."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from harness.api import addresses, carry_out, load
from harness.cli.result import interrupt, new_result
from harness.engine.options import RunOptions
from harness.engine.plan import Selection, planned, unmatched_patterns
from harness.engine.policy import Permissions
from harness.errors import ScenarioError, UsageError
from harness.net.exposition import exposed
from harness.net.listening import listening_failure
from harness.reporting.metrics import CONTENT_TYPE, metrics_text
from harness.reporting.watch_text import change_line, first_lines
from harness.results.files import write_atomically
from harness.results.model import RunResult
from harness.results.rollup import ExitStatus, exit_status
from harness.results.states import States
from harness.scenario.amounts import parse_duration
from harness.scenario.model import ScenarioFile

SHORTEST = 1.0
"""Seconds between the beginnings of two runs, at least: a watch is no load test."""

_HISTORY = re.compile(r"watch-\d{8}-\d{6}(-\d+)?")


class Watch:
    """What is known from the runs so far."""

    def __init__(self, files: list[ScenarioFile], options: RunOptions, *, every: str, strict: bool) -> None:
        self.every = every
        self.files = files
        self.options = options
        self.strict = strict
        self.states = States()
        self.runs = 0
        self.last: RunResult | None = None

    def run(self, directory: Path | None) -> RunResult:
        """Run all scenarios once."""
        run = new_result(strict=self.strict)
        if directory is not None:
            run.run_id = directory.name
        self.options.report_directory = directory
        carry_out(self.files, run, self.options)
        return run

    def metrics(self) -> str:
        """The metrics of now."""
        last = self.last
        ended = last.ended if last is not None else None
        status = exit_status(last) if last is not None else None
        tool = new_result().tool
        return metrics_text(list(self.states.by_scenario.values()), ended, status, self.runs, tool)

    def take(self, run: RunResult) -> Iterator[str]:
        """Take a finished run; what there is to say of it."""
        when = datetime.now(UTC).astimezone()
        changes = self.states.take(run, when)
        self.runs += 1
        self.last = run
        if run.internal_error:
            yield f"internal error of the harness: {run.internal_error}"
        if self.runs == 1:
            yield from first_lines(self.states.by_scenario.values(), when, self.every)
        else:
            yield from (change_line(change, when) for change in changes)


@click.command("watch")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR...")
@click.option("--every", default="60 s", show_default=True, metavar="DURATION", help="From one beginning to the next.")
@click.option("--times", type=click.IntRange(min=1), metavar="N", help="End after so many runs.")
@click.option("--peers", "peers_file", type=click.Path(path_type=Path), help="Take the peers of a site from this file.")
@click.option("--peer", "peers", multiple=True, metavar="NAME=AE@HOST:PORT", help="Put this address in a peer's place.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Only scenarios with this tag (repeatable).")
@click.option("--only", multiple=True, metavar="ID", help="Only these scenarios; * and ? are wildcards (repeatable).")
@click.option("--exclude", multiple=True, metavar="ID", help="Leave these scenarios out (repeatable).")
@click.option("--strict", is_flag=True, help="Warnings fail.")
@click.option("--textfile", type=click.Path(path_type=Path), metavar="FILE", help="Write metrics to this file.")
@click.option(
    "--metrics-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    help="Serve http://127.0.0.1:PORT/metrics; 0 takes a free port.",
)
@click.option(
    "--history",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Keep the reports of runs here, in folders watch-….",
)
@click.option("--keep", type=click.IntRange(min=1), default=100, show_default=True, help="Runs that --history keeps.")
@click.option("--allow-writes", multiple=True, metavar="PEER", help="Allow writing to this peer (repeatable).")
@click.option("--allow-commands", is_flag=True, help="Allow images and command line options that a file brings itself.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    every: str,
    times: int | None,
    peers_file: Path | None,
    peers: tuple[str, ...],
    tags: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    strict: bool,
    textfile: Path | None,
    metrics_port: int | None,
    history: Path | None,
    keep: int,
    allow_writes: tuple[str, ...],
    allow_commands: bool,
) -> None:
    """Run scenario files again and again, until Ctrl-C; say how it begins, and then only what changes.

    What is written to a peer stays there after every run.

    \b
    Examples:
    dicom-harness watch scenarios.yaml
    dicom-harness watch scenarios.yaml --tag smoke --every "5 min" --history reports
    dicom-harness watch scenarios.yaml --textfile /var/lib/node_exporter/dicom.prom
    """
    selection = Selection(frozenset(tags), only, exclude)
    try:
        seconds = _seconds(every)
        files = load(*paths, peers_file=peers_file, peers=addresses(peers, "--peer"))
        if unmatched := unmatched_patterns(files, selection):
            raise UsageError(f"no scenario fits {', '.join(unmatched)}")
        if not any(planned(file, selection) for file in files):
            raise UsageError("no scenario is selected")
        options = RunOptions(None, selection, Permissions(frozenset(allow_writes), allow_commands))
        watch = Watch(files, options, every=f"{seconds:g} s", strict=strict)
        status = _watch(watch, seconds, times, _Kept(textfile, metrics_port, history, keep))
    except (UsageError, ScenarioError) as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    ctx.exit(status)


class _Kept:
    """Where metrics and history go."""

    def __init__(self, textfile: Path | None, port: int | None, history: Path | None, keep: int) -> None:
        self.textfile = textfile
        self.port = port
        self.history = history
        self.keep = keep

    def directory(self) -> Path | None:
        """The folder of the next run; the oldest make room for it."""
        if self.history is None:
            return None
        self.history.mkdir(parents=True, exist_ok=True)
        found = sorted(path for path in self.history.iterdir() if _HISTORY.fullmatch(path.name))
        for old in found[: max(0, len(found) - self.keep + 1)]:
            shutil.rmtree(old, ignore_errors=True)
        name = f"watch-{datetime.now():%Y%m%d-%H%M%S}"
        directory, number = self.history / name, 2
        while directory.exists():
            directory, number = self.history / f"{name}-{number}", number + 1
        return directory

    def write(self, text: str) -> None:
        """Write the metrics for a textfile collector. Raises `UsageError`."""
        if self.textfile is not None:
            try:
                write_atomically(self.textfile, text)
            except OSError as error:
                raise UsageError(f"{self.textfile} cannot be written: {error.strerror}") from None


def _seconds(every: str) -> float:
    try:
        seconds = parse_duration(every)
    except ValueError as error:
        raise UsageError(f"--every: {error}") from None
    if seconds < SHORTEST:
        raise UsageError(f"--every {every}: too often; at least {SHORTEST:g} s lie between two runs")
    return seconds


def _watch(watch: Watch, every: float, times: int | None, kept: _Kept) -> ExitStatus:
    """Run until the number of runs is reached, or Ctrl-C. Metrics of a watch that was ended do not stay."""
    signal.signal(signal.SIGTERM, interrupt)
    with contextlib.ExitStack() as open_:
        if kept.port is not None:
            try:
                port = open_.enter_context(exposed(kept.port, CONTENT_TYPE, watch.metrics))
            except OSError as error:
                raise UsageError(f"--metrics-port: {listening_failure(error, kept.port)}") from None
            click.echo(f"Metrics: http://127.0.0.1:{port}/metrics")
        try:
            return _repeat(watch, every, times, kept)
        except KeyboardInterrupt:
            if kept.textfile is not None:
                kept.textfile.unlink(missing_ok=True)
            return ExitStatus.INTERRUPTED


def _repeat(watch: Watch, every: float, times: int | None, kept: _Kept) -> ExitStatus:
    following = time.monotonic()
    while True:
        run = watch.run(kept.directory())
        if run.interrupted:
            raise KeyboardInterrupt
        for line in watch.take(run):
            click.echo(line)
        kept.write(watch.metrics())
        if watch.runs == times:
            return exit_status(run)
        # A run that takes longer than that is followed by the next at once, and none is made up for.
        following = max(following + every, time.monotonic())
        time.sleep(max(0.0, following - time.monotonic()))
