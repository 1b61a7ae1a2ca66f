"""`dicom-harness serve`: the reference SCP alone."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.cli.result import interrupt, wait_for_interrupt
from harness.errors import ScenarioError, UsageError
from harness.results.rollup import ExitStatus

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from harness.reference.settings import ReferenceSettings
    from harness.standard.ae import AEAddress

_OF_CONFIG = {
    "ae_title": "--ae-title",
    "destinations": "--move-destination",
    "allow_calling": "--allow-calling",
    "any_called": "--any-called",
    "worklist": "--worklist",
}
"""Options that say what a configuration file says too."""


@click.command("serve")
@click.option(
    "--config",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A YAML file with all that `reference:` of a peer can say: AE titles, permissions, quotas, refusals ...",
)
@click.option("--ae-title", help="Its AE title.  [default: REFERENCE]")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=11112,
    show_default=True,
    help="Port; 0 takes a free one and says which.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind to.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep instances and index here; without it in memory.")
@click.option(
    "--move-destination",
    "destinations",
    multiple=True,
    metavar="[TITLE=]AE@HOST:PORT",
    help="A move destination (repeatable); TITLE if it is asked for by another title than it has.",
)
@click.option("--allow-calling", multiple=True, metavar="TITLE", help="Accept only this calling AE title (repeatable).")
@click.option(
    "--worklist",
    "worklist",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Items of the Modality Worklist (repeatable): DICOM files, YAML files with a list of items, folders of both.",
)
@click.option("--any-called", is_flag=True, help="Accept any called AE title.")
@click.pass_context
def command(
    ctx: click.Context, /, host: str, port: int, folder: Path | None, config: Path | None, **given: Any
) -> None:
    """Run the reference SCP until Ctrl-C: query, retrieve, storage, commitment, MPPS and more.

    Prints its address when it is ready, and to the standard error a line for each association.
    """
    from harness.reference.scp import ReferenceSCP

    try:
        settings = _configured(config, host, port, folder, given) if config else _settings(host, port, folder, **given)
    except (UsageError, ScenarioError, ValueError) as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    # Setting an event from a handler could meet its own lock; an exception cannot.
    signal.signal(signal.SIGTERM, interrupt)
    scp = ReferenceSCP(settings, log=lambda line: print(line, file=sys.stderr, flush=True))
    try:
        scp.start()
        click.echo(f"{scp.address} is ready; Ctrl-C ends it")
        wait_for_interrupt()
    except OSError as error:
        from harness.net.listening import listening_failure

        click.echo(f"the reference SCP cannot start on {host}:{port}: {listening_failure(error, port)}", err=True)
        ctx.exit(ExitStatus.COULD_NOT_TEST)
    except KeyboardInterrupt:
        return
    finally:
        scp.stop()


def _configured(config: Path, host: str, port: int, folder: Path | None, given: dict[str, Any]) -> ReferenceSettings:
    """The settings of a configuration file. Raises `UsageError`, `ScenarioError`, ValueError."""
    from harness.peers.reference_settings import settings_of
    from harness.scenario.load import load_reference
    from harness.standard.ae import AEAddress

    if twice := [option for name, option in _OF_CONFIG.items() if given[name]]:
        raise UsageError(f"{twice[0]} does not go with --config: say it in the file")
    options = load_reference(config)
    destinations = {known: AEAddress.parse(known) for known in options.knows}
    return settings_of(options, destinations, host=host, port=port, folder=folder)


def _settings(
    host: str,
    port: int,
    folder: Path | None,
    ae_title: str | None,
    destinations: tuple[str, ...],
    allow_calling: tuple[str, ...],
    worklist: tuple[Path, ...],
    any_called: bool,
) -> ReferenceSettings:
    """The settings of the command line. Raises ValueError, `ScenarioError`."""
    from harness.reference.settings import ReferenceSettings
    from harness.standard.ae import check_ae_title

    return ReferenceSettings(
        ae_title=check_ae_title(ae_title or "REFERENCE"),
        host=host,
        port=port,
        folder=folder,
        check_called_ae_title=not any_called,
        calling_ae_titles=frozenset(check_ae_title(title) for title in allow_calling),
        move_destinations=dict(map(_destination, destinations)),
        worklist=_worklist(worklist),
    )


def _worklist(paths: tuple[Path, ...]) -> tuple[Dataset, ...]:
    """The items of the worklist. Raises ValueError, `ScenarioError`."""
    if not paths:
        return ()
    from harness.reference.worklist_items import worklist_items

    return worklist_items(paths)


def _destination(text: str) -> tuple[str, AEAddress]:
    """The title by which a move destination is asked for, and its address. Raises ValueError."""
    from harness.standard.ae import AEAddress, check_ae_title

    title, given, rest = text.partition("=")
    address = AEAddress.parse(rest if given else text)
    return (check_ae_title(title) if given else address.ae_title), address
