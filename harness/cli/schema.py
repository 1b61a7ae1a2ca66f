"""`dicom-harness schema`: the JSON Schema of scenario files, and of what programs read."""

from __future__ import annotations

import click

from harness.results.schemas import SCHEMAS


@click.command("schema")
@click.option("--policy", is_flag=True, help="That of acceptance policies, which `probe --save` writes.")
@click.option(
    "--json",
    "output",
    type=click.Choice(list(SCHEMAS)),
    help="That of results.json, or of what `compare`, `probe`, `diagnose`, `diagnose --pcap` or `store` print as JSON.",
)
def command(policy: bool, output: str | None) -> None:
    """Print the JSON Schema of scenario files, for editors; or that of another file, or of the output of a command."""
    if policy and output is not None:
        raise click.UsageError("--policy and --json are two schemas: ask for one")
    if output is not None:
        click.echo(SCHEMAS[output].read_text(encoding="utf-8"), nl=False)
        return
    from harness.scenario.schema import policy_schema, schema, schema_text

    click.echo(schema_text(policy_schema() if policy else schema()), nl=False)
