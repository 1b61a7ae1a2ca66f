"""`dicom-harness echo`: does a peer answer? It starts fast, for it is typed more often than anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

import click

from harness.cli.adhoc.options import Common, address_argument, common_options
from harness.cli.adhoc.plain import carry_out, plain_request
from harness.cli.adhoc.running import finish, refuse, run_step
from harness.cli.adhoc.words import WordsCommand
from harness.errors import UsageError

if TYPE_CHECKING:
    from harness.engine.plain_echo import EchoRequest
    from harness.observe.outcomes import Observation


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
    if request is None:
        _as_scenario(ctx, given)
    finish(ctx, carry_out(request), common, "")


def _plain_request(common: Common, repeat: str | None) -> EchoRequest | None:
    """What to send, where that is all that is asked for."""
    if common.security or common.as_yaml or common.report_dir is not None:
        return None
    return plain_request(common.address, common.calling, common.timeout, repeat, common.environment)


def _as_scenario(ctx: click.Context, given: dict[str, Any]) -> NoReturn:
    from harness.cli.adhoc.build import begin
    from harness.scenario.service_names import ServiceName

    building = begin(ctx, ServiceName.ECHO, given)
    building.param("repeat", given["repeat"])

    def show(_observation: Observation) -> str:
        return ""

    run_step(ctx, building.step, building.common, show, building.permissions(None))
