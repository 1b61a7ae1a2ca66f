"""`dicom-harness serve`: the reference SCP alone."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from types import FrameType

import click

from harness.results.rollup import ExitStatus


@click.command("serve")
@click.option("--ae-title", default="REFERENCE", show_default=True, help="Its AE title.")
@click.option("--port", default=11112, show_default=True, help="Port; 0 takes a free one and says which.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to bind to.")
@click.option("--folder", type=click.Path(path_type=Path), help="Keep instances and index here; without it in memory.")
@click.option("--move-destination", "destinations", multiple=True, metavar="AE@HOST:PORT", help="A move destination.")
@click.option("--allow-calling", multiple=True, metavar="TITLE", help="Accept only this calling AE title (repeatable).")
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
    any_called: bool,
) -> None:
    """Run the reference SCP until Ctrl-C: C-ECHO, C-STORE, C-FIND, C-MOVE and C-GET."""
    from harness.reference.scp import ReferenceSCP
    from harness.reference.settings import ReferenceSettings
    from harness.standard.ae import AEAddress, check_ae_title

    try:
        addresses = [AEAddress.parse(text) for text in destinations]
        settings = ReferenceSettings(
            ae_title=check_ae_title(ae_title),
            host=host,
            port=port,
            folder=folder,
            check_called_ae_title=not any_called,
            calling_ae_titles=frozenset(check_ae_title(title) for title in allow_calling),
            move_destinations={address.ae_title: address for address in addresses},
        )
    except ValueError as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    # Setting an event from a handler could meet its own lock; an exception cannot.
    signal.signal(signal.SIGTERM, _interrupt)
    scp = ReferenceSCP(settings)
    try:
        scp.start()
        click.echo(f"{scp.address} is ready; Ctrl-C ends it")
        threading.Event().wait()
    except OSError as error:
        click.echo(f"cannot listen on {host}:{port}: {error.strerror}", err=True)
        ctx.exit(ExitStatus.COULD_NOT_TEST)
    except KeyboardInterrupt:
        return
    finally:
        scp.stop()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
