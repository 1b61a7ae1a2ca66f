"""`--evidence`, `--compare-with`, `--redact-addresses`, `--baseline` and `--record-baseline`, of all that test."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from harness.api.keeping import Kept

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path)


def keeping_options(function: F) -> F:
    """The options of `Keeping`, by the names that it has for them."""
    for decorate in reversed(
        (
            click.option(
                "--evidence",
                type=_FILE,
                metavar="FILE.zip",
                help="Write all reports, captures, scenarios without secrets, and versions into this new file, with "
                "hashes.",
            ),
            click.option(
                "--compare-with",
                type=_FILE,
                metavar="RUN|DIR",
                help="Say in the report what changed since a former run; of a folder of runs, since its latest, and "
                "the trend.",
            ),
            click.option(
                "--redact-addresses",
                is_flag=True,
                help="Put made-up names in the place of hosts in all files, for sharing them; AE titles stay.",
            ),
            click.option(
                "--baseline",
                type=_FILE,
                metavar="FILE",
                help="Known deviations: they pass while they fail as the file says, and fail when they do not.",
            ),
            click.option(
                "--record-baseline",
                type=_FILE,
                metavar="FILE",
                help="Write what failed to this new file, for a person to complete.",
            ),
        )
    ):
        function = decorate(function)
    return function


def tell_kept(kept: Kept) -> None:
    """Say what was written beside the reports."""
    if kept.seal:
        click.echo(f"Evidence: {kept.asked.evidence}")
        click.echo(f"Seal: {kept.seal}")
    for path in kept.written:
        click.echo(f"Baseline: {path}")
