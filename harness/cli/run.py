"""`dicom-harness run`: scenario files in, reports and an honest exit status out."""

from __future__ import annotations

import signal
from pathlib import Path

import click

from harness.api import addresses, carry_out_kept, load
from harness.api.keeping import Keeping, Kept
from harness.api.running import check_beginnings, selected
from harness.cli.keeping import keeping_options, tell_kept
from harness.cli.result import interrupt, new_result
from harness.engine.options import RunOptions
from harness.engine.plan import Selection, planned
from harness.engine.policy import Permissions
from harness.errors import ScenarioError, UsageError
from harness.results.model import RunResult
from harness.results.rollup import ExitStatus, exit_status
from harness.scenario.model import ScenarioFile


@click.command("run")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR...")
@click.option("--peers", "peers_file", type=click.Path(path_type=Path), help="Take the peers of a site from this file.")
@click.option("--peer", "peers", multiple=True, metavar="NAME=AE@HOST:PORT", help="Put this address in a peer's place.")
@click.option("--tag", "tags", multiple=True, metavar="T", help="Only scenarios with this tag (repeatable).")
@click.option("--only", multiple=True, metavar="ID", help="Only these scenarios; * and ? are wildcards (repeatable).")
@click.option("--exclude", multiple=True, metavar="ID", help="Leave these scenarios out (repeatable).")
@click.option("--shard", metavar="N/COUNT", help="One of several parts, such as 1/4; those of one peer stay together.")
@click.option("--report-dir", type=click.Path(path_type=Path), help="Write reports here instead of reports/<run id>/.")
@click.option("--strict", is_flag=True, help="Warnings fail.")
@click.option("--list", "list_only", is_flag=True, help="List the selected scenarios and stop.")
@click.option("--dry-run", is_flag=True, help="Say what would be sent to whom, and stop.")
@click.option("--trace", is_flag=True, help="Capture every association, not only those of failed steps.")
@click.option("--show-values", is_flag=True, help="Show attribute values of peers; they may be patient data.")
@keeping_options
@click.option("--allow-writes", multiple=True, metavar="PEER", help="Allow writing to this peer (repeatable).")
@click.option("--allow-commands", is_flag=True, help="Allow images and command line options that a file brings itself.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[Path, ...],
    peers_file: Path | None,
    peers: tuple[str, ...],
    tags: tuple[str, ...],
    only: tuple[str, ...],
    exclude: tuple[str, ...],
    shard: str | None,
    report_dir: Path | None,
    strict: bool,
    list_only: bool,
    dry_run: bool,
    trace: bool,
    show_values: bool,
    evidence: Path | None,
    compare_with: Path | None,
    redact_addresses: bool,
    baseline: Path | None,
    record_baseline: Path | None,
    allow_writes: tuple[str, ...],
    allow_commands: bool,
) -> None:
    """Run scenario files, or all in a folder, against live peers and write reports.

    Exit status 0 means that everything required passed, 1 that something failed, 3 that something could not be tested,
    5 that nothing was executed. Nothing is written to a peer that is not for tests, unless its file and --allow-writes
    say so.

    \b
    Examples:
    dicom-harness run scenarios.yaml
    dicom-harness run scenarios/ --tag smoke --report-dir reports/smoke
    dicom-harness run acceptance.yaml --peers site.yaml --evidence acceptance.zip
    """
    try:
        files = load(*paths, peers_file=peers_file, peers=addresses(peers, "--peer"))
        selection = selected(files, Selection(frozenset(tags), only, exclude), shard)
        keeping = Keeping(baseline, record_baseline, compare_with, evidence, redact_addresses)
        kept = keeping.begin(check_beginnings(files))
    except (UsageError, ScenarioError) as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    permissions = Permissions(frozenset(allow_writes), allow_commands)
    if list_only or dry_run:
        _describe(files, selection, permissions, steps=dry_run)
        ctx.exit(ExitStatus.OK)
    run = new_result(strict=strict)
    directory = report_dir or _new_directory(run)
    _run(files, run, RunOptions(directory, selection, permissions, trace, show_values), kept, peers_file)
    ctx.exit(exit_status(run))


def _describe(files: list[ScenarioFile], selection: Selection, granted: Permissions, *, steps: bool) -> None:
    from harness.engine.dry_run import refusals

    for file in files:
        for scenario in planned(file, selection):
            tags = f"  [{', '.join(scenario.tags)}]" if scenario.tags else ""
            click.echo(f"{scenario.id}  {scenario.name}{tags}")
            for step, refusal in refusals(file, scenario, granted) if steps else ():
                click.echo(f"    {step.id}. {step.service.value} to {step.peer}: {step.title}")
                if refusal:
                    click.echo(f"       is not sent: {refusal}")


def _run(files: list[ScenarioFile], run: RunResult, options: RunOptions, kept: Kept, peers_file: Path | None) -> None:
    """Run, write the reports whatever happened, and say where they are."""
    from harness.reporting.console import console_for

    console = console_for()
    # Being told to end is the same as Ctrl-C: the reports are still written.
    signal.signal(signal.SIGTERM, interrupt)
    try:
        reports = carry_out_kept(files, run, options, kept, [console], peers_file)
        console.summarize(run, reports)
    finally:
        console.close()
    if run.traceback:
        click.echo(run.traceback, err=True)
    tell_kept(kept)


def _new_directory(run: RunResult) -> Path:
    """reports/<run id>, with a number behind it when two runs begin in the same second."""
    base = Path("reports")
    directory = base / run.run_id
    number = 2
    while directory.exists():
        directory = base / f"{run.run_id}-{number}"
        number += 1
    run.run_id = directory.name
    return directory
