"""`dicom-harness get`: a C-GET."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.adhoc.options import address_argument, common_options, retrieve_options
from harness.cli.adhoc.words import WordsCommand


@click.command("get", cls=WordsCommand)
@address_argument
@retrieve_options
@click.option("--sop-class", "sop_classes", multiple=True, metavar="NAME", help="Receive this SOP class (repeatable).")
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Retrieve instances with C-GET: they come over the association that asks for them, so nobody has to know us.

    Exit status 0 means that something was sent, nothing failed, and all of it arrived. The level is that of the lowest
    unique key that is given.

    \b
    Examples:
    dicom-harness get ARCHIVE@pacs:104 -k StudyInstanceUID=1.2.3 --out DIR
    dicom-harness get ARCHIVE@pacs:104 -k SeriesInstanceUID=1.2.3.4 -k StudyInstanceUID=1.2.3 --output json
    dicom-harness get ARCHIVE@pacs:104 -k StudyInstanceUID=1.2.3 --sop-class "RT Dose Storage"
    """
    from harness.cli.adhoc.retrieve import begin_retrieve
    from harness.cli.adhoc.running import run_step
    from harness.scenario.service_names import ServiceName

    building, output = begin_retrieve(ctx, ServiceName.GET, given)
    building.listed("sop_classes", given["sop_classes"], "--sop-class")
    run_step(ctx, building.step, building.common, output.received, building.permissions(None), pure=output.pure)
