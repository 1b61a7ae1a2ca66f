"""`dicom-harness schema`: the JSON Schemas of what people write, and of what programs read."""

from __future__ import annotations

import click

from harness.results.schemas import SCHEMAS

WRITTEN = ("scenarios", "peers", "policy", "baseline")
"""Kinds of files that people write."""


@click.command("schema")
@click.argument("kind", type=click.Choice([*WRITTEN, *SCHEMAS]), default=WRITTEN[0], metavar="[KIND]")
def command(kind: str) -> None:
    """Print a JSON Schema: of what people write, for editors, or of what programs read.

    KIND is one of scenarios (the default), peers (a file for --peers), policy (of `probe --save`) and baseline; or one
    of results (results.json), compare, probe, diagnose, capture (of `diagnose --pcap`) and store, for what these
    commands print as JSON.

    \b
    Examples:
    dicom-harness schema
    dicom-harness schema peers
    dicom-harness schema results
    """
    if kind in SCHEMAS:
        click.echo(SCHEMAS[kind].read_text(encoding="utf-8"), nl=False)
        return
    from harness.scenario.schema import FILE_SCHEMAS, schema_text

    click.echo(schema_text(FILE_SCHEMAS[kind]()), nl=False)
