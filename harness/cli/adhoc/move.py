"""`dicom-harness move`: a C-MOVE to us, or to another."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.adhoc.options import address_argument, common_options, retrieve_options
from harness.cli.adhoc.words import WordsCommand


@click.command("move", cls=WordsCommand)
@address_argument
@retrieve_options
@click.option("--destination", metavar="AE", help="Move to this AE title, which the peer knows.  [default: local]")
@click.option(
    "--listen", metavar="PORT", help="Port of our Storage SCP, as the peer knows it.  [default: any free port]"
)
@click.option("--calls-as", metavar="AE", help="The AE title by which the peer calls us, if not by its own.")
@click.option("--allow-writes", metavar="AE@HOST:PORT", help="Repeat the address: yes, it may send to another.")
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Have a peer send instances with C-MOVE, to us unless another destination is named.

    Our Storage SCP listens for what arrives, under our AE title (--calling) and on the port of --listen: the peer must
    know both. Exit status 0 means that something was sent, nothing failed, and all of it arrived.

    The level is that of the lowest unique key that is given.

    \b
    Examples:
    dicom-harness move ARCHIVE@pacs:104 --listen 11113 -k StudyInstanceUID=1.2.3 --out DIR
    dicom-harness move ARCHIVE@pacs:104 --calling WORKSTATION1 --listen 104 -k PatientID=4711
    dicom-harness move TEST@localhost:4242 --environment test --destination OTHER -k StudyInstanceUID=1.2.3
    """
    from harness.cli.adhoc.retrieve import begin_retrieve
    from harness.cli.adhoc.running import run_step
    from harness.scenario.service_names import ServiceName

    building, output = begin_retrieve(ctx, ServiceName.MOVE, given)
    step, words = building.step, building.words
    if given["listen"] is not None:
        step.local("listen", given["listen"], words.mark(given["listen"], "--listen"))
    if given["calls_as"] is not None:
        step.peer("calls_as", given["calls_as"], words.mark(given["calls_as"], "--calls-as"))
    destination = given["destination"]
    if destination not in (None, "local"):
        step.param(("destination", "ae_title"), destination, words.mark(destination, "--destination"))
    permissions = building.permissions(given["allow_writes"], "move")
    run_step(ctx, step, building.common, output.received, permissions, pure=output.pure)
