"""`dicom-harness echo`: does a peer answer? It starts fast, for it is typed more often than anything else."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any, NoReturn

import click

from harness.cli.adhoc.options import STAGES, Common, address_argument, common_options
from harness.cli.adhoc.running import finish, refuse, run_step
from harness.cli.adhoc.words import WordsCommand
from harness.cli.result import interrupt, new_result
from harness.engine.plain_echo import EchoRequest, run_plain_echo
from harness.errors import UsageError
from harness.net.timeouts import Timeouts
from harness.standard.ae import AEAddress, check_ae_title

if TYPE_CHECKING:
    from harness.observe.outcomes import Observation

_MOST = 10_000


@click.command("echo", cls=WordsCommand)
@address_argument
@click.option("--repeat", metavar="N", help="How many C-ECHO requests, one after the other.  [default: 1]")
@common_options
@click.pass_context
def command(ctx: click.Context, /, **given: Any) -> None:
    """Ask a peer for an answer with C-ECHO.

    Exit status 0 means that the association was accepted and that every request was answered with success.

    \b
    Examples:
    dicom-harness echo ARCHIVE@pacs:104
    dicom-harness echo ARCHIVE@pacs:104 --calling WORKSTATION1 --timeout 3
    dicom-harness echo ARCHIVE@[2001:db8::7]:104 --repeat 100 --trace
    """
    try:
        common = Common.taken_from(dict(given))
    except UsageError as error:
        refuse(ctx, str(error))
    request = _plain_request(common, given["repeat"])
    if request is None or common.as_yaml or common.report_dir is not None:
        _as_scenario(ctx, given)
    run = new_result()
    signal.signal(signal.SIGTERM, interrupt)
    run_plain_echo(run, request)
    finish(ctx, run, common, "")


def _plain_request(common: Common, repeat: str | None) -> EchoRequest | None:
    """What to send, if it can be known without the reader of scenarios, who tells best what was mistyped."""
    try:
        address = AEAddress.parse(common.address)
        calling = check_ae_title(common.calling) if common.calling is not None else "HARNESS"
        timeouts = _timeouts(common.timeout) if common.timeout else Timeouts()
        number = int(repeat) if repeat is not None else 1
    except ValueError:
        return None
    if common.security or not 1 <= number <= _MOST or "${" in f"{common.address}{common.calling}":
        return None
    return EchoRequest(address, calling, timeouts, number, common.environment or "unspecified")


def _timeouts(text: str) -> Timeouts:
    from harness.scenario.amounts import parse_duration

    return Timeouts(**dict.fromkeys(STAGES, parse_duration(text)))


def _as_scenario(ctx: click.Context, given: dict[str, Any]) -> NoReturn:
    from harness.cli.adhoc.build import begin
    from harness.scenario.service_names import ServiceName

    building = begin(ctx, ServiceName.ECHO, given)
    building.param("repeat", given["repeat"])

    def show(_observation: Observation) -> str:
        return ""

    run_step(ctx, building.step, building.common, show, building.permissions(None))
