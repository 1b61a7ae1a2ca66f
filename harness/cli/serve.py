"""`dicom-harness serve`: the reference SCP alone."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import click

from harness.errors import ScenarioError
from harness.results.rollup import ExitStatus

if TYPE_CHECKING:
    from pydicom.dataset import Dataset

    from harness.standard.ae import AEAddress


@click.command("serve")
@click.option("--ae-title", default="REFERENCE", show_default=True, help="Its AE title.")
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
    ctx: click.Context,
    ae_title: str,
    port: int,
    host: str,
    folder: Path | None,
    destinations: tuple[str, ...],
    allow_calling: tuple[str, ...],
    worklist: tuple[Path, ...],
    any_called: bool,
) -> None:
    """Run the reference SCP until Ctrl-C: C-ECHO, C-STORE, C-FIND, C-MOVE and C-GET.

    Prints its address when it is ready, and to the standard error a line for each association.
    """
    from harness.reference.scp import ReferenceSCP
    from harness.reference.settings import ReferenceSettings
    from harness.standard.ae import check_ae_title

    try:
        settings = ReferenceSettings(
            ae_title=check_ae_title(ae_title),
            host=host,
            port=port,
            folder=folder,
            check_called_ae_title=not any_called,
            calling_ae_titles=frozenset(check_ae_title(title) for title in allow_calling),
            move_destinations=dict(map(_destination, destinations)),
            worklist=_worklist(worklist),
        )
    except (ValueError, ScenarioError) as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    # Setting an event from a handler could meet its own lock; an exception cannot.
    signal.signal(signal.SIGTERM, _interrupt)
    scp = ReferenceSCP(settings, log=lambda line: click.echo(line, err=True))
    try:
        scp.start()
        click.echo(f"{scp.address} is ready; Ctrl-C ends it")
        threading.Event().wait()
    except OSError as error:
        click.echo(f"the reference SCP cannot start on {host}:{port}: {error.strerror}", err=True)
        ctx.exit(ExitStatus.COULD_NOT_TEST)
    except KeyboardInterrupt:
        return
    finally:
        scp.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


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
