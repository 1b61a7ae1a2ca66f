"""`dicom-harness verify`: is an evidence bundle still what was written?"""

from __future__ import annotations

from pathlib import Path

import click

from harness.errors import UsageError
from harness.results.rollup import ExitStatus


@click.command("verify")
@click.argument("bundle", type=click.Path(path_type=Path), metavar="FILE.zip")
@click.option("--seal", metavar="HASH", help="The seal that the run printed; another one is another bundle.")
@click.pass_context
def command(ctx: click.Context, /, bundle: Path, seal: str | None) -> None:
    """Hold an evidence bundle, made by `run` or `conform` with `--evidence`, against the hashes in it.

    Whoever can change a file can write a new hash beside it. That shows only in the seal, which the run has printed:
    keep it apart from the bundle, on the paper that was signed say.

    Exit status 0: nothing was changed; 1: files were changed, are missing or were added, or the seal is another;
    2: this is no evidence bundle.
    """
    from harness.reporting.evidence_check import verify_evidence
    from harness.reporting.text import number_of, one_line

    try:
        found = verify_evidence(bundle)
    except UsageError as error:
        click.echo(one_line(str(error)), err=True)
        ctx.exit(ExitStatus.USAGE)
    for word, names in (("changed", found.changed), ("missing", found.missing), ("added", found.added)):
        for name in names:
            click.echo(f"{word:8} {one_line(name)}")
    click.echo(f"{number_of(len(found.unchanged), 'file')} unchanged")
    click.echo(f"Seal: {found.seal}")
    sealed = seal is None or seal.strip().lower() == found.seal
    if not sealed:
        click.echo("The seal is another one: this is not the bundle that the run wrote.")
    ctx.exit(ExitStatus.OK if found.is_intact and sealed else ExitStatus.FAILED)
