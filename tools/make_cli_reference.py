"""Remake `docs/cli-reference.md` from the commands of `harness/cli` and the exit statuses of `harness/results`.

Run `python tools/make_cli_reference.py`; a test compares the result with what is checked in.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from harness.cli.adhoc.security import security_options
from harness.cli.main import cli
from harness.results.rollup import MEANINGS

PAGE = Path(__file__).parents[1] / "docs" / "cli-reference.md"

_HEAD = """# The command line

Made by `tools/make_cli_reference.py` from the commands in `harness/cli`; do not edit it by hand.

`dicom-harness COMMAND --help` says the same in a terminal. What stands in brackets in the line of a command may be left
out, and `...` may be repeated. An address is `AE@HOST:PORT`: the AE title, an `@`, a name or an IP address (IPv6 in
brackets), and the port, which has to be there. A time is a number with its unit, such as `500 ms`, `2 s` or `5 min`.
"""
_EXIT_STATUS = """## Exit status

Of all commands, and a contract: a status never changes its meaning. What passes or fails is said with each command.
"""
_SECURITY = """## TLS and user identity

Of all commands that talk to a peer by its address; a scenario file has the same [in its peers](tls.md).
"""
_NOT_RUN = "<!-- not run: peers and files of nobody; a test holds that each of them is understood -->"
_EXAMPLES = "\b\nExamples:\n"
_DEFAULT = re.compile(r"(?P<text>.*?)\s*\[default: (?P<default>.+)\]", re.DOTALL)
_OPTION = re.compile(r"(?<![\w-])-{1,2}[a-z][a-z-]*")
"""An option in the help."""
_KINDS = {"integer": "whole number", "float": "number", "path": "path", "text": "text"}


def page() -> str:
    """The text of the page."""
    commands = [(name, cli.get_command(click.Context(cli), name)) for name in cli.list_commands(click.Context(cli))]
    sections = [command_section(name, command) for name, command in commands if command is not None]
    security = option_table(_security())
    return "\n".join((_HEAD, _EXIT_STATUS, *exit_status_table(), "", *sections, _SECURITY, *security, ""))


def exit_status_table() -> Iterator[str]:
    """Every exit status with its meaning."""
    yield from ("| status | meaning |", "|---|---|")
    yield from (f"| {int(status)} | {meaning} |" for status, meaning in MEANINGS.items())


def command_section(name: str, command: click.Command) -> str:
    """How a command is called, what it does, and all its options."""
    words = " ".join(command.collect_usage_pieces(click.Context(command)))
    lines = [f"## {name}", "", f"`dicom-harness {name} {words}`", "", *_told(inspect.cleandoc(command.help or ""))]
    shared = {option.name for option in _security()}
    options = [part for part in command.params if isinstance(part, click.Option) and not part.hidden]
    own = [option for option in options if option.name not in shared]
    if own:
        lines += [*option_table(own), ""]
    if len(own) < len(options):
        lines += ["And those of [TLS and user identity](#tls-and-user-identity).", ""]
    return "\n".join(lines)


def _security() -> list[click.Option]:
    """The options that every command has which talks to a peer by its address."""
    return [part for part in click.command()(security_options(_nothing)).params if isinstance(part, click.Option)]


def _nothing(**_: object) -> None:
    """What the shared options are of when they are looked at alone."""


def _told(text: str) -> Iterator[str]:
    """The help as Markdown; its examples are a block of commands."""
    told, _, examples = text.partition(_EXAMPLES)
    for paragraph in told.strip().split("\n\n"):
        yield from (_markdown(paragraph), "")
    if examples:
        yield from (_NOT_RUN, "```", examples.strip(), "```", "")


def option_table(options: Iterable[click.Option]) -> Iterator[str]:
    """Options with their values, defaults and meanings."""
    yield from ("| Option | Value | Default | Meaning |", "|---|---|---|---|")
    yield from map(option_row, options)


def option_row(option: click.Option) -> str:
    """An option as a row of the table."""
    text, default = option.help or "", _shown_default(option)
    if named := _DEFAULT.fullmatch(text):
        text, default = named["text"], named["default"]
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    cells = (names, _value(option), default, _markdown(text))
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _shown_default(option: click.Option) -> str:
    return str(option.default) if option.show_default else ""


def _value(option: click.Option) -> str:
    """What stands behind the option; nothing where the option says it all."""
    if option.is_flag:
        return ""
    if isinstance(option.type, click.Choice):
        return ", ".join(f"`{choice}`" for choice in option.type.choices)
    if isinstance(option.type, click.IntRange):
        return _whole_number(option.type)
    return f"`{option.metavar}`" if option.metavar else _KINDS[option.type.name]


def _whole_number(kind: click.IntRange) -> str:
    return f"{kind.min} to {kind.max}" if kind.max is not None else f"whole number from {kind.min}"


def _markdown(text: str) -> str:
    """A text of the help with its options as code, in lines as they were."""
    parts = text.split("`")
    parts[::2] = [_OPTION.sub(r"`\g<0>`", part.replace("<", "&lt;").replace("*", "\\*")) for part in parts[::2]]
    return "`".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
