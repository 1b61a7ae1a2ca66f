"""The command group; each command's module is imported only when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from harness import __version__

_COMMANDS = {
    "run": ("harness.cli.run", "Run scenario files and write reports."),
    "echo": ("harness.cli.adhoc.echo", "Does a peer answer? One C-ECHO."),
    "store": ("harness.cli.adhoc.store", "Send files, folders or generated instances."),
    "find": ("harness.cli.adhoc.find", "Query, and show the matches."),
    "worklist": ("harness.cli.adhoc.worklist", "Ask a Modality Worklist what is scheduled."),
    "move": ("harness.cli.adhoc.move", "Have a peer send instances to us or to another."),
    "get": ("harness.cli.adhoc.get", "Retrieve instances over the same association."),
    "diagnose": ("harness.cli.diagnose", "Why can a peer not be talked to? And is anything wrong?"),
    "probe": ("harness.cli.probe", "What does a peer accept? Every SOP class, every transfer syntax."),
    "conform": ("harness.cli.conform", "Does an SCP do what the standard says? Case by case."),
    "compare": ("harness.cli.compare", "What changed between two runs or probes?"),
    "verify": ("harness.cli.verify", "Is an evidence bundle still what was written?"),
    "init": ("harness.cli.init", "Write a first scenario file, from a few questions."),
    "watch": ("harness.cli.watch", "Run scenario files again and again, and tell what changes."),
    "load": ("harness.cli.adhoc.load", "How much does a test peer bear? Many operations at once."),
    "validate": ("harness.cli.validate", "Check scenario files without contacting anybody."),
    "schema": ("harness.cli.schema", "Print a JSON Schema, for editors or for programs."),
    "proxy": ("harness.cli.proxy", "Stand between two systems: watch, record, misbehave."),
    "serve": ("harness.cli.serve", "Run the reference SCP alone."),
}


class LazyGroup(click.Group):
    """Knows its commands by name and one line of help, and loads one when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All commands."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command."""
        if cmd_name not in _COMMANDS:
            return None
        command = import_module(_COMMANDS[cmd_name][0]).command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that was named; of a name that is none, the one that may have been meant is told."""
        name = args[0]
        if name not in _COMMANDS and not name.startswith("-"):
            from harness.scenario.problems import did_you_mean

            ctx.fail(f"there is no command `{name}`{did_you_mean(name, _COMMANDS)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands in the help, without loading any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dicom-harness", message="%(prog)s %(version)s")
def cli() -> None:
    """Find out whether DICOM systems really talk to each other.

    Exit status: 0 everything required passed; 1 something failed; 2 wrong usage or a mistake in a scenario; 3 could not
    test; 4 internal error; 5 nothing was executed; 130 interrupted.
    """
