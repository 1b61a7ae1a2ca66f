"""`dicom-harness schema`: the JSON Schema of scenario files."""

from __future__ import annotations

import click


@click.command("schema")
@click.option("--policy", is_flag=True, help="That of acceptance policies, which `probe --save` writes.")
def command(policy: bool) -> None:
    """Print the JSON Schema of scenario files, for editors."""
    from harness.scenario.schema import policy_schema, schema, schema_text

    click.echo(schema_text(policy_schema() if policy else schema()), nl=False)
