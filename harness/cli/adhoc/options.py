"""Options that the ad-hoc commands share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import click

from harness.cli.adhoc.security import security_options, take_security
from harness.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = click.Path(path_type=Path)

STAGES = ("connect", "association", "response", "release")


@dataclass(frozen=True, slots=True)
class Common:
    """What every ad-hoc command can be told."""

    address: str
    calling: str | None
    timeout: str | None
    environment: str | None
    as_yaml: bool
    report_dir: Path | None
    trace: bool
    show_values: bool
    security: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def taken_from(cls, given: dict[str, Any]) -> Common:
        """Take the common options out of all that were given. Raises `UsageError`."""
        security = take_security(given)
        common = cls(**{name: given.pop(name) for name in cls.__slots__ if name != "security"}, security=security)
        if common.show_values and common.report_dir is None:
            raise UsageError("`--show-values` is about reports, and there are none without `--report-dir DIR`")
        return common


address_argument = click.argument("address", metavar="AE@HOST:PORT")
"""Whom to talk to."""


def common_options(function: F) -> F:
    """The options of `Common`."""
    return _with(
        function,
        click.option("--calling", metavar="AE", help="Our AE title.  [default: HARNESS]"),
        click.option("--timeout", metavar="TIME", help="Deadline of each stage: connection, association, answers."),
        click.option(
            "--environment",
            type=click.Choice(["test", "production"]),
            help="What the peer is used for; without it, as careful as with production.",
        ),
        security_options,
        click.option("--as-yaml", is_flag=True, help="Print the scenario file that does the same, and stop."),
        click.option("--report-dir", type=_FOLDER, metavar="DIR", help="Write all reports into this folder."),
        click.option("--trace", is_flag=True, help="Show every PDU; with --report-dir keep captures, too."),
        click.option("--show-values", is_flag=True, help="Reports show attribute values; may be patient data."),
    )


def _key_option(function: F) -> F:
    text = "A key to match (repeatable)."
    return click.option("-k", "--key", "keys", multiple=True, metavar="KEY[=VALUE]", help=text)(function)


def search_options(function: F) -> F:
    """What a query asks for, and how many matches there must be."""
    return _with(
        function,
        _key_option,
        click.option("-r", "--return", "returned", multiple=True, metavar="KEY", help="Return this (repeatable)."),
        click.option("--query", metavar="FILE", help="A DICOM file that is the query; -k and -r override parts of it."),
        click.option(
            "--character-set", metavar="TERM", help="Specific Character Set of the query, such as ISO_IR 100."
        ),
        click.option("--count", metavar="COUNT", help="How many matches there must be: 3, '>= 1', 1..5."),
    )


def level_options(function: F) -> F:
    """Where in the Query/Retrieve model."""
    return _with(
        function,
        click.option("--level", metavar="LEVEL", help="PATIENT, STUDY, SERIES or IMAGE."),
        click.option("--model", metavar="MODEL", help="patient-root, study-root or patient-study-only."),
    )


def output_options(function: F) -> F:
    """How and where."""
    return _with(
        function,
        click.option(
            "--output",
            type=click.Choice(["table", "json", "dicom"]),
            default="table",
            help="A table, DICOM JSON, or with --out just the names of the files.",
        ),
        click.option("--out", type=_FOLDER, metavar="DIR", help="Keep what comes as DICOM files in this folder."),
    )


def retrieve_options(function: F) -> F:
    """What `move` and `get` have both."""
    accept = click.option(
        "--accept", multiple=True, metavar="NAME", help="A transfer syntax to accept, by name or UID (repeatable)."
    )
    return _key_option(level_options(output_options(accept(function))))


def _with(function: F, *decorators: Callable[[F], F]) -> F:
    """The options stand in the help as they stand here."""
    for decorate in reversed(decorators):
        function = decorate(function)
    return function
