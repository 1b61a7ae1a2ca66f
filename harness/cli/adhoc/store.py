"""`dicom-harness store`: files, folders and generated instances by C-STORE."""

from __future__ import annotations

from typing import Any

import click

from harness.cli.adhoc.options import address_argument, common_options
from harness.cli.adhoc.words import WordsCommand

_GENERATED = {"modality": "--generate", "instances": "--instances", "transfer_syntax": "--transfer-syntax"}
"""Options of what is generated, by the names that steps have for them."""


@click.command("store", cls=WordsCommand)
@address_argument
@click.argument("paths", nargs=-1, metavar="[FILE|DIR]...")
@click.option("--generate", metavar="MODALITY", help="Make and send synthetic instances: CT, MR, US ...")
@click.option("--instances", metavar="N", help="With --generate: how many.  [default: 1]")
@click.option("--transfer-syntax", metavar="NAME", help="With --generate: the transfer syntax, by name or UID.")
@click.option("--skip", multiple=True, metavar="KIND", help="Pass over files of this kind: not-dicom, empty ...")
@click.option("--send-truncated", is_flag=True, help="Send files that end too early, to see what the peer says.")
@click.option("--count", metavar="COUNT", help="How many instances must be stored: 3, '>= 1', 1..5.")
@click.option("--allow-writes", metavar="AE@HOST:PORT", help="Repeat the address: yes, this peer may be written to.")
@click.option("--output", type=click.Choice(["table", "json"]), default="table", help="How the outcome is shown.")
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Send DICOM files, all files in folders, or synthetic instances with C-STORE.

    Each file goes in the transfer syntax that it has. A file that cannot be sent is named with the reason, the others
    are sent, and the command ends with exit status 3 unless --skip passes it over; a DICOMDIR in a folder always is.
    Exit status 0 means that all that should have been sent was stored.

    A peer that may be a production system is written to only with `--environment test` or with its address repeated.

    \b
    Examples:
    dicom-harness store TEST@localhost:4242 --environment test image.dcm
    dicom-harness store ARCHIVE@pacs:104 --allow-writes ARCHIVE@pacs:104 folder --skip not-dicom
    dicom-harness store TEST@localhost:4242 --environment test --generate MR --instances 20
    """
    from harness.cli.adhoc.build import begin
    from harness.cli.adhoc.output import Output
    from harness.cli.adhoc.running import refuse, run_step
    from harness.errors import UsageError
    from harness.scenario.service_names import ServiceName

    try:
        building = begin(ctx, ServiceName.STORE, given)
    except UsageError as error:
        refuse(ctx, str(error))
    step, words = building.step, building.words
    if not given["paths"] and given["generate"] is None:
        refuse(ctx, "nothing to store: name files or folders, or `--generate MODALITY`")
    building.listed("files", given["paths"])
    for name, option in _GENERATED.items():
        value = given[option.removeprefix("--").replace("-", "_")]
        if value is not None:
            step.param(("generate", name), value, words.mark(value, option))
    building.listed("skip", given["skip"], "--skip")
    if given["send_truncated"]:
        step.param(("send_truncated",), "true", words.mark("--send-truncated"))
    if given["count"] is not None:
        step.expect("count", given["count"], words.mark(given["count"], "--count"))
    output = Output(given["output"], None)
    permissions = building.permissions(given["allow_writes"], "store", "store-files")
    run_step(ctx, step, building.common, output.stored, permissions, pure=output.pure)
