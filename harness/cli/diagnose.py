"""`dicom-harness diagnose`: why two systems cannot talk to each other, or that nothing is wrong."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any

import click

from harness.cli.adhoc.running import refuse
from harness.cli.adhoc.security import security_options, take_security
from harness.cli.ladder_request import request_of
from harness.cli.lines import print_lines
from harness.cli.result import interrupt
from harness.engine.ladder.request import LadderService
from harness.errors import UsageError
from harness.results.rollup import ExitStatus


@click.command("diagnose")
@click.argument("address", metavar="[AE@HOST:PORT]", required=False)
@click.option(
    "--pcap",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Explain this capture (tcpdump, Wireshark) and ask nobody.",
)
@click.option("--calling", metavar="AE", default="HARNESS", help="Our AE title.  [default: HARNESS]")
@click.option("--timeout", metavar="TIME", default="15 s", help="Deadline of it all.  [default: 15 s]")
@click.option(
    "--service",
    "services",
    multiple=True,
    type=click.Choice([service.value for service in LadderService]),
    help="Try this, too (repeatable): a query that matches nothing, or which images may be sent.",
)
@click.option("--move", metavar="STUDY_UID", help="Have this study moved to us, and see whether it arrives.")
@click.option("--listen", metavar="PORT", help="Port of our Storage SCP, as the peer knows it.")
@click.option("--listen-host", metavar="ADDRESS", help="Its address.  [default: all, or loopback]")
@click.option("--listen-tls", is_flag=True, help="It takes nothing but TLS, with our certificate (--tls-certificate).")
@click.option("--calls-as", metavar="AE", multiple=True, help="An AE title by which the peer may call us (repeatable).")
@click.option(
    "--probe-titles", is_flag=True, help="Two associations with AE titles that it cannot know; its log will show them."
)
@security_options
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON, for programs.")
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Find out why a peer cannot be talked to, or why it could not.

    Climbs from its name to its services, stops at the first rung that does not hold, says what was seen and names the
    most likely cause, and those that are not ruled out. Nothing is written to the peer.

    With --pcap explains the associations of a capture; with an address only those to that host and port.

    Exit status 0 means that every rung holds or nothing wrong was captured, 1 that something is not in order.

    \b
    Examples:
    dicom-harness diagnose ARCHIVE@pacs:104
    dicom-harness diagnose ARCHIVE@pacs:104 --calling WORKSTATION1 --service find
    dicom-harness diagnose ARCHIVE@pacs:104 --move 1.2.3 --listen 11113
    dicom-harness diagnose ARCHIVE@pacs:2762 --tls --tls-ca hospital-ca.pem --json
    dicom-harness diagnose --pcap traffic.pcapng
    """
    if given["pcap"] is not None:
        from harness.cli.capture import explain_file

        explain_file(ctx, given)
    if given["address"] is None:
        refuse(ctx, "whom to ask? Name the peer as AE@HOST:PORT, or a capture with --pcap FILE")
    try:
        request = request_of(given, take_security(given))
    except UsageError as error:
        refuse(ctx, str(error))
    from harness.diagnosis.climb import find_cause
    from harness.engine.ladder.climber import climb
    from harness.reporting.climb_text import climb_data, climb_lines

    signal.signal(signal.SIGTERM, interrupt)
    try:
        found = climb(request)
    except KeyboardInterrupt:
        click.echo("interrupted", err=True)
        ctx.exit(ExitStatus.INTERRUPTED)
    diagnosis = find_cause(found)
    if given["as_json"]:
        import json

        click.echo(json.dumps(climb_data(found, diagnosis), indent=2, ensure_ascii=False))
    else:
        print_lines(climb_lines(found, diagnosis))
    ctx.exit(ExitStatus.OK if diagnosis is None else ExitStatus.FAILED)
