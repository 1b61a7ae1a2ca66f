"""`dicom-harness init`: a first scenario file, from a few questions or from options."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from harness.errors import UsageError
from harness.results.rollup import ExitStatus
from harness.standard.ae import AEAddress, check_ae_title

if TYPE_CHECKING:
    from harness.scenario.first import First

T = TypeVar("T")
ENVIRONMENTS = ("test", "production")


@click.command("init")
@click.argument("file", type=click.Path(path_type=Path), default=Path("scenarios.yaml"))
@click.option("--address", metavar="AE@HOST:PORT", help="The peer. Without this and --reference you are asked.")
@click.option("--reference", is_flag=True, help="The peer is the bundled reference SCP, to begin with.")
@click.option("--name", default="archive", show_default=True, help="What the peer is called in the file.")
@click.option("--calling", default="HARNESS", show_default=True, metavar="TITLE", help="Our AE title.")
@click.option(
    "--environment", type=click.Choice(ENVIRONMENTS), help="What the peer is used for; only `test` may be written to."
)
@click.option("--patient-id", default="", metavar="ID", help="A patient who is there, for a query that has to match.")
@click.option("--schema", is_flag=True, help="Write the JSON Schema beside the file, for completion in editors.")
@click.pass_context
def command(
    ctx: click.Context,
    /,
    file: Path,
    address: str | None,
    reference: bool,
    name: str,
    calling: str,
    environment: str | None,
    patient_id: str,
    schema: bool,
) -> None:
    """Write a first scenario file, scenarios.yaml by default; never over one that is there.

    \b
    Examples:
    dicom-harness init
    dicom-harness init archive.yaml --address ARCHIVE@pacs:104 --environment production
    dicom-harness init --reference
    """
    try:
        if file.exists():
            raise UsageError(f"{file} is there already; nothing was written")
        if reference and (address or environment):
            raise UsageError("--reference is a test system of its own: --address and --environment do not go with it")
        if address is None and not reference:
            first = _asked(name, calling, environment, patient_id, schema=schema)
        else:
            first = _first(address, name, calling, environment or "", patient_id, schema=schema)
        _write(first, file)
    except UsageError as error:
        click.echo(str(error), err=True)
        ctx.exit(ExitStatus.USAGE)
    except click.Abort:
        click.echo("\nNothing was written; without a terminal, say --address AE@HOST:PORT or --reference", err=True)
        ctx.exit(ExitStatus.INTERRUPTED if _is_terminal() else ExitStatus.USAGE)
    click.echo(f"{file} is written. Next:\n  dicom-harness run {file}")


def _is_terminal() -> bool:
    """Whether somebody is there to answer, who must have pressed Ctrl-C; else the answers ran out."""
    return sys.stdin.isatty()


def _first(address: str | None, name: str, calling: str, environment: str, patient_id: str, *, schema: bool) -> First:
    from harness.scenario.first import First

    try:
        peer = AEAddress.parse(address) if address else None
        return First(name, peer, environment, check_ae_title(calling), patient_id, schema)
    except ValueError as error:
        raise UsageError(str(error)) from None


def _asked(name: str, calling: str, environment: str | None, patient_id: str, *, schema: bool) -> First:
    from harness.scenario.first import First

    click.echo("A few questions; Enter takes what stands in brackets.")
    address = click.prompt(
        "Address of the peer, AE@HOST:PORT (none: the bundled reference SCP)",
        default="",
        show_default=False,
        value_proc=_checked(lambda text: AEAddress.parse(text) if text.strip() else None),
    )
    calling = click.prompt("Our AE title", default=calling, value_proc=_checked(check_ae_title))
    if address is not None and environment is None:
        choices = click.Choice([*ENVIRONMENTS, "unknown"])
        environment = click.prompt("Is it a test system, or in production?", type=choices, default="unknown")
    if address is not None and not patient_id:
        patient_id = click.prompt("ID of a patient who is there (none: no query)", default="", show_default=False)
    schema = schema or click.confirm("Write the schema for completion in editors, too?", default=True)
    return First(name, address, environment if environment in ENVIRONMENTS else "", calling, patient_id, schema)


def _checked(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A parser whose ValueError has the question asked again."""

    def parsed(text: str) -> T:
        try:
            return parse(text)
        except ValueError as error:
            raise click.BadParameter(str(error)) from None

    return parsed


def _write(first: First, file: Path) -> None:
    """Write the file, once it is known to be one that loads. Raises `UsageError`."""
    from harness.api import loads
    from harness.errors import ScenarioError
    from harness.scenario.first import SCHEMA_FILE, first_text
    from harness.scenario.schema import schema, schema_text

    text = first_text(first, str(file))
    try:
        loads(text, name=file.name, folder=file.parent)
    except ScenarioError as error:
        raise UsageError(str(error)) from None
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
        beside = file.parent / SCHEMA_FILE
        if first.schema and not beside.exists():
            beside.write_text(schema_text(schema()), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be written: {error.strerror}") from None
