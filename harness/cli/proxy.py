"""`dicom-harness proxy`: between two systems, watching or misbehaving."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from harness.cli.result import interrupt, wait_for_interrupt
from harness.errors import ScenarioError, UsageError
from harness.results.rollup import ExitStatus

if TYPE_CHECKING:
    from harness.proxy.recording import Recording
    from harness.proxy.schedule import Entry


@click.command("proxy")
@click.option("--listen", type=click.IntRange(0, 65535), default=0, show_default=True, help="Port; 0 takes a free one.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--to", "to", metavar="HOST:PORT", help="Where everything is passed on to; AE@HOST:PORT will do, too.")
@click.option("--fault", "faults", multiple=True, metavar="NAME", help="Misbehave so, always (repeatable).")
@click.option(
    "--schedule", type=click.Path(path_type=Path), metavar="FILE", help="Misbehave as this file says: what, and when."
)
@click.option(
    "--record",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="FOLDER",
    help="Write a capture of each association there.",
)
@click.option("--show-values", is_flag=True, help="Captures hold data sets, too: patient data.")
@click.option("--list-faults", is_flag=True, help="Print all faults and end.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    listen: int,
    host: str,
    to: str | None,
    faults: tuple[str, ...],
    schedule: Path | None,
    record: Path | None,
    show_values: bool,
    list_faults: bool,
) -> None:
    """Stand between two systems, until Ctrl-C: let the one that calls call this port instead.

    Everything is passed on as it comes, TLS included, and each association is told of when it is over. With faults,
    one side misbehaves towards the other.

    \b
    Examples:
    dicom-harness proxy --listen 11104 --to pacs:104 --record captures
    dicom-harness proxy --listen 11104 --to pacs:104 --fault response-late
    dicom-harness proxy --listen 11104 --to pacs:104 --schedule third-store-fails.yaml
    """
    if list_faults:
        _print_faults()
        return
    try:
        address = _target(to)
        entries = _entries(faults, schedule)
        if record is not None:
            record.mkdir(parents=True, exist_ok=True)
    except (UsageError, ScenarioError) as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    except OSError as error:
        click.echo(f"--record: {record} cannot be a folder: {error.strerror}", err=True)
        ctx.exit(ExitStatus.USAGE)
    from harness.proxy.relay import Proxy
    from harness.proxy.schedule import arming

    signal.signal(signal.SIGTERM, interrupt)
    proxy = Proxy(
        *address,
        arm=arming(entries),
        host=host,
        port=listen,
        finished=lambda number, recording: _tell(number, recording, record),
        full_capture=show_values,
    )
    try:
        proxy.start()
        click.echo(f"{host}:{proxy.port} is passed on to {address[0]}:{address[1]}; Ctrl-C ends it")
        wait_for_interrupt()
    except OSError as error:
        click.echo(f"cannot listen on {host}:{listen}: {error.strerror}", err=True)
        ctx.exit(ExitStatus.COULD_NOT_TEST)
    except KeyboardInterrupt:
        return
    finally:
        proxy.stop()


def _target(to: str | None) -> tuple[str, int]:
    """Host and port. Raises `UsageError`."""
    from harness.standard.ae import AEAddress

    if to is None:
        raise UsageError("--to is missing: where is everything to be passed on to?")
    try:
        address = AEAddress.parse(to if "@" in to else f"ANY@{to}")
    except ValueError as error:
        raise UsageError(f"--to: {error}") from None
    return address.host, address.port


def _entries(faults: tuple[str, ...], schedule: Path | None) -> list[Entry]:
    """What strikes when. Raises `UsageError`, `ScenarioError`."""
    if not faults and schedule is None:
        return []
    from harness.proxy.catalogue import FAULTS
    from harness.proxy.schedule import always, no_such_fault, read_schedule

    for name in faults:
        if name not in FAULTS:
            raise UsageError(f"--fault: {no_such_fault(name)}")
    return [*always(faults), *(read_schedule(schedule) if schedule is not None else ())]


def _print_faults() -> None:
    from harness.proxy.catalogue import FAULTS
    from harness.reporting.table import table_lines

    rows = [(fault.name, fault.side.value, fault.summary) for fault in FAULTS.values()]
    for line in table_lines(("fault", "of the", "what that side does"), rows):
        click.echo(line)


def _tell(number: int, recording: Recording, folder: Path | None) -> None:
    """A line for an association that is over, what the wire lint found, and its capture."""
    from harness.reporting.proxy_text import association_line, finding_lines

    # At once: other associations may end at the same time.
    click.echo("\n".join((association_line(number, recording), *finding_lines(recording))))
    if folder is not None and recording.trace.wire.entries:
        from harness.observe.pcapng import write_pcapng

        path = folder / f"association-{number:05d}.pcapng"
        try:
            write_pcapng(recording.trace, path)
        except OSError as error:
            click.echo(f"--record: {path} cannot be written: {error.strerror}", err=True)
