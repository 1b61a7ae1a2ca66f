"""`dicom-harness schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import click


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from harness.scenario.schema import schema_text

    click.echo(schema_text(), nl=False)
