"""`dicom-harness validate`: scenario files checked without contacting anybody."""

from __future__ import annotations

from pathlib import Path

import click

from harness.errors import ScenarioError, UsageError
from harness.results.rollup import ExitStatus


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE|DIR...")
@click.option("--peers", "peers_file", type=click.Path(path_type=Path), help="Take the peers of a site from this file.")
@click.pass_context
def command(ctx: click.Context, paths: tuple[Path, ...], peers_file: Path | None) -> None:
    """Check scenario files, or all in a folder, and tell every mistake."""
    from harness.scenario.load import load_scenarios

    try:
        files = load_scenarios(paths, peers_file)
    except (UsageError, ScenarioError) as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    for file in files:
        count = len(file.scenarios)
        click.echo(f"{file.file}: {count} scenario{'s' * (count != 1)}, no mistakes")
