"""`dicom-harness compare`: what changed between two runs or probes?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.adhoc.running import refuse
from harness.cli.lines import print_lines
from harness.errors import UsageError
from harness.results.rollup import ExitStatus

if TYPE_CHECKING:
    from harness.results.compare import Comparison


@click.command("compare")
@click.argument("former", type=click.Path(path_type=Path), metavar="RUN")
@click.argument("later", type=click.Path(path_type=Path), metavar="RUN")
@click.option("--markdown", type=click.Path(path_type=Path), metavar="FILE", help="Write it as Markdown.")
@click.option("--html", type=click.Path(path_type=Path), metavar="FILE", help="Write it as one page of HTML.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON, for programs.")
@click.option(
    "--ignore-times", is_flag=True, help="Slower is told, and is not worse: for machines that others use, too."
)
@click.pass_context
def command(
    ctx: click.Context,
    /,
    former: Path,
    later: Path,
    markdown: Path | None,
    html: Path | None,
    as_json: bool,
    ignore_times: bool,
) -> None:
    """Say what changed from the first RUN to the second: verdicts, capabilities, times.

    A RUN is the folder or the results.json of `run` or `conform`, or what `probe --json` printed.

    Worse is a new failure or warning, what is no longer tested or no longer accepted, and what became slower by more
    than chance. Exit status 0 means that nothing got worse, 1 that something did, 2 that the two cannot be compared.

    \b
    Examples:
    dicom-harness compare reports/before reports/after
    dicom-harness compare monday.json friday.json --html drift.html
    """
    from harness.results.compare import compare
    from harness.results.sides import load_side

    try:
        found = compare(load_side(former), load_side(later))
    except UsageError as error:
        refuse(ctx, str(error))
    _write(found, markdown, html)
    _show(found, as_json)
    ctx.exit(
        ExitStatus.FAILED if found.is_worse_but_for_times or (found.slower and not ignore_times) else ExitStatus.OK
    )


def _write(found: Comparison, markdown: Path | None, html: Path | None) -> None:
    from harness.results.files import write_atomically

    try:
        if markdown is not None:
            from harness.reporting.compare_markdown import compare_markdown

            write_atomically(markdown, compare_markdown(found))
        if html is not None:
            from harness.reporting.compare_html import compare_html

            write_atomically(html, compare_html(found))
    except OSError as error:
        raise click.UsageError(f"{error.filename} cannot be written: {error.strerror}") from None


def _show(found: Comparison, as_json: bool) -> None:
    if as_json:
        import json

        from harness.reporting.compare_data import compare_data

        click.echo(json.dumps(compare_data(found), indent=2, ensure_ascii=False))
        return
    from harness.reporting.compare_text import compare_lines

    print_lines(compare_lines(found))
